// What a subscription would like to have, for the allocator: the layers of its track as they are measured now.
using Parley.Media.Bandwidth;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>Fills demands.</summary>
internal static class LayerDemands
{
    /// <summary>Sets a demand to what is wanted and measured now.</summary>
    /// <param name="demand">The demand of the subscription.</param>
    /// <param name="subscription">What is wanted.</param>
    /// <param name="isOnlyPicture">True when nothing would be left to see without it: a picture of one size is sent whole then, like sound, whatever it takes.</param>
    /// <param name="nowUs">The time.</param>
    public static void Fill(this LayerDemand demand, Subscription subscription, bool isOnlyPicture, long nowUs)
    {
        var layers = subscription.Track is { } track ? SetRates(demand, track, nowUs) : 0;
        demand.IsAudio = subscription.Parameters.Kind == MediaKind.Audio || layers == 0 || (layers == 1 && isOnlyPicture);
        demand.IsWanted = subscription.Track is not null && !subscription.IsPaused;
        demand.Limit = layers == 1 ? LayerChoice.All : subscription.Limit;
        if (layers == 1)
            Flatten(demand);
        // What was sent whole until now has made no choice that it could go up from.
        if (!subscription.HasLayers)
            demand.Choice = LayerChoice.None;
        subscription.HasLayers = layers > 1;
    }

    /// <returns>How many layers there are.</returns>
    private static int SetRates(LayerDemand demand, MediaTrack track, long nowUs)
    {
        var isSimulcast = track.Layers.Length > 1;
        var layers = 0;
        var below = 0;
        for (var spatial = 0; spatial < LayerDemand.MaxSpatial; spatial++)
        {
            // Simulcast layers stand for themselves; any other needs those below.
            var sum = isSimulcast ? 0 : below;
            var rates = spatial < track.Layers.Length || !isSimulcast ? track.Layers[isSimulcast ? spatial : 0].Stream.Rates.Read(nowUs) : default;
            for (var temporal = 0; temporal < LayerDemand.MaxTemporal; temporal++)
            {
                var rate = rates.IsEmpty ? 0 : rates[(isSimulcast ? 0 : spatial * LayerDemand.MaxTemporal) + temporal];
                sum += rate;
                demand.SetRate(spatial, temporal, rate == 0 ? 0 : sum);
                layers += rate > 0 ? 1 : 0;
            }

            below = sum;
        }

        return layers;
    }

    // The one layer that there is stands at the bottom, wherever it was measured.
    private static void Flatten(LayerDemand demand)
    {
        var rate = 0;
        for (var spatial = 0; spatial < LayerDemand.MaxSpatial; spatial++)
        {
            for (var temporal = 0; temporal < LayerDemand.MaxTemporal; temporal++)
            {
                rate = Math.Max(rate, demand.RateOf(spatial, temporal));
                demand.SetRate(spatial, temporal, 0);
            }
        }

        demand.SetRate(0, 0, rate);
    }
}
