// Inputs one by one: what is no network's doing at all, and peers that report in other ways.
using Parley.Media.Bandwidth;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Bandwidth;

public sealed class BandwidthEstimatorTests
{
    [Fact]
    public void Reports_that_no_network_makes_move_nothing_out_of_bounds()
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var estimator = new BandwidthEstimator();
            var arrivals = new PacketArrival[40];
            var nowUs = 1_000_000L;
            ushort sequence = (ushort)random.Next();
            for (var step = 0; step < 400; step++, nowUs += random.Next(200_000))
            {
                for (var i = random.Next(60); i > 0; i--)
                    estimator.NoteSent(sequence++, random.Next(-5, 70_000), nowUs);
                for (var i = 0; i < arrivals.Length; i++)
                {
                    arrivals[i] = new PacketArrival((ushort)(sequence - random.Next(200) + 50), random.Next(4) switch
                    {
                        0 => PacketArrival.Lost,
                        1 => random.NextInt64(long.MinValue, long.MaxValue),
                        2 => nowUs + random.Next(-1_000_000, 1_000_000),
                        _ => nowUs,
                    });
                }

                estimator.HandleFeedback(arrivals.AsSpan(0, random.Next(arrivals.Length)), nowUs);
                estimator.HandleReceiverReport(random.Next(3) == 0 ? double.NaN : random.NextDouble() * 2, random.NextInt64(-1, 1L << 40), nowUs);
                estimator.HandleRemb(random.NextInt64(-1, long.MaxValue), nowUs);
                estimator.HandleTime(nowUs);
                Assert.InRange(estimator.Prober.PaddingDue(nowUs), 0, 10_000_000);
                Assert.InRange(estimator.TargetBps, 40_000, 100_000_000);
                Assert.InRange(estimator.Loss, 0, 1);
            }
        }
    }

    [Theory]
    [InlineData(7_200_000_000)]
    [InlineData(3_000_000)]
    [InlineData(-1_000_000)]
    public void A_jump_of_our_own_clock_moves_nothing_out_of_bounds(long jumpUs)
    {
        foreach (var hasFeedback in new[] { true, false })
        {
            var estimator = new BandwidthEstimator { WantedBps = 3_000_000 };
            var arrivals = new PacketArrival[25];
            var nowUs = 10_000_000L;
            ushort sequence = 0;
            // As much as fits is sent, and all of it comes.
            void Exchange(int rounds)
            {
                for (var round = 0; round < rounds; round++, nowUs += 100_000)
                {
                    for (var i = 0; i < arrivals.Length; i++)
                    {
                        estimator.NoteSent(sequence, (int)Math.Min(estimator.TargetBps / 10 / 8 / arrivals.Length, 1500), nowUs + i * 4000);
                        arrivals[i] = new PacketArrival(sequence++, nowUs + i * 4000 + 20_000);
                    }

                    if (hasFeedback)
                        estimator.HandleFeedback(arrivals, nowUs + 100_000);
                    else
                        estimator.HandleReceiverReport(0, 40_000, nowUs + 100_000);
                    estimator.HandleTime(nowUs + 100_000);
                    Assert.InRange(estimator.TargetBps, 40_000, 100_000_000);
                    Assert.InRange(estimator.Loss, 0, 1);
                    Assert.InRange(estimator.RttUs, 0, 10_000_000);
                }
            }

            Exchange(200);
            Assert.InRange(estimator.TargetBps, 1_500_000, 6_000_000);
            nowUs += jumpUs;
            Exchange(400);
            Assert.InRange(estimator.TargetBps, 1_500_000, 6_000_000);
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_a_packet_or_a_report()
    {
        var estimator = new BandwidthEstimator();
        var arrivals = new PacketArrival[20];
        var nowUs = 0L;
        ushort sequence = 0;
        void Exchange(int rounds)
        {
            for (var round = 0; round < rounds; round++, nowUs += 50_000)
            {
                for (var i = 0; i < arrivals.Length; i++)
                {
                    estimator.NoteSent(sequence, 1000, nowUs + i * 1000);
                    arrivals[i] = new PacketArrival(sequence++, i == 7 ? PacketArrival.Lost : nowUs + i * 1000 + 30_000);
                }

                estimator.HandleFeedback(arrivals, nowUs + 50_000);
                estimator.Prober.PaddingDue(nowUs);
            }
        }

        Exchange(2000);
        Assert.Equal(0, Allocations.Of(() => Exchange(2000)));
    }

    [Fact]
    public void What_is_known_of_a_way_takes_little_memory()
    {
        var arrivals = new PacketArrival[31];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var estimator = new BandwidthEstimator();
        ushort sequence = 0;
        // Half a minute of 310 packets a second, reported ten times a second, 200 ms late.
        for (var nowUs = 0L; nowUs < 30_000_000; nowUs += 100_000)
        {
            for (var i = 0; i < arrivals.Length; i++)
                estimator.NoteSent(sequence++, 1040, nowUs);
            for (var i = 0; i < arrivals.Length; i++)
                arrivals[i] = new PacketArrival((ushort)(sequence - 3 * arrivals.Length + i), nowUs - 150_000);
            estimator.HandleFeedback(arrivals, nowUs);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 6 * 1024);
        Assert.InRange(estimator.TargetBps, 2_600_000, 100_000_000);
    }

    [Fact]
    public void Nothing_is_probed_for_beyond_what_is_wanted()
    {
        var estimator = new BandwidthEstimator { WantedBps = 200_000 };
        estimator.NoteSent(1, 500, 0);
        estimator.HandleFeedback([new PacketArrival(1, 50_000)], 60_000);
        Assert.False(estimator.IsProbing);
        estimator.WantedBps = 2_000_000;
        estimator.HandleTime(70_000);
        Assert.True(estimator.IsProbing);
        Assert.InRange(estimator.Prober.RateBps, 600_000, 1_000_000);
    }

    [Fact]
    public void A_probe_fills_with_padding_what_media_leaves()
    {
        var estimator = new BandwidthEstimator();
        estimator.NoteSent(0, 500, 0);
        estimator.HandleFeedback([new PacketArrival(0, 50_000)], 60_000);
        ushort sequence = 1;
        var (padding, media) = (0, 0);
        var nowUs = 60_000L;
        for (; estimator.Prober.IsActive; nowUs += 1000)
        {
            if (nowUs % 20_000 == 0)
            {
                estimator.NoteSent(sequence++, 400, nowUs);
                media += 400;
            }

            for (var due = estimator.Prober.PaddingDue(nowUs); due > 0; due -= Prober.PaddingBytes)
            {
                estimator.NoteSent(sequence++, Prober.PaddingBytes, nowUs);
                padding += Prober.PaddingBytes;
            }
        }

        // Six packets at 900 kbit/s.
        Assert.InRange(padding + media, 6600, 8000);
        Assert.True(media > 0 && padding > media);
        Assert.InRange(nowUs - 60_000, 45_000, 75_000);
        Assert.Equal(0, estimator.Prober.PaddingDue(nowUs));
        Assert.Equal(long.MaxValue, estimator.Prober.NextUs);
    }

    [Fact]
    public void A_probe_that_nobody_serves_is_given_up()
    {
        var estimator = new BandwidthEstimator();
        estimator.NoteSent(0, 500, 0);
        estimator.HandleFeedback([new PacketArrival(0, 50_000)], 60_000);
        Assert.True(estimator.Prober.IsActive);
        estimator.NoteSent(1, 500, 70_000);
        estimator.HandleFeedback([new PacketArrival(1, 120_000)], 130_000);
        estimator.HandleTime(600_000);
        Assert.False(estimator.Prober.IsActive);
    }

    [Fact]
    public void A_probe_for_which_nothing_can_be_sent_is_given_up_and_not_begun_again_at_once()
    {
        var estimator = new BandwidthEstimator();
        estimator.NoteSent(0, 500, 0);
        estimator.HandleFeedback([new PacketArrival(0, 50_000)], 60_000);
        Assert.True(estimator.Prober.IsActive);
        var asked = 0;
        for (var nowUs = 60_000L; nowUs < 10_060_000; nowUs += 1000)
        {
            estimator.HandleTime(nowUs);
            asked += estimator.Prober.PaddingDue(nowUs) > 0 ? 1 : 0;
        }

        // 200 ms each, 4 s apart.
        Assert.InRange(asked, 2 * 200, 3 * 210);
        Assert.False(estimator.IsProbing);
    }

    [Fact]
    public void Without_feedback_the_target_climbs_while_nothing_is_lost_and_yields_to_loss()
    {
        var estimator = new BandwidthEstimator { WantedBps = 5_000_000 };
        var nowUs = Reports(estimator, 0, 30, 0);
        Assert.InRange(estimator.TargetBps, 3_000_000, 6_500_000);
        Assert.Equal(RateChangeReason.Increase, estimator.Reason);
        var before = estimator.TargetBps;
        nowUs = Reports(estimator, nowUs, 5, 0.05);
        Assert.InRange(estimator.TargetBps, before, before * 1.3);
        before = estimator.TargetBps;
        Reports(estimator, nowUs, 8, 0.3);
        Assert.InRange(estimator.TargetBps, 40_000, before / 2);
        Assert.Equal(RateChangeReason.Loss, estimator.Reason);
        Assert.Equal(80_000, estimator.RttUs);
    }

    [Theory]
    [InlineData(5_000_000)]
    // Of a screen that does not change nothing is measured.
    [InlineData(0)]
    public void Losses_of_the_past_lower_nothing_while_nothing_is_sent(long wantedBps)
    {
        var estimator = new BandwidthEstimator { WantedBps = 5_000_000 };
        var nowUs = Reports(estimator, 0, 20, 0);
        nowUs = Reports(estimator, nowUs, 2, 0.5);
        Assert.True(estimator.IsShort);
        Assert.InRange(estimator.Loss, 0.3, 0.5);
        var before = estimator.TargetBps;
        Assert.InRange(before, 1_000_000, 6_000_000);
        estimator.WantedBps = wantedBps;
        for (var endUs = nowUs + 10_000_000; nowUs < endUs; nowUs += 250_000)
        {
            estimator.HandleTime(nowUs);
            Assert.InRange(estimator.TargetBps, before, wantedBps == 0 ? before : 6_500_000);
        }

        Assert.Equal(0, estimator.Loss);
        // What is wanted now shows how much fits, what is not wanted does not.
        Assert.Equal(wantedBps == 0, estimator.IsShort);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_nothing_is_sent_for_losses_more_is_assumed_in_time_whatever_the_peer_repeats(bool repeatsLimit)
    {
        var estimator = new BandwidthEstimator { WantedBps = 600_000 };
        var nowUs = Reports(estimator, 0, 10, 0);
        nowUs = Reports(estimator, nowUs, 6, 0.7);
        var before = estimator.TargetBps;
        Assert.InRange(before, 50_000, 150_000);
        for (var step = 1; step <= 40; step++)
        {
            nowUs += 250_000;
            if (repeatsLimit && step % 2 == 0)
                estimator.HandleRemb(200_000, nowUs);
            estimator.HandleTime(nowUs);
        }

        // Some eight seconds of fifteen percent each.
        Assert.InRange(estimator.TargetBps, 2.5 * before, 4.5 * before);
    }

    [Fact]
    public void A_peers_own_limit_binds_unless_it_only_follows_what_it_gets()
    {
        var estimator = new BandwidthEstimator { WantedBps = 5_000_000 };
        var nowUs = Reports(estimator, 0, 20, 0);
        var before = estimator.TargetBps;
        // One and a half times what it gets: a receiver that sees no limit.
        estimator.HandleRemb(before * 3 / 2, nowUs);
        Assert.True(estimator.TargetBps >= before);
        estimator.HandleRemb(700_000, nowUs);
        Assert.Equal(700_000, estimator.TargetBps);
        Assert.Equal(RateChangeReason.PeerLimit, estimator.Reason);
    }

    // Sends at the target and reports once a second.
    private static long Reports(BandwidthEstimator estimator, long nowUs, int seconds, double loss)
    {
        ushort sequence = 0;
        for (var second = 0; second < seconds; second++)
        {
            for (var tick = 0; tick < 100; tick++, nowUs += 10_000)
                estimator.NoteSent(sequence++, (int)(estimator.TargetBps / 800), nowUs);
            estimator.HandleReceiverReport(loss, 80_000, nowUs);
        }

        return nowUs;
    }
}
