// The ways of media and reports through the engine, each with what it is rewritten, numbered, repeated and paced by: none allocates anything, once it has begun.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Forwarding;

public sealed class AllocationTests(ITestOutputHelper output) : IDisposable
{
    private const int Warm = 4000;
    private const int Measured = 1000;
    private const int Rounds = 5;
    private const long StepUs = 3000;
    private const int ReportEach = 20;
    private const uint Ssrc = 4711;
    private const uint SoundSsrc = 4712;

    private static readonly HeaderExtensionMap Extensions = new(
    [
        (1, HeaderExtension.Mid), (2, HeaderExtension.AbsoluteSendTime), (4, HeaderExtension.TransportSequence), (14, HeaderExtension.DependencyDescriptor),
    ]);

    private readonly EngineStage _stage = new();
    private readonly Receiver _receiver = new();
    private long _nowUs;

    public static TheoryData<string, bool, bool> Ways => new()
    {
        { "VP8", false, false },
        { "VP8", false, true },
        { "VP8", true, false },
        { "AV1", false, false },
        { "AV1", true, false },
    };

    // Numbered packets, arrivals and losses reported, repeats asked for and given; with a way that is too short, paced.
    [Theory]
    [MemberData(nameof(Ways))]
    public void Media_and_reports_on_their_ways_allocate_nothing(string codec, bool isShort, bool hasSound)
    {
        var publisher = _stage.Connect();
        var subscriber = _stage.Connect();
        var video = EngineStage.Video(name: codec);
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", video) with { Extensions = Extensions });
        var sound = publisher.Peer.AddTrack(EngineStage.Receive("1", EngineStage.Opus()) with { Extensions = Extensions });
        var subscription = subscriber.Peer.Subscribe(EngineStage.Send("0", Ssrc, video) with { Extensions = Extensions, RetransmissionSsrc = Ssrc + 1000 }, track);
        subscriber.Peer.Subscribe(EngineStage.Send("1", SoundSsrc, EngineStage.Opus()) with { Extensions = Extensions }, sound);
        publisher.Send(Packet(publisher, codec, 0));
        Assert.Single(subscriber.TakeRtp());

        const int count = Warm + Rounds * Measured;
        var media = new byte[count][];
        var audio = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            media[i] = Packet(publisher, codec, i + 1);
            audio[i] = publisher.Rtp(9, 111, i, new byte[80], (uint)(960 * i), false, (1, "1"u8.ToArray()), (4, [1, 2]));
        }

        var sink = new ReceivingSink(_receiver);
        _receiver.LinkBps = !isShort ? 20_000_000 : codec == "AV1" ? 500_000 : 1_000_000;
        _nowUs = _stage.NowUs;
        var next = 0;
        Run(Warm);
        var before = (subscription.PacketsSent, subscription.PacketsRepeated, _receiver.Datagrams);
        Assert.Equal(0, Allocations.Of(() => Run(Measured)));
        output.WriteLine($"sent {subscription.PacketsSent}, repeated {subscription.PacketsRepeated}, estimate {subscriber.Peer.EstimateBps}, paced {subscriber.Peer.LongestPacingWaitUs} us");
        // It was done, not left out.
        Assert.True(subscription.PacketsSent - before.PacketsSent > Measured / 10);
        Assert.True(subscription.PacketsRepeated - before.PacketsRepeated > 5);
        Assert.True(_receiver.Datagrams - before.Datagrams > Measured / 10);
        Assert.NotEqual(0, subscriber.Peer.EstimateBps);
        Assert.Equal(isShort, subscriber.Peer.LongestPacingWaitUs > 0);

