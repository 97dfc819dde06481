// Records of a broken or hostile end: whatever comes, no exception leaves the link, and nobody gets what is not a packet.
using Parley.Media.Engine;
using Parley.Media.Relay;
using Parley.Media.Rtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

[Trait("Kind", "Fuzz")]
public sealed class RelayFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    [Fact]
    public void Readers_take_any_bytes()
    {
        var samples = Samples(1);
        Hostile.Feed(static bytes => RelayRecord.TryRead(bytes, out _, out _), samples);
        Hostile.Feed(static bytes =>
        {
            if (RelayedPacket.TryRead(bytes, out var packet))
                Assert.Equal(bytes.Length, packet.Length);
        }, samples);
        Hostile.Feed(static bytes =>
        {
            if (!RelayedState.TryRead(bytes, out var state))
                return;
            for (var i = 0; i < state.Count; i++)
                Assert.InRange(state[i].RateOf(3), 0, int.MaxValue);
        }, samples);
        Hostile.Feed(static bytes => RelayWant.TryRead(bytes, out _), samples);
        Hostile.Feed(static bytes =>
        {
            if (!RelayMissing.TryRead(bytes, out var missing))
                return;
            for (var i = 0; i < missing.Count; i++)
                _ = missing[i];
        }, samples);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        foreach (var sample in Samples(7))
        {
            Assert.True(RelayRecord.TryRead(sample, out var kind, out var track));
            Assert.Equal(7u, track);
            var copy = new byte[sample.Length];
            switch (kind)
            {
                case RelayRecordKind.Media:
                    Assert.True(RelayedPacket.TryRead(sample, out var packet));
                    packet.Write(copy);
                    Assert.Equal(sample, copy);
                    break;
                case RelayRecordKind.State:
                    Assert.True(RelayedState.TryRead(sample, out var state));
                    Assert.Equal(sample.Length, RelayedState.Write(copy, track, state.SentUs, Enumerate(state)));
                    Assert.Equal(sample, copy);
                    break;
                case RelayRecordKind.Want:
                    Assert.True(RelayWant.TryRead(sample, out var want));
                    want.Write(copy, track);
                    Assert.Equal(sample, copy);
                    break;
                case RelayRecordKind.Missing:
                    Assert.True(RelayMissing.TryRead(sample, out var missing));
                    Assert.Equal([5, 6, 65_535], new[] { missing[0], missing[1], missing[2] }.Select(static number => (int)number));
                    break;
            }
        }
    }

    [Fact]
    public void A_broken_other_end_harms_nobody() => FuzzSeeds.ForEach(3, Attack);

    private void Attack(int seed)
    {
        var random = new Random(seed);
        using var stage = new RelayStage(seed);
        var publisher = stage.Near.Connect();
        var (near, far) = (stage.Near.Connect(), stage.Far.Connect());
        var codecs = new[] { EngineStage.Video(name: "VP8"), EngineStage.Video(98, 99, "VP9"), EngineStage.Video(100, 101, "AV1"), EngineStage.Video(102, 103) };
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", codecs) with { Rids = ["q", "h"] });
        var relayed = stage.Relay(track);
        near.Peer.Subscribe(EngineStage.Send("0", 7, codecs), track);
        far.Peer.Subscribe(EngineStage.Send("0", 8, codecs), relayed);
        stage.Pass(TimeSpan.FromMilliseconds(5));
        // The number of the track that is attacked, in both directions.
        var id = stage.NearLink.Offer(track);
        var corpus = Samples(id).Where(static record => (record[0] & 15) is (int)RelayRecordKind.State or (int)RelayRecordKind.Want or (int)RelayRecordKind.Missing).ToList();
        var media = new BrokenMedia(random, id);
        var ledger = new KeyStreamLedger(far);
        var sent = new int[128];
        for (var round = 0; round < Rounds; round++)
        {
            var record = random.Next(3) == 0 ? Changed(corpus[random.Next(corpus.Count)], random) : media.Next(stage.Far.NowUs);
            stage.FarLink.HandleRecord(record, stage.Far.NowUs);
            stage.NearLink.HandleRecord(record, stage.Near.NowUs);
            stage.Far.EndTurn();
            stage.Near.EndTurn();
            if (round % 10 == 0)
            {
                publisher.SendRtp(
                    1 + (uint)(round / 10 & 1), 96, 1 + round / 20, [0x10, 0, 0, 0, 0x9D, 1, 0x2A], (uint)round * 300, marker: true, (1, "0"u8.ToArray()), (2, [(byte)"qh"[round / 10 & 1]]));
            }

            if (round % 100 == 0)
                stage.Pass(TimeSpan.FromMilliseconds(random.Next(1, 20)));
            foreach (var datagram in far.TakeRaw())
            {
                // No key stream is used for two packets, whatever their numbers said.
                ledger.Note(datagram, out var header, out _);
                sent[header.PayloadType]++;
            }

            stage.Far.Outbox.Datagrams.Clear();
            stage.Near.Outbox.Datagrams.Clear();
        }

        Assert.DoesNotContain(stage.Far.Outbox.Events, static happened => happened is PeerEnded or CopyFailed);
        Assert.DoesNotContain(stage.Near.Outbox.Events, static happened => happened is PeerEnded or CopyFailed);
        // An attack that reaches nothing proves nothing.
        var asked = stage.ToNear.Count(RelayRecordKind.Missing);
        output.WriteLine(
            $"sent {string.Join(' ', codecs.Select(codec => sent[codec.PayloadType]))}, malformed {stage.FarLink.Counters.Malformed}, duplicates {stage.FarLink.Counters.Duplicates}, asked {asked}, "
            + $"repeated {stage.NearLink.Counters.Repeated}, unknown {stage.Far.Engine.Drops[DropReason.UnknownStream]}");
        Assert.All(codecs, codec => Assert.InRange(sent[codec.PayloadType], 100, Rounds));
        Assert.True(stage.FarLink.Counters is { Malformed: > 100, Duplicates: > 100 });
        Assert.InRange(asked, 10, Rounds);
        Assert.InRange(stage.NearLink.Counters.Repeated, 10, Rounds);
    }

    private static byte[] Changed(byte[] sample, Random random)
    {
        var record = sample.ToArray();
        for (var changes = random.Next(5); changes > 0; changes--)
            record[random.Next(5, record.Length)] = (byte)random.Next(256);
        return random.Next(4) == 0 ? record[..random.Next(record.Length)] : record;
    }

    /// <summary>A good record of every kind.</summary>
    private static byte[][] Samples(uint track)
    {
        List<byte[]> samples = [];
        byte[] extensions = [(byte)HeaderExtension.AudioLevel, 1, 5, (byte)HeaderExtension.DependencyDescriptor, 3, 0x80, 0, 1];
        foreach (var type in new byte[] { 96, 98, 100, 102 })
        {
            foreach (var payload in new[] { [], new byte[] { 0x90, 0xE0, 0x81, 2, 3, 4, 0, 1 }, new byte[600] })
            {
                var packet = new RelayedPacket
                {
                    Track = track,
                    Layer = 1,
                    Flags = RelayedPacketFlags.Marker,
                    Source = samples.Count & 3,
                    PayloadType = type,
                    Number = (ushort)(samples.Count + 1),
                    Sequence = 0x1234_5678_9ABC,
                    Timestamp = 77,
                    ArrivalUs = 5_000_100,
                    Extensions = extensions,
                    Payload = payload,
                };
                var record = new byte[packet.Length];
                packet.Write(record);
                samples.Add(record);
            }
        }

        var buffer = new byte[500];
        samples.Add(buffer[..RelayedState.Write(buffer, track, 5_000_200, [new((RelayedLayerFlags)7, 8, 99UL << 32, 5, 5_000_000, 3, 7), new(RelayedLayerFlags.Sent, 9, 0, 0, 0, 15, ulong.MaxValue)])]);
        samples.Add(buffer[..RelayMissing.Write(buffer, track, 1, [5, 6, ushort.MaxValue])]);
        new RelayWant(3, 2).Write(buffer, track);
        samples.Add(buffer[..RelayWant.Length]);
        foreach (var kind in new[] { RelayRecordKind.Ended, RelayRecordKind.Stop })
        {
            RelayRecord.Write(buffer, kind, track);
            samples.Add(buffer[..RelayRecord.HeaderLength]);
        }

        return [.. samples];
    }

    private static RelayedLayerState[] Enumerate(RelayedState state)
    {
        var layers = new RelayedLayerState[state.Count];
        for (var i = 0; i < layers.Length; i++)
            layers[i] = state[i];
        return layers;
    }
}
