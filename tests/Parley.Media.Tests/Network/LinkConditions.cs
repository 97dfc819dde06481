// What one direction of a way does to datagrams.
namespace Parley.Media.Tests.Network;

/// <summary>Losses in bursts: a chain of a good and a bad state that moves with each datagram (Gilbert 1960, Elliott 1963).</summary>
internal sealed record GilbertElliott(double GoodToBad, double BadToGood, double LossInBad = 1, double LossInGood = 0)
{
    /// <summary>A chain with a given share of losses in bursts of a given mean length.</summary>
    public static GilbertElliott Of(double loss, double meanBurst) => new(loss / (1 - loss) / meanBurst, 1 / meanBurst);
}

/// <summary>Conditions of a link; those that are not set do no harm.</summary>
internal sealed record LinkConditions
{
    /// <summary>The share of datagrams that are lost, each by itself, after the bottleneck.</summary>
    public double Loss { get; init; }

    /// <summary>Losses in bursts, besides.</summary>
    public GilbertElliott? Bursts { get; init; }

    public TimeSpan Delay { get; init; }

    /// <summary>Up to so much is added to the delay, evenly distributed.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Whether jitter may let a datagram overtake another.</summary>
    public bool JitterReorders { get; init; }

    /// <summary>The share of datagrams that are held back by <see cref="ReorderDelay"/>, so that others overtake them.</summary>
    public double Reordering { get; init; }

    public TimeSpan ReorderDelay { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>The share of datagrams that arrive twice.</summary>
    public double Duplication { get; init; }

    /// <summary>The bottleneck; null when there is none.</summary>
    public long? RateBps { get; init; }

    /// <summary>How much may wait at the bottleneck, as time at its rate. A datagram that finds the queue full is dropped.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How much may wait at the bottleneck, in bytes; takes the place of <see cref="Queue"/>.</summary>
    public int? QueueBytes { get; init; }

    /// <summary>Headers below the datagram (IPv4 and UDP), which take their share of the rate.</summary>
    public int Overhead { get; init; } = 28;

    /// <summary>Nothing passes, what is on its way to the bottleneck included.</summary>
    public bool IsDown { get; init; }
}