        void Run(int packets)
        {
            for (var end = next + packets; next < end; next++)
            {
                _receiver.NowUs = _nowUs += StepUs;
                // Everything that is due, and the reports that the engine itself makes.
                while (_stage.Engine.NextDeadlineUs <= _nowUs)
                {
                    _stage.Engine.HandleDeadlines(ref sink, _nowUs);
                    _stage.Engine.EndTurn(ref sink, _nowUs);
                }

                _stage.Engine.HandleDatagram(ref sink, publisher.PathNumber, media[next], _nowUs);
                if (hasSound)
                    _stage.Engine.HandleDatagram(ref sink, publisher.PathNumber, audio[next], _nowUs);
                _stage.Engine.EndTurn(ref sink, _nowUs);
                if (next % ReportEach != 0)
                    continue;
                _stage.Engine.HandleDatagram(ref sink, subscriber.PathNumber, _receiver.Report(subscriber), _nowUs);
                _stage.Engine.EndTurn(ref sink, _nowUs);
            }
        }
    }

    public void Dispose() => _stage.Dispose();

    private static byte[] Packet(VirtualPeer publisher, string codec, int number)
    {
        var payload = new byte[900];
        // A VP8 descriptor with picture id, base layer and temporal layer; the first packet is a keyframe. Or of AV1 what its descriptor says it is.
        ((ReadOnlySpan<byte>)[0x90, 0xE0, (byte)(0x80 | number >> 8 & 0x7F), (byte)number, (byte)number, 0, (byte)(number == 0 ? 0 : 1)]).CopyTo(payload);
        if (codec != "AV1")
            return publisher.Rtp(1, 96, number, payload, (uint)(3000 * number), true, (1, "0"u8.ToArray()), (4, [1, 2]));
        var packet = Described.Value[number == 0 ? 0 : 1];
        var plain = packet.Bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(plain.AsSpan(2), (ushort)number);
        BinaryPrimitives.WriteUInt32BigEndian(plain.AsSpan(4), (uint)(3000 * number));
        plain[1] = 0x80 | 96;
        // Frames are numbered from 1 on; the number is behind the first byte of the descriptor.
        var descriptor = plain.AsSpan(plain.AsSpan().IndexOf(packet.Extension(14)));
        BinaryPrimitives.WriteUInt16BigEndian(descriptor[1..], (ushort)(number + 1));
        return publisher.Rtp(plain, number)!;
    }

    // The first with a structure, and one without.
    private static readonly Lazy<CapturedPacket[]> Described = new(static () =>
    {
        var packets = Capture.Packets("av1-temporal.txt");
        return [packets[0], packets.First(static packet => packet.Header.Marker && packet.Extension(14) is [0xC1, _, _])];
    });

    /// <summary>The subscriber's receiver, which allocates nothing either.</summary>
    private sealed class Receiver
    {
        private readonly TransportArrivals _arrivals = new();
        private readonly byte[] _report = new byte[1500];
        private readonly ushort[] _missing = new ushort[1];
        private readonly ReportBlock[] _blocks = new ReportBlock[1];
        private long _linkFreeUs;
        private ushort _last;

        public byte[] Scratch { get; } = new byte[1600];

        public long NowUs { get; set; }

        public long LinkBps { get; set; }

        public long Datagrams { get; private set; }

        public void Take(ReadOnlySpan<byte> datagram)
        {
            if (DatagramRouter.Classify(datagram) != DatagramKind.Rtp || !RtpHeader.TryRead(datagram, out var header))
                return;
            Datagrams++;
            if (header.Ssrc == Ssrc)
                _last = header.Sequence;
            _linkFreeUs = Math.Max(_linkFreeUs, NowUs) + (datagram.Length + 28) * 8_000_000L / LinkBps;
            // What finds a third of a second waiting is lost.
            if (_linkFreeUs - NowUs > 300_000)
            {
                _linkFreeUs -= (datagram.Length + 28) * 8_000_000L / LinkBps;
                return;
            }

            foreach (var element in header.Extensions(datagram))
            {
                if (element.Id == 4)
                    _arrivals.Record((ushort)(element.Value[0] << 8 | element.Value[1]), _linkFreeUs);
            }
        }

        /// <summary>What has arrived, a receiver report, and a request for a packet of before.</summary>
        public ReadOnlySpan<byte> Report(VirtualPeer subscriber)
        {
            var writer = new RtcpWriter(_report.AsSpan(0, 1400));
            _blocks[0] = new ReportBlock(Ssrc, 0, 0, _last, 0, 0, 0);
            _missing[0] = (ushort)(_last - 8);
            writer.TryReceiverReport(1, _blocks);
            writer.Nack(1, Ssrc, _missing);
            writer.TryTransportFeedback(1, Ssrc, _arrivals);
            return _report.AsSpan(0, subscriber.Sender.ProtectRtcp(_report, writer.Length));
        }
    }

    private readonly struct ReceivingSink(Receiver receiver) : IMediaSink
    {
        public Span<byte> Reserve(int path, int size) => receiver.Scratch;

        public void Commit(int length) => receiver.Take(receiver.Scratch.AsSpan(0, length));

        public void Dtls(PeerId peer, ReadOnlySpan<byte> record)
        {
        }

        public void Raise(MediaEvent happened)
        {
        }
    }
}
