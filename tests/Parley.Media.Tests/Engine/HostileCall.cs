// A call of publishers and subscribers of every kind around one engine, and what has to hold in it whatever they send.
using System.Runtime.CompilerServices;
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

internal sealed class HostileCall : IDisposable
{
    private const int MaxStreams = 256;
    private const int MaxPackets = 8192;
    private const int MaxBytes = 2 * 1024 * 1024;

    private static readonly CodecParameters Vp8 = EngineStage.Video(96, 97, "VP8");
    private static readonly CodecParameters Vp9 = EngineStage.Video(98, 99, "VP9");
    private static readonly CodecParameters Av1 = EngineStage.Video(45, 46, "AV1");
    private static readonly CodecParameters H264 = EngineStage.Video(102, 103, "H264") with { Format = "packetization-mode=1;profile-level-id=42e01f;level-asymmetry-allowed=1" };

    private readonly Random _random;

    public HostileCall(int seed)
    {
        _random = new Random(seed);
        Stage = new EngineStage(seed);
        Publishers =
        [
            new(Stage, "vp8-simulcast.txt", Receive("0", Vp8) with { Rids = ["l", "m"] }, _random),
            new(Stage, "vp9-svc.txt", Receive("0", Vp9), _random),
            new(Stage, "av1-svc.txt", Receive("0", Av1), _random),
            new(Stage, "av1-temporal.txt", Receive("0", Av1), _random),
            new(Stage, "h264.txt", Receive("0", H264), _random),
            new(Stage, "opus-red.txt", Receive("1", Sound), _random),
        ];
        Subscribers =
        [
            new(Stage, new HostilePlan(SrtpProfile.AeadAes128Gcm, Numbers: true, Retransmission: true), _random),
            new(Stage, new HostilePlan(SrtpProfile.AeadAes256Gcm, Numbers: true, Retransmission: true, LinkBps: 400_000), _random),
            new(Stage, new HostilePlan(SrtpProfile.Aes128CmHmacSha1Tag80, Numbers: true, Retransmission: false), _random),
            new(Stage, new HostilePlan(SrtpProfile.AeadAes128Gcm, Numbers: false, Retransmission: true), _random),
            new(Stage, new HostilePlan(SrtpProfile.Aes128CmHmacSha1Tag80, Numbers: false, Retransmission: false), _random),
        ];
        foreach (var subscriber in Subscribers)
        {
            for (var slot = 0; slot < 3; slot++)
                subscriber.Slots[slot].Switch(Publishers[_random.Next(5)].Track);
            subscriber.Slots[3].Switch(Publishers[5].Track);
        }
    }

    public static CodecParameters[] Pictures => [Vp8, Vp9, Av1, H264];

    public static CodecParameters[] Sound { get; } =
    [
        EngineStage.Opus() with { Feedback = ["nack", "transport-cc"] },
        new() { PayloadType = 63, Name = "red", ClockRate = 48_000, Channels = 2, Format = "111/111", Feedback = ["nack"] },
    ];

    public EngineStage Stage { get; }

    public HostilePublisher[] Publishers { get; }

    public HostileSubscriber[] Subscribers { get; private set; }

    private IEnumerable<VirtualPeer> Everybody => [.. Publishers.Select(static publisher => publisher.Virtual), .. Subscribers.Select(static subscriber => subscriber.Virtual)];

    /// <summary>Lets datagrams arrive, and looks at what leaves.</summary>
    public void Send(PathKey from, params byte[][] datagrams)
    {
        Stage.Send(from, datagrams);
        Drain();
    }

    public void Pass(TimeSpan time)
    {
        Stage.Pass(time);
        Drain();
    }

    /// <summary>A report of a publisher, true or broken.</summary>
    public byte[] PublisherCompound(HostilePublisher publisher)
    {
        var buffer = new byte[400];
        var writer = new RtcpWriter(buffer);
        foreach (var ssrc in publisher.Ssrcs)
            writer.TrySenderReport(new SenderInformation(ssrc, _random.Next(4) == 0 ? (ulong)_random.NextInt64() : (ulong)Stage.NowUs << 12, (uint)_random.NextInt64(uint.MaxValue), 1, 1), []);
        if (_random.Next(10) == 0)
            writer.TryGoodbye([.. publisher.Ssrcs]);
        if (writer.Length == 0)
            writer.TryPictureLoss(1, 1);
        for (var i = _random.Next(3); i > 0; i--)
            buffer[_random.Next(writer.Length)] = (byte)_random.Next(256);
        return buffer[..writer.Length];
    }

