// Whatever arrives, from strangers or from peers with the right keys: no exception leaves the engine, no fault of ours ends a peer, no key stream is used twice, no table grows.
using Parley.Media.Engine;
using Parley.Media.Rtcp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

[Trait("Kind", "Fuzz")]
public sealed class EngineFuzzTests(ITestOutputHelper output)
{
    private const int Rounds = 6_000;

    [Fact]
    public void Bytes_of_strangers_and_bytes_changed_on_the_way_do_no_harm() => FuzzSeeds.ForEach(2, AttackFromOutside);

    [Fact]
    public void Peers_with_keys_that_send_nonsense_harm_nobody() => FuzzSeeds.ForEach(3, AttackFromInside);

    private static void AttackFromOutside(int seed)
    {
        var random = new Random(seed);
        using var call = new HostileCall(seed);
        var corpus = Overheard(call);
        var everybody = call.Publishers.Select(static publisher => publisher.Virtual).Concat(call.Subscribers.Select(static subscriber => subscriber.Virtual)).ToArray();
        for (var round = 0; round < 2 * Rounds; round++)
        {
            var from = random.Next(4) == 0 ? new PathKey(EngineStage.Here, EngineStage.Address(99)) : everybody[random.Next(everybody.Length)].Path;
            call.Send(from, Mutate(corpus[random.Next(corpus.Count)], random));
            if (round % 100 == 0)
                call.Pass(TimeSpan.FromMilliseconds(random.Next(20)));
        }

        call.AssertSound();
        Assert.All(
            [DropReason.Malformed, DropReason.NotAuthentic, DropReason.Replayed, DropReason.UnknownUser, DropReason.UnknownAddress],
            reason => Assert.InRange(call.Stage.Engine.Drops[reason], 10, long.MaxValue));
        call.AssertServesOthers();
    }

    private void AttackFromInside(int seed)
    {
        var random = new Random(seed);
        using var call = new HostileCall(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var publisher = call.Publishers[random.Next(call.Publishers.Length)];
            var subscriber = call.Subscribers[random.Next(call.Subscribers.Length)];
            for (var packets = random.Next(1, 4); packets > 0; packets--)
            {
                if (publisher.Packet() is not { } packet)
                    continue;
                // What is changed on the way as well, and what is sent twice, in one turn with what is whole.
                if (random.Next(12) == 0)
                    call.Send(publisher.Virtual.Path, Mutate(packet, random), packet, packet);
                else
                    call.Send(publisher.Virtual.Path, packet);
            }

            if (random.Next(3) == 0)
                call.Send(subscriber.Virtual.Path, subscriber.Virtual.Rtcp(subscriber.Compound()));
            else
                call.Report(subscriber);
            switch (random.Next(120))
            {
                case 0 or 1 or 2 or 3:
                    subscriber.Change(publisher.Track);
                    break;
                case 4:
                    call.Send(publisher.Virtual.Path, publisher.Virtual.Rtcp(call.PublisherCompound(publisher)));
                    break;
                case 5:
                    // It comes from elsewhere now, or says so.
                    call.Send(subscriber.Virtual.Path with { Remote = EngineStage.Address(60, random.Next(1, 30)) }, Mutate(subscriber.Virtual.Check(nominate: random.Next(2) == 0), random));
                    break;
                case 6 when random.Next(4) == 0:
                    publisher.Renew();
                    break;
                case 7:
                    call.Pass(TimeSpan.FromMilliseconds(random.Next(300)));
                    break;
            }

            call.Send(subscriber.Virtual.Path, subscriber.Virtual.Check());
            call.Pass(TimeSpan.FromMicroseconds(random.Next(5000)));
            if (round % 200 == 0)
                call.AssertSound();
        }

        call.AssertSound();
        AssertReached(call);
        call.AssertServesOthers();
    }

    // An attack that reaches nothing proves nothing.
    private void AssertReached(HostileCall call)
    {
        var engine = call.Stage.Engine;
        output.WriteLine(string.Join(", ", Enum.GetValues<DropReason>().Select(reason => $"{reason} {engine.Drops[reason]}")));
        output.WriteLine($"requested {engine.Repairs.PacketsRequested}, repeated {engine.Repairs.PacketsRepeated}, refused {engine.Repairs.RepeatsRefused}, keyframes {engine.Repairs.KeyframeRequests}");
        foreach (var subscriber in call.Subscribers)
            output.WriteLine($"sent {string.Join(' ', subscriber.Slots.Select(static slot => slot.PacketsSent))}, repeats {subscriber.RepeatsReceived}, estimate {subscriber.Virtual.Peer.EstimateBps}, paced {subscriber.WasPaced}");
        Assert.True(engine.Repairs is { PacketsRequested: > 50, PacketsRepeated: > 50, RepeatsRefused: > 50, KeyframeRequests: > 50 });
        Assert.All([DropReason.Malformed, DropReason.NotAuthentic, DropReason.Replayed, DropReason.Redundant, DropReason.UnknownStream, DropReason.UnknownPayload], reason => Assert.NotEqual(0, engine.Drops[reason]));
        Assert.All(call.Subscribers.Take(3), static subscriber => Assert.NotEqual(0, subscriber.Virtual.Peer.EstimateBps));
        Assert.Contains(call.Subscribers, static subscriber => subscriber.WasPaced);
        Assert.Contains(call.Subscribers, static subscriber => subscriber.RepeatsReceived > 0);
    }

    // What an attacker captures has been on its way.
    private static List<byte[]> Overheard(HostileCall call)
    {
        List<byte[]> corpus = [[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4], [64, 0, 0, 4, 1, 2, 3, 4]];
        foreach (var publisher in call.Publishers)
        {
            corpus.Add(publisher.Virtual.Check());
            corpus.Add(publisher.Virtual.Check(nominate: false));
            corpus.Add(publisher.Virtual.Check(username: $"nobody:{publisher.Virtual.Own.Ufrag}"));
            for (var i = 0; i < 20; i++)
                corpus.Add(publisher.Packet(isHonest: true)!);
            corpus.Add(publisher.Virtual.Rtcp(call.PublisherCompound(publisher)));
            foreach (var datagram in corpus[^24..])
                call.Send(publisher.Virtual.Path, datagram);
        }

        foreach (var subscriber in call.Subscribers)
        {
            for (var i = 0; i < 20; i++)
            {
                corpus.Add(subscriber.Virtual.Rtcp(subscriber.Compound()));
                call.Send(subscriber.Virtual.Path, corpus[^1]);
            }
        }

        return corpus;
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
