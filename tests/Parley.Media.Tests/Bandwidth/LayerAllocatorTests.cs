// Who gets which layers of an estimate.
using Parley.Media.Bandwidth;

namespace Parley.Media.Tests.Bandwidth;

public sealed class LayerAllocatorTests
{
    private const long Second = 1_000_000;

    private static readonly int[][] Simulcast = [[80_000, 120_000, 150_000], [250_000, 400_000, 500_000], [900_000, 1_400_000, 1_700_000]];

    [Fact]
    public void Everything_fits_at_once_in_the_beginning()
    {
        LayerDemand[] demands = [Audio(), Video(), Video()];
        Assert.Equal(40_000 + 3_400_000, LayerAllocator.Allocate(demands, 10_000_000, 0));
        Assert.Equal(new LayerChoice(2, 2), demands[1].Choice);
        Assert.Equal(new LayerChoice(0, 0), demands[0].Choice);
        Assert.Equal(3_440_000, LayerAllocator.Wanted(demands));
    }

    [Fact]
    public void Audio_comes_first_whatever_the_order_and_however_little_there_is()
    {
        LayerDemand[] demands = [Video(), Audio(), Audio(), Audio()];
        LayerAllocator.Allocate(demands, 130_000, 0);
        Assert.Equal(LayerChoice.None, demands[0].Choice);
        Assert.All(demands[1..], demand => Assert.Equal(new LayerChoice(0, 0), demand.Choice));
        Assert.Equal(120_000, LayerAllocator.Allocate(demands, 50_000, Second));
    }

    [Fact]
    public void Everybody_has_a_picture_before_anybody_has_a_large_one()
    {
        LayerDemand[] demands = [Video(), Video(), Video(LayerPriority.Pinned), Video()];
        LayerAllocator.Allocate(demands, 400_000, 0);
        Assert.All(demands, demand => Assert.Equal(0, demand.Choice.Spatial));
        LayerAllocator.Allocate(demands, 250_000, Second);
        // The pinned one and the first two.
        Assert.Equal([0, 0, 0, -1], demands.Select(demand => demand.Choice.Spatial));
        LayerAllocator.Allocate(demands, 100_000, 2 * Second);
        Assert.Equal([-1, -1, 0, -1], demands.Select(demand => demand.Choice.Spatial));
    }