    /// <summary>What has to hold at any time.</summary>
    public void AssertSound()
    {
        var ended = Stage.Outbox.Events.OfType<PeerEnded>().FirstOrDefault();
        Assert.True(ended is null, $"{ended?.Reason}: {ended?.Fault}");
        foreach (var peer in Everybody)
        {
            Assert.InRange(peer.Peer.Paths.All.Count, 1, PeerPaths.Most);
            Assert.InRange(Streams(peer.Peer.Receiver).Count, 0, MaxStreams);
            Assert.InRange(Held(peer.Peer.Receiver).Count, 0, HeldPackets.MaxPackets);
        }

        foreach (var layer in Publishers.SelectMany(static publisher => publisher.Track.Layers))
        {
            Assert.InRange(layer.Stream.Capacity, 1, MaxBytes);
            Assert.InRange(layer.Stream.Head - layer.Stream.Tail, 0, MaxPackets);
        }
    }

    /// <summary>The engine is as good as new for whoever behaves: who comes now gets a new stream of every codec.</summary>
    public void AssertServesOthers()
    {
        HostileSubscriber[] others =
        [
            new(Stage, new HostilePlan(SrtpProfile.AeadAes128Gcm, Numbers: true, Retransmission: true), _random),
            new(Stage, new HostilePlan(SrtpProfile.Aes128CmHmacSha1Tag80, Numbers: false, Retransmission: false), _random),
        ];
        Subscribers = [.. Subscribers, .. others];
        foreach (var publisher in Publishers)
        {
            publisher.Renew();
            var slot = publisher == Publishers[^1] ? 3 : 0;
            foreach (var subscriber in others)
                subscriber.Slots[slot].Switch(publisher.Track);
            long[] before = [.. others.Select(subscriber => subscriber.Slots[slot].PacketsSent)];
            for (var i = 0; i < 150; i++)
            {
                Send(publisher.Virtual.Path, publisher.Packet(isHonest: true)!);
                Pass(TimeSpan.FromMilliseconds(5));
                Report(others[0]);
            }

            for (var i = 0; i < others.Length; i++)
                Assert.InRange(others[i].Slots[slot].PacketsSent - before[i], 10, 150);
        }
    }

    /// <summary>A subscriber reports its arrivals truly.</summary>
    public void Report(HostileSubscriber subscriber)
    {
        if (subscriber.TrueArrivals() is { } arrivals)
            Send(subscriber.Virtual.Path, subscriber.Virtual.Rtcp(arrivals));
    }

    public void Dispose() => Stage.Dispose();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_streams")]
    private static extern ref Dictionary<uint, IncomingStream> Streams(PeerReceiver receiver);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_held")]
    private static extern ref HeldPackets Held(PeerReceiver receiver);

    private static ReceiveParameters Receive(string mid, params CodecParameters[] codecs) => EngineStage.Receive(mid, codecs) with { Extensions = HostilePublisher.Extensions };

    // Whatever leaves, by any path of theirs, is read by those it goes to.
    private void Drain()
    {
        foreach (var (path, bytes) in Stage.Outbox.Datagrams)
        {
            foreach (var subscriber in Subscribers)
            {
                if (subscriber.Virtual.Peer.Paths.All.Any(own => own.Number == path))
                    subscriber.Take(bytes);
            }

            if (DatagramRouter.Classify(bytes) != DatagramKind.Rtcp)
                continue;
            foreach (var publisher in Publishers)
            {
                if (publisher.Virtual.Peer.Paths.All.Any(own => own.Number == path))
                    publisher.Hear(publisher.Virtual.OpenRtcp(bytes));
            }
        }

        Stage.Outbox.Datagrams.Clear();
    }
}
