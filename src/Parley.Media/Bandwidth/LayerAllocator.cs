// Shares an estimate out among subscriptions: audio, a picture of everybody, then who matters most, then evenly.
namespace Parley.Media.Bandwidth;

/// <summary>
/// Chooses layers. A pure function of its arguments; what it remembers is in the demands. Down is at once, up needs room to spare for a while, so that a
/// subscription does not go to and fro.
/// </summary>
public static class LayerAllocator
{
    /// <summary>So much more than a higher layer takes must be there before it is gone up to.</summary>
    public const double Headroom = 1.15;

    /// <summary>For so long it must be there.</summary>
    public const long UpAfterUs = 1_000_000;

    /// <summary>For so long it must be there when the choice had to go down of late.</summary>
    public const long UpAgainAfterUs = 5_000_000;

    private const long OfLateUs = 20_000_000;

    /// <summary>Sets <see cref="LayerDemand.Choice"/> of each.</summary>
    /// <returns>What the choices take together, in bits per second.</returns>
    public static long Allocate(ReadOnlySpan<LayerDemand> demands, long estimateBps, long nowUs)
    {
        // What fits at all: nothing may stay above it.
        Fill(demands, estimateBps);
        foreach (var demand in demands)
        {
            var present = Measured(demand, demand.Choice);
            if (!demand.IsAudio && present <= demand.Step && Rate(demand, present) <= Rate(demand, demand.Step))
                continue;
            if (demand.Choice > demand.Step && demand.IsWanted && !IsByWish(demand))
                demand.LoweredUs = nowUs;
            demand.Choice = demand.Step;
        }

        // What fits with room to spare: the way up.
        Fill(demands, (long)(estimateBps / Headroom));
        long total = 0;
        foreach (var demand in demands)
        {
            demand.Choice = Measured(demand, demand.Choice);
            total += Rate(demand, demand.Choice);
        }

        for (var priority = LayerPriority.Pinned; ; priority--)
        {
            foreach (var demand in demands)
            {
                if (demand.Priority != priority)
                    continue;
                total += Raise(demand, (long)(estimateBps / Headroom) - total, nowUs);
                demand.SuppliedTo = demand.Choice >= Highest(demand) ? demand.Limit : LayerChoice.None;
            }

            if (priority == LayerPriority.Normal)
                return total;
        }
    }

    /// <summary>What everything that is wanted would take at its limit: what the estimator should look for.</summary>
    public static long Wanted(ReadOnlySpan<LayerDemand> demands)
    {
        long total = 0;
        foreach (var demand in demands)
            total += demand.IsWanted ? Rate(demand, Highest(demand)) : 0;
        return total;
    }

    /// <summary>True when there is something to gain by a higher estimate: a layer above what was chosen.</summary>
    public static bool WantsMore(ReadOnlySpan<LayerDemand> demands)
    {
        foreach (var demand in demands)
        {
            if (!demand.IsAudio && demand.IsWanted && Highest(demand) > demand.Choice)
                return true;
        }

        return false;
    }

    // The step is all that is wanted, and it is less than what was chosen.
    private static bool IsByWish(LayerDemand demand) =>
        (demand.Choice.Spatial > demand.Limit.Spatial || demand.Choice.Temporal > demand.Limit.Temporal) && Highest(demand) <= demand.Step;

    private static long Raise(LayerDemand demand, long room, long nowUs)
    {
        var more = Rate(demand, demand.Step) - Rate(demand, demand.Choice);
        if (demand.Step <= demand.Choice || more > room)
        {
            demand.FitsSinceUs = long.MaxValue;
            return 0;
        }

        demand.FitsSinceUs = Math.Min(demand.FitsSinceUs, nowUs);
        // What has nothing yet need not be patient, nor what had everything until more was wanted.
        var isFirst = demand.Choice == LayerChoice.None && nowUs - demand.LoweredUs > OfLateUs;
        var isNewWish = demand.SuppliedTo != LayerChoice.None && demand.Limit > demand.SuppliedTo;
        var patienceUs = isFirst || isNewWish ? 0 : nowUs - demand.LoweredUs < OfLateUs ? UpAgainAfterUs : UpAfterUs;
        if (nowUs - demand.FitsSinceUs < patienceUs)
            return 0;
        demand.FitsSinceUs = long.MaxValue;
        demand.Choice = demand.Step;
        return more;
    }

