// How a tap behaves; every value has a default that suits a recorder.
using Parley.Media.Forwarding;

namespace Parley.Media.Relay;

/// <summary>Options of a <see cref="TrackTap"/>.</summary>
public sealed record TapOptions
{
    /// <summary>What may wait for the reader, in bytes; a power of two, at least 4 KiB. 1 MiB: four seconds of a picture in full size. It is taken with the first packet.</summary>
    public int Capacity { get; init; } = 1 << 20;

    /// <summary>The highest simulcast layer that is taken, from 0 on: of those that are alive the highest. All by default.</summary>
    public int Layer { get; init; } = Subscription.AllLayers;

    /// <summary>
    /// Called when there is something to read, or the tap has ended, after <see cref="TrackTap.TryRead"/> has found nothing: once for each time. It runs on the engine's thread, which
    /// carries everybody's media, so it only wakes somebody.
    /// </summary>
    public Action? Notify { get; init; }
}
