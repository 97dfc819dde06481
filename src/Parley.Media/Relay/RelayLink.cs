// One end of a link between two engines: tracks that are offered to the other, and tracks that come from it.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;

namespace Parley.Media.Relay;

/// <summary>
/// Carries tracks between engines: of two workers, or of two nodes. Nothing is carried that nobody at the other end reads. All calls come from the engine's thread. Both
/// ends repeat what they want and how things stand, so that lost records are made up for, and an end that is gone without a word costs nothing after a while.
/// </summary>
public sealed class RelayLink
{
    /// <summary>The longest record, in bytes: any packet that came in a datagram fits, with its extensions.</summary>
    public const int MaxRecord = RelayedPacket.HeaderLength + MediaEngine.MaxDatagram;

    private readonly IRelayPort _port;
    private readonly Dictionary<uint, RelayOffer> _offers = [];
    private readonly Dictionary<uint, RelayedTrack> _received = [];
    private uint _lastOffer;
    private bool _hasUnsent;
    private bool _cannotFlush;

    internal RelayLink(MediaEngine engine, IRelayPort port, RelayOptions options)
    {
        Engine = engine;
        Options = options;
        _port = port;
        // Whoever still holds numbers of this end's last life must not meet them again.
        Span<byte> random = stackalloc byte[4];
        engine.Random.Fill(random);
        _lastOffer = BitConverter.ToUInt32(random);
    }

    /// <summary>What it did.</summary>
    public RelayCounters Counters { get; } = new();

    /// <summary>How many tracks the other end was offered and still may read.</summary>
    public int OfferCount => _offers.Count;

    /// <summary>How many tracks come from the other end.</summary>
    public int ReceivedCount => _received.Count;

    /// <summary>True when it was closed.</summary>
    public bool IsClosed { get; private set; }

    internal MediaEngine Engine { get; }

    internal RelayOptions Options { get; }

    /// <summary>Lets the other end read a track. Whoever is at the other end gives the number to <see cref="Receive"/> there, within half a minute.</summary>
    /// <returns>The track's number on this link; the same when it is offered again.</returns>
    /// <exception cref="ArgumentException">The track is of another engine, or has more than 16 layers.</exception>
    /// <exception cref="ObjectDisposedException">The link is closed.</exception>
    public uint Offer(MediaTrack track)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (track.Engine != Engine)
            throw new ArgumentException("The track is of another engine.", nameof(track));
        if (track.Layers.Length > RelayRecord.MaxLayers)
            throw new ArgumentException($"A track of more than {RelayRecord.MaxLayers} layers cannot be relayed.", nameof(track));
        foreach (var (id, offered) in _offers)
        {
            if (offered.Track == track)
            {
                offered.Renew();
                return id;
            }
        }