    [Fact]
    public void Pinned_goes_before_the_speaker_and_the_speaker_before_the_others()
    {
        LayerDemand[] demands = [Video(), Video(LayerPriority.Speaker), Video(LayerPriority.Pinned), Video()];
        LayerAllocator.Allocate(demands, 2_900_000, 0);
        Assert.Equal(new LayerChoice(2, 2), demands[2].Choice);
        Assert.Equal(new LayerChoice(1, 2), demands[1].Choice);
        Assert.Equal(0, demands[0].Choice.Spatial);
        Assert.Equal(demands[0].Choice, demands[3].Choice);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public void Equals_are_served_evenly(int count)
    {
        for (var estimate = 200_000L * count; estimate < 2_000_000L * count; estimate += 37_000)
        {
            var demands = Enumerable.Range(0, count).Select(_ => Video()).ToArray();
            var total = LayerAllocator.Allocate(demands, estimate, 0);
            Assert.InRange(total, 0, estimate);
            // One step apart, or two where a small step still fits when a large one does not.
            Assert.InRange(demands.Select(demand => Steps(demand.Choice)).Max() - demands.Select(demand => Steps(demand.Choice)).Min(), 0, 2);
        }
    }

    [Fact]
    public void What_is_shown_small_is_not_sent_large()
    {
        var small = Video();
        small.Limit = new LayerChoice(0, 2);
        LayerDemand[] demands = [small, Video()];
        LayerAllocator.Allocate(demands, 10_000_000, 0);
        Assert.Equal(new LayerChoice(0, 2), demands[0].Choice);
        Assert.Equal(1_850_000, LayerAllocator.Wanted(demands));
        demands[1].IsWanted = false;
        LayerAllocator.Allocate(demands, 10_000_000, Second);
        Assert.Equal(LayerChoice.None, demands[1].Choice);
    }

    [Fact]
    public void Down_is_at_once_and_up_after_a_while_with_room_to_spare()
    {
        LayerDemand[] demands = [Video()];
        LayerAllocator.Allocate(demands, 3_000_000, 0);
        Assert.Equal(2, demands[0].Choice.Spatial);
        LayerAllocator.Allocate(demands, 600_000, 30 * Second);
        Assert.Equal(new LayerChoice(1, 2), demands[0].Choice);
        // Just enough is not enough.
        for (var now = 31 * Second; now < 80 * Second; now += Second)
        {
            LayerAllocator.Allocate(demands, 1_000_000, now);
            Assert.Equal(1, demands[0].Choice.Spatial);
        }

        LayerAllocator.Allocate(demands, 3_000_000, 80 * Second);
        Assert.Equal(1, demands[0].Choice.Spatial);
        LayerAllocator.Allocate(demands, 1_000_000, 80 * Second + 500_000);
        LayerAllocator.Allocate(demands, 3_000_000, 81 * Second);
        LayerAllocator.Allocate(demands, 3_000_000, 81 * Second + 900_000);
        Assert.Equal(1, demands[0].Choice.Spatial);
        LayerAllocator.Allocate(demands, 3_000_000, 82 * Second);
        Assert.Equal(new LayerChoice(2, 2), demands[0].Choice);
    }

    [Fact]
    public void After_a_step_down_the_way_up_takes_longer()
    {
        LayerDemand[] demands = [Video()];
        LayerAllocator.Allocate(demands, 3_000_000, 0);
        LayerAllocator.Allocate(demands, 600_000, Second);
        LayerAllocator.Allocate(demands, 3_000_000, 2 * Second);
        LayerAllocator.Allocate(demands, 3_000_000, 6 * Second);
        Assert.Equal(1, demands[0].Choice.Spatial);
        LayerAllocator.Allocate(demands, 3_000_000, 7 * Second);
        Assert.Equal(2, demands[0].Choice.Spatial);
    }

    [Fact]
    public void Rates_that_move_a_little_change_nothing()
    {
        var random = new Random(3);
        var demands = Enumerable.Range(0, 4).Select(_ => Video()).ToArray();
        LayerChoice[]? settled = null;
        var changes = 0;
        for (var now = 0L; now < 120 * Second; now += Second / 5)
        {
            foreach (var demand in demands)
            {
                var noise = 0.92 + 0.16 * random.NextDouble();
                for (var spatial = 0; spatial < 3; spatial++)
                {
                    for (var temporal = 0; temporal < 3; temporal++)
                        demand.SetRate(spatial, temporal, (int)(Simulcast[spatial][temporal] * noise));
                }
            }

            LayerAllocator.Allocate(demands, 4_600_000, now);
            var choices = demands.Select(demand => demand.Choice).ToArray();
            if (now > 10 * Second && settled is not null)
                changes += choices.Zip(settled).Count(pair => pair.First != pair.Second);
            settled = choices;
        }

        Assert.InRange(changes, 0, 6);
    }

    [Fact]
    public void Who_had_all_that_was_wanted_and_wants_more_gets_it_at_once()
    {
        LayerDemand[] demands = [Video()];
        LayerAllocator.Allocate(demands, 3_000_000, 0);
        demands[0].Limit = new LayerChoice(0, 2);
        LayerAllocator.Allocate(demands, 3_000_000, Second);
        Assert.Equal(new LayerChoice(0, 2), demands[0].Choice);
        demands[0].Limit = new LayerChoice(1, 1);
        LayerAllocator.Allocate(demands, 3_000_000, 2 * Second);
        Assert.Equal(new LayerChoice(1, 1), demands[0].Choice);
        // Not where the way had been too narrow for what was wanted.
        LayerAllocator.Allocate(demands, 200_000, 3 * Second);
        demands[0].Limit = LayerChoice.All;
        LayerAllocator.Allocate(demands, 3_000_000, 4 * Second);
        Assert.Equal(new LayerChoice(0, 1), demands[0].Choice);
    }

    [Fact]
    public void A_layer_that_is_no_longer_sent_is_left()
    {
        LayerDemand[] demands = [Video()];
        LayerAllocator.Allocate(demands, 3_000_000, 0);
        for (var temporal = 0; temporal < 3; temporal++)
            demands[0].SetRate(2, temporal, 0);
        Assert.Equal(500_000, LayerAllocator.Allocate(demands, 3_000_000, Second));
        Assert.Equal(new LayerChoice(1, 2), demands[0].Choice);
    }

    [Fact]
    public void No_allocation_exceeds_the_estimate()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var demands = Enumerable.Range(0, random.Next(1, 12)).Select(_ => Video((LayerPriority)random.Next(3))).ToArray();
            for (var now = 0L; now < 40 * Second; now += Second / 2)
            {
                var one = demands[random.Next(demands.Length)];
                one.IsWanted = random.Next(10) > 0;
                one.Limit = new LayerChoice(random.Next(4), random.Next(4));
                one.Priority = (LayerPriority)random.Next(3);
                one.SetRate(random.Next(3), random.Next(3), random.Next(2_000_000) - 200_000);
                var estimate = random.NextInt64(50_000, 6_000_000);
                var total = LayerAllocator.Allocate(demands, estimate, now);
                Assert.InRange(total, 0, estimate);
                foreach (var demand in demands)
                    Assert.True(demand.Choice == LayerChoice.None || demand.RateOf(demand.Choice.Spatial, demand.Choice.Temporal) > 0);
            }
        }
    }

    // How many steps above nothing a choice is on the way that a larger picture is taken with at least half of its frames.
    private static int Steps(LayerChoice choice) => choice.Spatial <= 0 ? choice.Temporal + 1 : 1 + 2 * choice.Spatial + choice.Temporal;

    private static LayerDemand Audio()
    {
        var demand = new LayerDemand();
        demand.IsAudio = true;
        demand.SetRate(0, 0, 40_000);
        return demand;
    }

    private static LayerDemand Video(LayerPriority priority = LayerPriority.Normal)
    {
        var demand = new LayerDemand();
        demand.Priority = priority;
        for (var spatial = 0; spatial < 3; spatial++)
        {
            for (var temporal = 0; temporal < 3; temporal++)
                demand.SetRate(spatial, temporal, Simulcast[spatial][temporal]);
        }

        return demand;
    }
}
