// One of two who talk: publishes and receives over an access of its own, asks for what it misses, and sends again what it is asked for.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Congestion;

internal sealed class CallEnd
{
    private const byte TransportId = 5;
    private const uint OwnVideo = 6;
    private const uint OwnSound = 9;
    private const uint Video = 1000;
    private const uint Retransmission = 2000;
    private const uint Sound = 9000;
    private const int PacketsPerFrame = 2;
    private const long FrameUs = 33_333;
    private const long SoundUs = 20_000;
    private const long ReportUs = 50_000;
    private const long CheckUs = 1_000_000;

    private static readonly HeaderExtensionMap Extensions = new([(1, HeaderExtension.Mid), (TransportId, HeaderExtension.TransportSequence)]);
    private static readonly (byte, byte[])[] VideoMid = [(1, "v"u8.ToArray())];
    private static readonly (byte, byte[])[] SoundMid = [(1, "a"u8.ToArray())];

    private readonly EngineStage _stage;
    private readonly KeyStreamLedger _ledger;
    private readonly TransportArrivals _arrivals = new();
    private readonly Dictionary<ushort, byte[]> _kept = [];
    private readonly HashSet<long> _received = [];
    private readonly Dictionary<long, (int Times, long LastUs)> _asked = [];
    private long _firstReceived = -1;
    private long _highest;
    private long _sequence;
    private long _soundSequence;
    private long _retransmissionSequence;
    private ushort _transportSequence;
    private int _picture;
    private bool _isKeyframeWanted = true;
    private long _nextFrameUs;
    private long _nextSoundUs;
    private long _nextReportUs;
    private long _nextCheckUs;

    public CallEnd(EngineStage stage, NetworkLink up, NetworkLink down)
    {
        (_stage, Up, Down) = (stage, up, down);
        Virtual = stage.Connect();
        _ledger = new KeyStreamLedger(Virtual);
        VideoTrack = Virtual.Peer.AddTrack(EngineStage.Receive("v", EngineStage.Video(name: "VP8")) with { Extensions = Extensions });
        SoundTrack = Virtual.Peer.AddTrack(EngineStage.Receive("a", EngineStage.Opus()) with { Extensions = Extensions });
    }

    public VirtualPeer Virtual { get; }

    public NetworkLink Up { get; }

    public NetworkLink Down { get; }

    public MediaTrack VideoTrack { get; }

    public MediaTrack SoundTrack { get; }

    public MediaPeer Peer => Virtual.Peer;

    public long SoundHeard { get; private set; }

    /// <summary>Packets of video that have come, repeats among them, each once.</summary>
    public long VideoSeen => _received.Count;

    /// <summary>The share that has come of all that was sent to it since a time, but for the last moments.</summary>
    public double Share(long from)
    {
        var to = _highest - 30;
        return to <= from ? 0 : _received.Count(number => number >= from && number < to) / (double)(to - from);
    }

    /// <summary>The number of the newest packet that has come.</summary>
    public long Newest => _highest;

    /// <summary>The number of the first packet that has come.</summary>
    public long First => _firstReceived;

    public void Subscribe(CallEnd other)
    {
        Peer.Subscribe(EngineStage.Send("v", Video, EngineStage.Video(name: "VP8")) with { Extensions = Extensions, RetransmissionSsrc = Retransmission }, other.VideoTrack);
        Peer.Subscribe(EngineStage.Send("a", Sound, EngineStage.Opus()) with { Extensions = Extensions }, other.SoundTrack);
    }

    /// <summary>Sends what is due.</summary>
    public void Send()
    {
        var nowUs = _stage.NowUs;
        if (nowUs >= _nextFrameUs)
            SendFrame();
        if (nowUs >= _nextSoundUs)
        {
            _nextSoundUs = nowUs + SoundUs;
            Up.Send(Virtual.Rtp(OwnSound, 111, _soundSequence++, new byte[80], (uint)(_soundSequence * 960), false, [.. SoundMid, Numbered()]), nowUs);
        }

        if (nowUs >= _nextCheckUs)
        {
            _nextCheckUs = nowUs + CheckUs;
            Up.Send(Virtual.Check(), nowUs);
        }

        if (nowUs < _nextReportUs)
            return;
        _nextReportUs = nowUs + ReportUs;
        Report();
    }