        do
        {
            _lastOffer++;
        }
        while (_offers.ContainsKey(_lastOffer));
        var offer = new RelayOffer(this, _lastOffer, track);
        _offers.Add(_lastOffer, offer);
        return _lastOffer;
    }

    /// <summary>Takes a track of the other end, for this engine's peers to subscribe to. It ends when the original does, or when nobody has read it for a while.</summary>
    /// <param name="id">Its number, from <see cref="Offer"/>.</param>
    /// <param name="parameters">What was negotiated with its publisher.</param>
    /// <param name="clockOwner">The same object for all tracks of one publisher, so that their clocks can be compared; null when it is not known.</param>
    /// <returns>The track; the same while it has not ended.</returns>
    /// <exception cref="ArgumentException">It has more than 16 layers.</exception>
    /// <exception cref="ObjectDisposedException">The link is closed.</exception>
    public MediaTrack Receive(uint id, ReceiveParameters parameters, object? clockOwner = null)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (parameters.Rids.Length > RelayRecord.MaxLayers)
            throw new ArgumentException($"A track of more than {RelayRecord.MaxLayers} layers cannot be relayed.", nameof(parameters));
        if (!_received.TryGetValue(id, out var relayed))
            _received.Add(id, relayed = new RelayedTrack(this, id, parameters, clockOwner));
        relayed.Renew();
        return relayed.Track;
    }

    /// <summary>Takes a record of the other end. Any bytes will do: what cannot be read is counted.</summary>
    public void HandleRecord(ReadOnlySpan<byte> record, long nowUs)
    {
        if (IsClosed)
            return;
        if (RelayRecord.TryRead(record, out var kind, out var track))
        {
            try
            {
                if (TryHandle(record, kind, track, nowUs))
                {
                    Counters.CountReceived();
                    return;
                }
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // Whatever is wrong with this track goes with it; the others of the link stay.
                Abandon(kind, track);
                throw;
            }
        }

        Counters.CountMalformed();
        Engine.Drops.Count(DropReason.Malformed);
    }

    /// <summary>Ends the link with all that goes over it: the other end cannot be reached any more.</summary>
    public void Close()
    {
        if (IsClosed)
            return;
        foreach (var offer in _offers.Values.ToArray())
            offer.Withdraw();
        foreach (var relayed in _received.Values.ToArray())
            relayed.End();
        IsClosed = true;
        // Whoever closes it does not count on what is left.
        TryFlush();
        Engine.Copies.Remove(this);
    }

    internal void Remove(RelayOffer offer) => _offers.Remove(offer.Id);

    internal void Remove(RelayedTrack relayed) => _received.Remove(relayed.Id);

    /// <summary>Sends off what was gathered.</summary>
    /// <returns>Why it could not, once: a way that is gone for long is as good as told. Null when it could, or when that is no news.</returns>
    internal Exception? TryFlush()
    {
        if (!_hasUnsent)
            return null;
        _hasUnsent = false;
        try
        {
            _port.Flush();
            _cannotFlush = false;
            return null;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var isNews = !_cannotFlush;
            _cannotFlush = true;
            return isNews ? fault : null;
        }
    }

    /// <summary>Sends a packet.</summary>
    /// <returns>False when there was no room for it, or it is longer than any that is carried.</returns>
    internal bool TrySend(in RelayedPacket packet)
    {
        var length = packet.Length;
        if (length > MaxRecord || !TryReserve(length, out var room))
        {
            Counters.CountDropped();
            return false;
        }

        packet.Write(room);
        Commit(length);
        return true;
    }

    internal void Send(RelayRecordKind kind, uint track)
    {
        if (!TryReserve(RelayRecord.HeaderLength, out var room))
        {
            Counters.CountDropped();
            return;
        }

        RelayRecord.Write(room, kind, track);
        Commit(RelayRecord.HeaderLength);
    }

    /// <summary>Sends what was written into a buffer.</summary>
    internal void Send(ReadOnlySpan<byte> record)
    {
        if (!TryReserve(record.Length, out var room))
        {
            Counters.CountDropped();
            return;
        }

        record.CopyTo(room);
        Commit(record.Length);
    }

    private bool TryHandle(ReadOnlySpan<byte> record, RelayRecordKind kind, uint track, long nowUs)
    {
        switch (kind)
        {
            case RelayRecordKind.Media:
                if (!RelayedPacket.TryRead(record, out var packet))
                    return false;
                return !_received.TryGetValue(track, out var relayed) || relayed.TryHandle(in packet, nowUs);
            case RelayRecordKind.State:
                if (!RelayedState.TryRead(record, out var state))
                    return false;
                return !_received.TryGetValue(track, out relayed) || relayed.TryHandle(in state, nowUs);
            case RelayRecordKind.Want:
                if (!RelayWant.TryRead(record, out var want))
                    return false;
                if (_offers.TryGetValue(track, out var offer))
                    offer.Handle(want, nowUs);
                else
                    Send(RelayRecordKind.Ended, track);
                return true;
            case RelayRecordKind.Missing:
                if (!RelayMissing.TryRead(record, out var missing))
                    return false;
                _offers.GetValueOrDefault(track)?.Handle(in missing);
                return true;
            default:
                if (record.Length != RelayRecord.HeaderLength)
                    return false;
                if (kind == RelayRecordKind.Ended)
                    _received.GetValueOrDefault(track)?.End();
                else
                    _offers.GetValueOrDefault(track)?.Withdraw();
                return true;
        }
    }

    private void Abandon(RelayRecordKind kind, uint track)
    {
        if (kind is RelayRecordKind.Want or RelayRecordKind.Missing or RelayRecordKind.Stop)
            _offers.GetValueOrDefault(track)?.Abandon();
        else
            _received.GetValueOrDefault(track)?.Abandon();
    }

    private bool TryReserve(int length, out Span<byte> room)
    {
        room = default;
        return !IsClosed && _port.TryReserve(length, out room);
    }

    private void Commit(int length)
    {
        _port.Commit(length);
        Counters.CountSent();
        _hasUnsent = true;
    }
}
