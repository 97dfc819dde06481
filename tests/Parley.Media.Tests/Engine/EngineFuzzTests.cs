// Whatever arrives, from strangers or from a peer with the right keys: no exception leaves the engine, and no fault of ours ends a peer.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

public sealed class EngineFuzzTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Bytes_of_strangers_and_bytes_changed_on_the_way_do_no_harm()
    {
        foreach (var seed in FuzzSeeds.For(3))
            Run(seed, AttackFromOutside);
    }

    [Fact]
    public void A_peer_with_keys_that_sends_nonsense_harms_nobody()
    {
        foreach (var seed in FuzzSeeds.For(3))
            Run(seed, AttackFromInside);
    }

    private static void Run(int seed, Action<int> attack)
    {
        try
        {
            attack(seed);
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"PARLEY_FUZZ_SEED={seed}", error);
        }
    }

    private static void AttackFromOutside(int seed)
    {
        var random = new Random(seed);
        using var stage = new EngineStage(seed);
        var (publisher, subscriber) = Call(stage);
        var corpus = Corpus(publisher, random);
        // What an attacker captures has been on its way.
        foreach (var datagram in corpus)
            publisher.Send(datagram);
        for (var round = 0; round < Rounds; round++)
        {
            var from = random.Next(3) switch { 0 => publisher.Path, 1 => subscriber.Path, _ => new PathKey(EngineStage.Here, EngineStage.Address(99)) };
            stage.Send(from, Mutate(corpus[random.Next(corpus.Count)], random));
            if (round % 100 == 0)
                stage.Pass(TimeSpan.FromMilliseconds(random.Next(20)));
        }

        Assert.DoesNotContain(stage.Outbox.Events, happened => happened is PeerEnded);
        publisher.SendRtp(1, 96, 40_000, [1, 2, 3]);
        Assert.Contains(subscriber.TakeRtp(), packet => packet.Payload.AsSpan().SequenceEqual<byte>([1, 2, 3]));
    }

    private static void AttackFromInside(int seed)
    {
        var random = new Random(seed);
        using var stage = new EngineStage(seed);
        var (publisher, subscriber) = Call(stage);
        var compounds = Compounds(random);
        long sequence = 1;
        for (var round = 0; round < Rounds; round++)
        {
            var peer = random.Next(4) == 0 ? subscriber : publisher;
            if (random.Next(2) == 0)
            {
                var packet = Mutate(compounds[random.Next(compounds.Count)], random);
                // The first eight bytes are not encrypted; a shorter packet has no place for its authentication.
                if (packet.Length < 8)
                    continue;
                var room = new byte[packet.Length + 64];
                packet.CopyTo(room, 0);
                stage.Send(peer.Path, room[..peer.Sender.ProtectRtcp(room, packet.Length)]);
            }
            else
            {
                stage.Send(peer.Path, Nonsense(peer, random, sequence++));
            }

            if (round % 50 == 0)
                stage.Pass(TimeSpan.FromMilliseconds(random.Next(60)));
            stage.Outbox.Datagrams.Clear();
        }

        Assert.True(!stage.Outbox.Events.Any(happened => happened is PeerEnded), $"{stage.Outbox.Events.OfType<PeerEnded>().FirstOrDefault()?.Fault}");
    }

    [Fact]
    public void Every_length_of_everything_is_taken()
    {
        using var stage = new EngineStage();
        var (publisher, _) = Call(stage);
        foreach (var datagram in Corpus(publisher, new Random(1)))
        {
            for (var length = 0; length <= datagram.Length; length++)
                stage.Send(publisher.Path, datagram[..length]);
        }

        foreach (var first in Enumerable.Range(0, 256))
        {
            for (var length = 0; length < 64; length++)
                stage.Send(publisher.Path, Enumerable.Repeat((byte)first, length).ToArray());
        }

        Assert.DoesNotContain(stage.Outbox.Events, happened => happened is PeerEnded);
    }

    private static (VirtualPeer Publisher, VirtualPeer Subscriber) Call(EngineStage stage)
    {
        var publisher = stage.Connect();
        var subscriber = stage.Connect();
        foreach (var (mid, codec) in new[] { ("0", EngineStage.Video()), ("1", EngineStage.Opus()) })
        {
            var track = publisher.Peer.AddTrack(EngineStage.Receive(mid, codec));
            subscriber.Peer.Subscribe(EngineStage.Send(mid, (uint)(4711 + mid[0]), codec), track);
        }

        return (publisher, subscriber);
    }

    private static List<byte[]> Corpus(VirtualPeer peer, Random random)
    {
        List<byte[]> corpus =
        [
            peer.Check(), peer.Check(nominate: false), peer.Rtp(1, 96, 1, [1, 2, 3]), peer.Rtp(1, 96, 2, new byte[1100], extensions: [(1, "0"u8.ToArray()), (4, [5])]),
            [22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4], [64, 0, 0, 4, 1, 2, 3, 4],
        ];
        foreach (var compound in Compounds(random))
        {
            var room = new byte[compound.Length + 64];
            compound.CopyTo(room, 0);
            corpus.Add(room[..peer.Sender.ProtectRtcp(room, compound.Length)]);
        }

        return corpus;
    }

    private static List<byte[]> Compounds(Random random)
    {
        var compounds = new List<byte[]>();
        var buffer = new byte[1400];
        for (var kind = 0; kind < 8; kind++)
        {
            var writer = new RtcpWriter(buffer);
            var blocks = new[] { new ReportBlock(4759, 1, 2, 3, 4, 5, 6), new ReportBlock(1, 1, 2, 3, 4, 5, 6) };
            _ = kind switch
            {
                0 => writer.TrySenderReport(new SenderInformation(1, 5, 6, 7, 8), blocks),
                1 => writer.TryReceiverReport(1, blocks),
                2 => writer.TrySourceDescription(1, "somebody"u8),
                3 => writer.TryGoodbye(new uint[] { 1, 2 }),
                4 => writer.Nack(1, 4759, new[] { (ushort)random.Next(65_536), (ushort)1, (ushort)2 }) > 0,
                5 => writer.TryPictureLoss(1, 4759),
                6 => writer.TryFullIntraRequest(1, new IntraRequest(4759, 1)),
                _ => writer.TryReceiverEstimate(1, 1_000_000, new uint[] { 4759 }),
            };
            compounds.Add(buffer[..writer.Length]);
        }

        return compounds;
    }

    /// <summary>An RTP packet that is authentic, and wrong in any other way.</summary>
    private static byte[] Nonsense(VirtualPeer peer, Random random, long sequence)
    {
        var packet = new byte[1600];
        random.NextBytes(packet.AsSpan(0, 200));
        packet[0] = (byte)(0x80 | random.Next(64));
        packet[1] = (byte)(random.Next(2) << 7 | new[] { 96, 97, 111, random.Next(128) }[random.Next(4)]);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), (uint)random.Next(1, 6));
        var csrcs = (packet[0] & 15) * 4;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12 + csrcs), random.Next(3) switch { 0 => RtpHeader.OneByteProfile, 1 => RtpHeader.TwoByteProfile, _ => 7 });
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(14 + csrcs), (ushort)random.Next(12));
        if (!RtpHeader.TryRead(packet, out var header))
            return [];
        var payload = new byte[random.Next(4) == 0 ? 0 : random.Next(40)];
        random.NextBytes(payload);
        return packet[..peer.Sender.ProtectRtp(packet, header.Length, payload, (uint)(sequence >> 16))];
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var changed = bytes.ToArray();
        for (var i = random.Next(4); i > 0 && changed.Length > 0; i--)
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return random.Next(3) switch
        {
            0 => changed[..random.Next(changed.Length + 1)],
            1 => [.. changed, .. new byte[random.Next(60)]],
            _ => changed,
        };
    }
}
