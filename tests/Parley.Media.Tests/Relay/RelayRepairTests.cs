// Records that are lost, overtaken or doubled on their way: what is still there is sent again, and what is not ends with a keyframe.
using Parley.Media.Forwarding;
using Parley.Media.Relay;
using Parley.Media.Tests.Network;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Relay;

public sealed class RelayRepairTests
{
    private static readonly RelayOptions Apart = new();

    public static TheoryData<string, int> Ways
    {
        get
        {
            var ways = new TheoryData<string, int>();
            foreach (var name in Named.Keys)
            {
                for (var seed = 1; seed <= 3; seed++)
                    ways.Add(name, seed);
            }

            return ways;
        }
    }

    private static Dictionary<string, LinkConditions> Named { get; } = new(StringComparer.Ordinal)
    {
        ["loss"] = new LinkConditions { Loss = 0.1, Delay = TimeSpan.FromMilliseconds(10) },
        ["bursts"] = new LinkConditions { Bursts = GilbertElliott.Of(0.05, 4), Delay = TimeSpan.FromMilliseconds(5) },
        ["reordering"] = new LinkConditions { Reordering = 0.2, Delay = TimeSpan.FromMilliseconds(10), ReorderDelay = TimeSpan.FromMilliseconds(15) },
        ["duplication"] = new LinkConditions { Duplication = 0.3, Delay = TimeSpan.FromMilliseconds(3) },
        ["everything"] = new LinkConditions { Loss = 0.05, Reordering = 0.1, Duplication = 0.1, Delay = TimeSpan.FromMilliseconds(20), Jitter = TimeSpan.FromMilliseconds(10), JitterReorders = true },
    };

    [Theory, MemberData(nameof(Ways))]
    public void Every_packet_reaches_the_subscriber_once(string way, int seed) => NetworkSeed.Run(seed, seed =>
    {
        using var stage = new RelayStage(seed, Named[way], Apart);
        var publisher = stage.Near.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = stage.Relay(track);
        var far = stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        stage.Pass(TimeSpan.FromSeconds(2));
        // Where a subscriber begins, what comes late from before that is no use to it.
        const int begun = 40;
        const int packets = 1500;
        for (var i = 1; i <= packets; i++)
        {
            publisher.SendRtp(1, 96, i, BitConverter.GetBytes(i), (uint)(3000 * (i / 4)), marker: i % 4 == 3);
            if (i % 4 == 0)
                stage.Pass(TimeSpan.FromMilliseconds(8));
        }

        // The very last may be lost as well, and nothing comes after it.
        stage.Pass(TimeSpan.FromSeconds(2));
        var received = far.TakeRtp().ConvertAll(packet => BitConverter.ToInt32(packet.Payload)).FindAll(static number => number > begun);
        Assert.Equal(received.Count, received.Distinct().Count());
        Assert.Equal(Enumerable.Range(begun + 1, packets - begun), received.Order());
        Assert.Equal(way != "duplication", stage.NearLink.Counters.Repeated > 0);
        Assert.InRange(stage.NearLink.Counters.Repeated, 0, packets / 2);
    });

    [Fact]
    public void A_way_that_is_dead_for_a_while_ends_in_a_keyframe()
    {
        using var stage = new RelayStage(3, new LinkConditions { Delay = TimeSpan.FromMilliseconds(5) }, Apart);
        var vp8 = EngineStage.Video(name: "VP8");
        var publisher = stage.Near.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", vp8));
        var relayed = stage.Relay(track);
        var far = stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, vp8), relayed);
        stage.Pass(TimeSpan.FromMilliseconds(50));
        var sequence = 0;
        void Play(int count, bool room = true)
        {
            for (; count > 0; count--)
            {
                stage.ToFar.Room = room ? int.MaxValue : 0;
                publisher.SendRtp(1, 96, ++sequence, [0x10, 0, (byte)(sequence % 100 == 1 ? 0 : 1), 1], (uint)(3000 * sequence), marker: true);
                stage.Pass(TimeSpan.FromMilliseconds(5));
            }
        }

        Play(20);
        Assert.Equal(20, far.TakeRtp().Count);
        publisher.TakeRtcp();
        Play(300, room: false);
        Assert.Empty(far.TakeRtp());
        Assert.True(stage.NearLink.Counters.Dropped >= 300);
        Play(1);
        stage.Pass(TimeSpan.FromMilliseconds(50));
        Assert.NotEmpty(publisher.TakeRtcp());
    }

    [Fact]
    public void What_found_no_room_is_sent_later_while_it_is_still_there()
    {
        using var stage = new RelayStage();
        var publisher = stage.Near.Connect();
        var track = publisher.Peer.AddTrack(EngineStage.Receive("0", EngineStage.Video()));
        var relayed = stage.Relay(track);
        var far = stage.Far.Connect();
        far.Peer.Subscribe(EngineStage.Send("0", 8, EngineStage.Video()), relayed);
        stage.Pass(TimeSpan.FromMilliseconds(5));
        stage.ToFar.Room = 10;
        // A turn brings more than the ring holds.
        stage.Near.Send(publisher.Path, [.. Enumerable.Range(1, 30).Select(i => publisher.Rtp(1, 96, i, [(byte)i]))]);
        Assert.InRange(stage.NearLink.Counters.Dropped, 20, 22);
        stage.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(1, 30), far.TakeRtp().Select(static packet => (int)packet.Payload[0]).Order());
        Assert.InRange(stage.NearLink.Counters.Repeated, 20, 30);
    }

    [Fact]
    public void Clocks_that_differ_are_told_apart_from_slow_ways()
    {
        var clock = new RelayClock(shares: false);
        const long begun = 1_000_000_000;
        for (var i = 0; i < 1000; i++)
        {
            // Theirs is 300 s behind, and 20 millionths slow; the way takes between 1 and 30 ms.
            var now = begun + i * 10_000L;
            var written = now - 300_000_000 - i / 5;
            clock.Observe(written, now + 1000 + i % 30 * 1000, isJustWritten: true);
            Assert.InRange(clock.ToOurs(written, now + 40_000) - now, 500, 30_000);
            if (i > 60)
                Assert.InRange(clock.ToOurs(written, now + 40_000) - now, 500, 2500);
        }

        // The other end has begun anew: its clock as well.
        clock.Observe(5, begun + 20_000_000, isJustWritten: true);
        Assert.Equal(begun + 20_000_000, clock.ToOurs(5, begun + 20_000_000));
        Assert.Equal(77, new RelayClock(shares: true).ToOurs(77, 100));
    }
}