    // Sets the steps to what fits into a budget.
    private static void Fill(ReadOnlySpan<LayerDemand> demands, long budget)
    {
        foreach (var demand in demands)
        {
            demand.Step = LayerChoice.None;
            // However little there is, nobody falls silent for it.
            if (demand.IsAudio && TryNext(demand, out var whole))
                (demand.Step, budget) = (whole, budget - Rate(demand, whole));
        }

        // A small picture of everybody comes before a large one of anybody.
        for (var priority = LayerPriority.Pinned; ; priority--)
        {
            foreach (var demand in demands)
            {
                if (!demand.IsAudio && demand.Priority == priority)
                    TryStep(demand, ref budget);
            }

            if (priority == LayerPriority.Normal)
                break;
        }

        for (var priority = LayerPriority.Pinned; ; priority--)
        {
            FillEvenly(demands, priority, ref budget);
            if (priority == LayerPriority.Normal)
                break;
        }
    }

    // Water-filling: whoever has least goes one step up, until nobody's next step fits.
    private static void FillEvenly(ReadOnlySpan<LayerDemand> demands, LayerPriority priority, ref long budget)
    {
        while (true)
        {
            var least = -1;
            var leastRate = long.MaxValue;
            for (var i = 0; i < demands.Length; i++)
            {
                var demand = demands[i];
                if (demand.IsAudio || demand.Priority != priority || demand.Step == LayerChoice.None)
                    continue;
                var rate = Rate(demand, demand.Step);
                if (!TryNext(demand, out var next) || Rate(demand, next) - rate > budget)
                    continue;
                // Among near equals whoever has the step keeps it: measured rates move all the time.
                if (next <= demand.Choice)
                    rate -= rate / 4;
                if (rate < leastRate)
                    (least, leastRate) = (i, rate);
            }

            if (least < 0)
                return;
            TryStep(demands[least], ref budget);
        }
    }

    private static bool TryStep(LayerDemand demand, ref long budget)
    {
        if (!TryNext(demand, out var next))
            return false;
        var more = Rate(demand, next) - Rate(demand, demand.Step);
        if (more > budget)
            return false;
        budget -= more;
        demand.Step = next;
        return true;
    }

    // The next choice above the present one that there is. A larger picture is worth having from half of the full rate of frames on.
    private static bool TryNext(LayerDemand demand, out LayerChoice next)
    {
        next = demand.Step;
        if (!demand.IsWanted)
            return false;
        for (var spatial = Math.Max(demand.Step.Spatial, 0); spatial <= Math.Min(demand.Limit.Spatial, LayerDemand.MaxSpatial - 1); spatial++)
        {
            var first = 0;
            if (spatial == demand.Step.Spatial)
                first = demand.Step.Temporal + 1;
            else if (demand.Step != LayerChoice.None)
                first = Math.Max(0, Fullest(demand, spatial) - 1);
            for (var temporal = first; temporal <= Math.Min(demand.Limit.Temporal, LayerDemand.MaxTemporal - 1); temporal++)
            {
                if (demand.RateOf(spatial, temporal) == 0)
                    continue;
                next = new LayerChoice(spatial, temporal);
                return true;
            }
        }

        return false;
    }

    private static int Fullest(LayerDemand demand, int spatial)
    {
        for (var temporal = Math.Min(demand.Limit.Temporal, LayerDemand.MaxTemporal - 1); temporal >= 0; temporal--)
        {
            if (demand.RateOf(spatial, temporal) > 0)
                return temporal;
        }

        return 0;
    }

    private static LayerChoice Highest(LayerDemand demand)
    {
        for (var spatial = Math.Min(demand.Limit.Spatial, LayerDemand.MaxSpatial - 1); spatial >= 0; spatial--)
        {
            var temporal = Fullest(demand, spatial);
            if (demand.RateOf(spatial, temporal) > 0)
                return new LayerChoice(spatial, temporal);
        }

        return LayerChoice.None;
    }

    // A choice as far as there is such a layer: what the publisher has stopped sending takes nothing, and is nothing.
    private static LayerChoice Measured(LayerDemand demand, LayerChoice choice)
    {
        if (!demand.IsWanted)
            return LayerChoice.None;
        for (var spatial = Math.Min(choice.Spatial, LayerDemand.MaxSpatial - 1); spatial >= 0; spatial--)
        {
            for (var temporal = spatial == choice.Spatial ? choice.Temporal : LayerDemand.MaxTemporal - 1; temporal >= 0; temporal--)
            {
                if (demand.RateOf(spatial, temporal) > 0)
                    return new LayerChoice(spatial, temporal);
            }
        }

        return LayerChoice.None;
    }

    private static long Rate(LayerDemand demand, LayerChoice choice) =>
        choice == LayerChoice.None ? 0 : demand.RateOf(choice.Spatial, choice.Temporal);
}