    /// <summary>Takes what has come through.</summary>
    public void Receive(byte[] datagram, long arrivalUs)
    {
        switch (DatagramRouter.Classify(datagram))
        {
            case DatagramKind.Rtp:
                ReceiveMedia(datagram, arrivalUs);
                break;
            case DatagramKind.Rtcp:
                if (Virtual.TryOpenRtcp(datagram) is { } compound)
                    Hear(compound);
                break;
        }
    }

    private void SendFrame()
    {
        _nextFrameUs = Math.Max(_nextFrameUs, _stage.NowUs - 20_000) + FrameUs;
        _picture = _picture + 1 & 0x7FFF;
        for (var part = 0; part < PacketsPerFrame; part++)
        {
            var payload = new byte[1000];
            byte[] descriptor = [(byte)(part == 0 ? 0x90 : 0x80), 0x80, (byte)(0x80 | _picture >> 8), (byte)_picture, (byte)(_isKeyframeWanted ? 0 : 1)];
            descriptor.CopyTo(payload, 0);
            _kept[(ushort)_sequence] = payload;
            _kept.Remove((ushort)(_sequence - 500));
            Up.Send(Virtual.Rtp(OwnVideo, 96, _sequence++, payload, (uint)(_picture * 3000), part == PacketsPerFrame - 1, [.. VideoMid, Numbered()]), _stage.NowUs);
        }

        _isKeyframeWanted = false;
    }

    private void ReceiveMedia(byte[] datagram, long arrivalUs)
    {
        var payload = _ledger.Note(datagram, out var header, out var index);
        foreach (var element in header.Extensions(datagram))
        {
            if (element.Id == TransportId)
                _arrivals.Record((ushort)(element.Value[0] << 8 | element.Value[1]), arrivalUs);
        }

        if (payload is null)
            return;
        SoundHeard += header.Ssrc == Sound ? 1 : 0;
        if (header.Ssrc == Video)
            Note((long)index);
        else if (header.Ssrc == Retransmission && payload.Length > 2)
            Note(_highest + (short)(BinaryPrimitives.ReadUInt16BigEndian(payload) - (ushort)_highest));
    }

    private void Note(long number)
    {
        if (_firstReceived < 0)
            _firstReceived = _highest = number;
        _received.Add(number);
        _asked.Remove(number);
        for (_highest = Math.Max(_highest, number); _asked.Count > 400;)
            _asked.Remove(_asked.Keys.Min());
    }

    private void Hear(ReadOnlySpan<byte> compound)
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            _isKeyframeWanted |= packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss);
            foreach (var number in NackedSequences.In(packet))
            {
                if (!_kept.TryGetValue(number, out var payload))
                    continue;
                byte[] original = [(byte)(number >> 8), (byte)number, .. payload];
                Up.Send(Virtual.Rtp(OwnVideo + 1, 97, ++_retransmissionSequence, original, 0, false, [.. VideoMid, Numbered()]), _stage.NowUs);
            }
        }
    }

    // Arrivals, and what is missing for longer than it may be late.
    private void Report()
    {
        var missing = new List<ushort>();
        for (var number = Math.Max(_firstReceived, _highest - 200); number < _highest - 4 && _firstReceived >= 0 && missing.Count < 60; number++)
        {
            var (times, lastUs) = _asked.GetValueOrDefault(number);
            if (_received.Contains(number) || times >= 8 || _stage.NowUs - lastUs < 2 * ReportUs)
                continue;
            _asked[number] = (times + 1, _stage.NowUs);
            missing.Add((ushort)number);
        }

        var buffer = new byte[1400];
        var writer = new RtcpWriter(buffer);
        writer.TryReceiverReport(1, [new ReportBlock(Video, 0, 0, (uint)_highest, 0, 0, 0)]);
        writer.Nack(1, Video, missing.ToArray());
        writer.TryTransportFeedback(1, Video, _arrivals);
        Up.Send(Virtual.Rtcp(buffer.AsSpan(0, writer.Length)), _stage.NowUs);
    }

    private (byte, byte[]) Numbered()
    {
        var number = _transportSequence++;
        return (TransportId, [(byte)(number >> 8), (byte)number]);
    }
}
