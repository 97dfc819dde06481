// What the far end of a relay knows of one layer: which numbers came, and which are missing.
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Srtp;

namespace Parley.Media.Relay;

/// <summary>The accounts of one layer that comes over a link.</summary>
internal sealed class RelayedLayer
{
    private SequenceExtender _numbers;
    // Forwarding gives each number of the source one of the subscriber's: what came twice would be encrypted twice under it, with other extensions.
    private SrtpReceiveState _seen;
    private MissingPackets _missing = new();
    // -1: none is known yet.
    private int _source = -1;
    private bool _sourceIsSure;

    /// <summary>When to ask for what is missing; <see cref="long.MaxValue"/> when nothing is.</summary>
    public long NextUs => _missing.NextUs();

    /// <summary>Begins anew: the layer was not read for a while.</summary>
    public void Restart()
    {
        _numbers = default;
        _missing = new MissingPackets();
        _sourceIsSure = false;
    }

    /// <summary>True when what is told of a source is of the one that is read.</summary>
    public bool IsSource(int source) => _source < 0 || source == _source;

    /// <summary>Goes over to another source of the publisher, unless it is a former one: repeats come late.</summary>
    /// <param name="source">What its number is.</param>
    /// <param name="isLater">True when it can be no former one, whatever its number.</param>
    /// <param name="begins">True when it is another one than before.</param>
    /// <returns>False for a former one.</returns>
    public bool TryFollow(int source, bool isLater, out bool begins)
    {
        var ahead = source - _source & RelayRecord.SourceMask;
        begins = _source >= 0 && ahead != 0 && (isLater || !_sourceIsSure || ahead <= RelayRecord.SourceMask / 2);
        if (_source >= 0 && ahead != 0 && !begins)
            return false;
        (_source, _sourceIsSure) = (source, true);
        return true;
    }

    /// <summary>A packet is here.</summary>
    /// <param name="number">Its place among those that were sent.</param>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="nowUs">The time.</param>
    /// <param name="isBroken">True when so much is missing before it that nothing of that is asked for.</param>
    /// <returns>False when it was here before.</returns>
    public bool TryTake(ushort number, long sequence, long nowUs, out bool isBroken)
    {
        isBroken = !_missing.Arrived(_numbers.Extend(number), nowUs);
        if (_seen.Check((ulong)sequence) != SrtpResult.Ok)
            return false;
        _seen.Accept((ulong)sequence);
        return true;
    }

    /// <summary>The next packet gets this number: all before are on their way, or lost.</summary>
    /// <returns>False when so much is missing that nothing of it is asked for.</returns>
    public bool Expect(ushort next, long nowUs) => _missing.NoteSent(_numbers.Extend((ushort)(next - 1)), nowUs);

    /// <summary>Takes the numbers that are to be asked for now.</summary>
    /// <param name="nowUs">The time.</param>
    /// <param name="numbers">Room for <see cref="MissingPackets.MaxMissing"/>.</param>
    /// <param name="gaveUp">True when one was asked for often enough and is given up.</param>
    /// <returns>How many.</returns>
    public int TakeDue(long nowUs, Span<ushort> numbers, out bool gaveUp) => _missing.TakeDue(nowUs, numbers, out gaveUp);
}
