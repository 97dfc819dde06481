// Who reads a layer's store: subscriptions, which send what they read, and copies, which carry it elsewhere.
using Parley.Media.Forwarding;
using Parley.Media.Relay;

namespace Parley.Media.Receive;

/// <summary>The readers of one <see cref="LayerStream"/>. Where a relay supplies the stream, it hears whether there are any: nothing is carried for nobody.</summary>
internal sealed class StreamReaders
{
    private readonly List<Subscription> _subscriptions = [];

    /// <summary>Subscriptions.</summary>
    public int Count => _subscriptions.Count;

    /// <summary>A subscription, in any order.</summary>
    public Subscription this[int index] => _subscriptions[index];

    /// <summary>True when anybody reads.</summary>
    public bool Any => _subscriptions.Count > 0 || Copies is not null;

    /// <summary>Copies; null while there are none.</summary>
    public List<TrackCopy>? Copies { get; private set; }

    /// <summary>Who supplies the stream from elsewhere; null when a peer sends it.</summary>
    public RelayedTrack? Supplier { get; set; }

    public void Add(Subscription subscription)
    {
        _subscriptions.Add(subscription);
        Supplier?.ReadersChanged();
    }

    public void Remove(Subscription subscription)
    {
        if (_subscriptions.Remove(subscription))
            Supplier?.ReadersChanged();
    }

    public void Add(TrackCopy copy)
    {
        (Copies ??= []).Add(copy);
        Supplier?.ReadersChanged();
    }

    public void Remove(TrackCopy copy)
    {
        if (Copies?.Remove(copy) != true)
            return;
        if (Copies.Count == 0)
            Copies = null;
        Supplier?.ReadersChanged();
    }

    public List<Subscription>.Enumerator GetEnumerator() => _subscriptions.GetEnumerator();
}
