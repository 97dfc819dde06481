// A subscriber of a LayeredCall: hears what comes out of the link, and reports it in the way that was negotiated.
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

/// <summary>What a subscriber tells of what it gets.</summary>
internal enum ReportKind
{
    Nothing,

    /// <summary>Transport-wide feedback.</summary>
    Arrivals,

    /// <summary>Receiver reports.</summary>
    Losses,

    /// <summary>Receiver reports, and its own estimate (REMB), as libwebrtc makes it: it goes up to one and a half times what comes, and down with congestion only.</summary>
    Limit,
}

internal sealed class CallSubscriber
{
    private const long ArrivalsUs = 70_000;
    private const long ReportsUs = 1_000_000;
    private const uint SoundSsrc = 9000;

    private readonly CallPlan _plan;
    private readonly VirtualPeer _peer;
    private readonly TransportArrivals _arrivals = new();
    private readonly Dictionary<uint, StreamAccount> _streams = [];
    private long _nextReportUs;
    private long _bytesReported;
    private long _limitBps = 300_000;

    public CallSubscriber(EngineStage stage, CallPlan plan, HeaderExtensionMap extensions, MediaTrack[] videos, MediaTrack? sound)
    {
        _plan = plan;
        _peer = stage.Connect();
        Videos = [.. videos.Select((track, i) => _peer.Peer.Subscribe(
            EngineStage.Send($"v{i}", 1000 + (uint)i, EngineStage.Video(rtx: plan.Retransmission ? 97 : null, name: "VP8")) with
            {
                Extensions = extensions,
                RetransmissionSsrc = plan.Retransmission ? 2000 + (uint)i : null,
            },
            track))];
        if (sound is not null)
            _peer.Peer.Subscribe(EngineStage.Send("a", SoundSsrc, EngineStage.Opus()) with { Extensions = extensions }, sound);
    }

    public MediaPeer Peer => _peer.Peer;

    public Subscription[] Videos { get; }

    public Subscription Video => Videos[0];

    /// <summary>Whether it goes on reporting.</summary>
    public bool IsMute { get; set; }

    /// <summary>How far its clock is from the true time.</summary>
    public long ClockOffsetUs { get; set; }

    public long SoundHeard { get; private set; }

    /// <summary>Packets of video that came, padding and repeats not among them.</summary>
    public long PicturesSeen { get; private set; }

    /// <summary>Bytes that arrived, with UDP's and IP's headers.</summary>
    public long BytesArrived { get; private set; }

    /// <summary>When each of it left.</summary>
    public List<long> SentUs { get; } = [];

    /// <summary>The other end.</summary>
    public VirtualPeer Virtual => _peer;

    /// <summary>What the engine has sent, as it left.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Takes what the engine has sent.</summary>
    public List<byte[]> TakeSent(long nowUs)
    {
        var sent = _peer.TakeRaw();
        for (var i = 0; i < sent.Count; i++)
            SentUs.Add(nowUs);
        Sent.AddRange(sent);
        return sent;
    }

    public void Arrive(ReadOnlySpan<byte> datagram, long arrivalUs)
    {
        Assert.True(RtpHeader.TryRead(datagram, out var header));
        SoundHeard += header.Ssrc == SoundSsrc ? 1 : 0;
        PicturesSeen += header.Ssrc is >= 1000 and < 2000 && !header.HasPadding ? 1 : 0;
        BytesArrived += datagram.Length + 28;
        if (!_streams.TryGetValue(header.Ssrc, out var account))
            _streams[header.Ssrc] = account = new StreamAccount(header.Sequence);
        account.Count(header.Sequence);
        foreach (var element in header.Extensions(datagram))
        {
            if (element.Id == LayeredCall.TransportId)
                _arrivals.Record((ushort)(element.Value[0] << 8 | element.Value[1]), arrivalUs + ClockOffsetUs);
        }
    }

    /// <summary>Reports what is due.</summary>
    public void Report(long nowUs)
    {
        if (_plan.Reports == ReportKind.Nothing || IsMute || nowUs < _nextReportUs)
            return;
        _nextReportUs = nowUs + (_plan.Reports == ReportKind.Arrivals ? ArrivalsUs : ReportsUs);
        if (_plan.Reports == ReportKind.Arrivals)
        {
            while (_arrivals.HasNews)
                _peer.SendRtcp((ref RtcpWriter writer) => Assert.True(writer.TryTransportFeedback(1, 1000, _arrivals)));
            return;
        }

        var blocks = _streams.Select(static stream => stream.Value.Report(stream.Key)).ToArray();
        _limitBps = Math.Min(_plan.ReceiverLimitBps, Math.Max(_limitBps, (BytesArrived - _bytesReported) * 8_000_000 / ReportsUs * 3 / 2));
        _bytesReported = BytesArrived;
        _peer.SendRtcp((ref RtcpWriter writer) =>
        {
            Assert.True(writer.TryReceiverReport(1, blocks));
            if (_plan.Reports == ReportKind.Limit)
                Assert.True(writer.TryReceiverEstimate(1, _limitBps, [1000]));
        });
    }

    /// <summary>What a receiver counts of one stream.</summary>
    private sealed class StreamAccount(ushort first)
    {
        private long _highest = first;
        private long _expectedBefore;
        private long _receivedBefore;
        private long _received;

        public void Count(ushort sequence)
        {
            _received++;
            _highest = Math.Max(_highest, _highest + (short)(sequence - (ushort)_highest));
        }

        public ReportBlock Report(uint ssrc)
        {
            var expected = _highest - first + 1;
            var (newlyExpected, newlyReceived) = (expected - _expectedBefore, _received - _receivedBefore);
            (_expectedBefore, _receivedBefore) = (expected, _received);
            var lost = Math.Max(0, newlyExpected - newlyReceived);
            return new ReportBlock(ssrc, (byte)(newlyExpected == 0 ? 0 : Math.Min(255, lost * 256 / newlyExpected)), (int)(expected - _received), (uint)_highest, 0, 0, 0);
        }
    }
}
