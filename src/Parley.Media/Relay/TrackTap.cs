// A recorder's end of a track: a bounded copy of what comes, read by a thread of its own.
namespace Parley.Media.Relay;

/// <summary>
/// What a track brings, for one reader on any thread. Nobody waits for the reader: when there is no room, packets are left out and counted, and video goes on with the next keyframe, which
/// the publisher is asked for.
/// </summary>
public sealed class TrackTap
{
    private readonly Action? _notify;
    private long _taken;
    private long _dropped;
    private int _readerWaits;
    private bool _isClosing;
    private bool _hasEnded;

    internal TrackTap(TapOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 4096, nameof(options));
        Ring = new RecordRing(options.Capacity);
        _notify = options.Notify;
    }

    /// <summary>Packets that were given to the reader, those included that still wait.</summary>
    public long PacketsTaken => Volatile.Read(ref _taken);

    /// <summary>Packets that were left out because the reader was behind.</summary>
    public long PacketsDropped => Volatile.Read(ref _dropped);

    /// <summary>True when nothing comes any more, for the track or the tap has ended, and all that came was read.</summary>
    public bool IsCompleted => Volatile.Read(ref _hasEnded) && Ring.IsEmpty;

    internal RecordRing Ring { get; }

    internal bool IsClosing => Volatile.Read(ref _isClosing);

    /// <summary>The oldest record, which stays until <see cref="Release"/>. By the reading thread.</summary>
    /// <returns>False when there is none: <see cref="TapOptions.Notify"/> tells when there is.</returns>
    public bool TryRead(out TapRecord record)
    {
        record = default;
        if (!Ring.TryPeek(out var bytes))
        {
            // Said before it is looked again: what is written in between is either seen here, or its writer sees that we wait.
            Interlocked.Exchange(ref _readerWaits, 1);
            if (!Ring.TryPeek(out bytes))
                return false;
        }

        Volatile.Write(ref _readerWaits, 0);
        if (RelayRecord.TryRead(bytes, out var kind, out _) && kind == RelayRecordKind.State && RelayedState.TryRead(bytes, out var state))
            record = new TapRecord(state[0]);
        else if (RelayedPacket.TryRead(bytes, out var packet))
            record = new TapRecord(in packet);
        return true;
    }

    /// <summary>The oldest record is done with. By the reading thread, after <see cref="TryRead"/> has shown it.</summary>
    public void Release() => Ring.Release();

    /// <summary>Nothing more is wanted. From any thread; what is under way may still come.</summary>
    public void Close() => Volatile.Write(ref _isClosing, true);

    internal void CountTaken() => Volatile.Write(ref _taken, _taken + 1);

    internal void CountDropped() => Volatile.Write(ref _dropped, _dropped + 1);

    internal void End()
    {
        Volatile.Write(ref _hasEnded, true);
        Announce();
    }

    /// <summary>Something was written, or the end has come.</summary>
    internal void Announce()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _readerWaits) != 0 && Interlocked.Exchange(ref _readerWaits, 0) != 0)
            _notify?.Invoke();
    }
}
