// Bounds of an actor's loop.
namespace Parley.Rooms;

/// <summary>What is the same for every actor of a server.</summary>
public sealed record ActorOptions
{
    /// <summary>How many commands may wait.</summary>
    public int MailboxCapacity { get; init; } = 4096;

    /// <summary>How many turns a posting caller runs at most.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>After how long a store's silence counts as a failure.</summary>
    public TimeSpan StoreTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
