// Timestamps that go on evenly when what is read changes: layers of one picture, or tracks of different publishers. RFC 3550 §5.1.
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>Gives a subscriber one timeline over all that it is sent under one SSRC.</summary>
internal struct TimestampMap
{
    // A step that cannot be told from reports or arrivals is at least so long.
    private const int LeastStepHz = 100;

    private ClockMap? _clock;
    private byte _source;
    private uint _offset;
    private uint _last;
    private long _lastArrivalUs;
    private bool _started;
    private bool _begins;

    /// <summary>What is added to the source's timestamps.</summary>
    public readonly uint Offset => _offset;

    /// <summary>True while the offset is that of a source that is not read any more.</summary>
    public readonly bool IsBeginning => _begins;

    /// <summary>The next packet comes from another source.</summary>
    public void BeginSource() => _begins = true;

    /// <summary>The subscriber's timestamp of a packet.</summary>
    public uint Map(LayerStream stream, in StoredPacket packet)
    {
        if (_begins || !_started)
            Begin(stream, in packet);
        var mapped = packet.Timestamp + _offset;
        if ((int)(mapped - _last) > 0)
        {
            _last = mapped;
            _lastArrivalUs = packet.ArrivalUs;
        }

        return mapped;
    }

    private void Begin(LayerStream stream, in StoredPacket packet)
    {
        _begins = false;
        // A clock tells of the source that its publisher has now.
        var (former, isCurrent) = (_clock, _clock?.Source == _source && stream.Source == packet.Source);
        (_clock, _source) = (stream.Clock, packet.Source);
        if (!_started)
        {
            _started = true;
            _last = packet.Timestamp - 1;
            _lastArrivalUs = packet.ArrivalUs;
            return;
        }

        uint next;
        if (isCurrent && former is { IsKnown: true } && stream.Clock.IsKnown && former.Publisher == stream.Clock.Publisher)
            next = former.TimestampAt(stream.Clock.NtpAt(packet.Timestamp, stream.ClockRate), stream.ClockRate) + _offset;
        else
            next = _last + (uint)((packet.ArrivalUs - _lastArrivalUs) * stream.ClockRate / 1_000_000);
        // Never back, and never far ahead of the time that has really passed: reports may be wrong.
        var step = (int)(next - _last);
        if (step <= 0 || step > stream.ClockRate + (packet.ArrivalUs - _lastArrivalUs) * stream.ClockRate / 1_000_000)
            next = _last + (uint)(stream.ClockRate / LeastStepHz);
        _offset = next - packet.Timestamp;
    }
}
