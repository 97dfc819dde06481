// GET /api/media/sessions: what every WHIP and WHEP session carries and loses, for administrators.
using Parley.Data;
using Parley.Media.Engine;
using Parley.Media.Rtp;
using Parley.Media.Udp;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Whip;

internal static class GetMediaSessions
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/media/sessions", HandleAsync).WithName("ListMediaSessions").WithTags("media").WithSummary("Media sessions with their statistics, newest first.")
            .Answers<ListBody<MediaSessionBody>>().Paged().Fails(401, 403)
            .Query("meeting_code", "Only sessions of this meeting.")
            .RequireAuthorization(Policies.Administrator);

    private static async Task<IResult> HandleAsync(PageQuery page, HttpContext context, MediaGateway gateway)
    {
        string? code = context.Request.Query["meeting_code"];
        var before = page.Request.After?.Id.ToString();
        // Ids are in the order of time.
        var rest = gateway.List()
            .Where(session => (string.IsNullOrEmpty(code) || session.Code.ToString() == code) && (before is null || string.CompareOrdinal(session.Id, before) < 0))
            .OrderByDescending(static session => session.Id, StringComparer.Ordinal).Take(page.Request.Limit + 1).ToList();
        var shown = rest.Take(page.Request.Limit).ToList();
        var statistics = await gateway.ReadStatisticsAsync(shown).WaitAsync(context.RequestAborted);
        var next = rest.Count > shown.Count ? new Cursor(0, Guid.Parse(shown[^1].Id)) : (Cursor?)null;
        return ListBody.From(
            new Page<MediaSession>(shown, next),
            session => Of(session, session.Peer is { } peer ? statistics.GetValueOrDefault(peer) : null, gateway));
    }

    private static MediaSessionBody Of(MediaSession session, PeerStatistics? peer, MediaGateway gateway) => new(
        session.Id,
        session.Kind == MediaSessionKind.Publisher ? "publisher" : "subscriber",
        session.Code,
        session.User,
        session.Worker,
        peer?.IsConnected ?? false,
        peer?.Path is { } path ? path.IsTcp ? "tcp" : "udp" : null,
        peer?.Path?.Remote.ToString(),
        Milliseconds(peer?.SilentUs ?? 0),
        Known(peer?.RoundTripUs ?? 0),
        peer is { EstimateBps: > 0 } ? peer.EstimateBps : null,
        Milliseconds(peer?.LongestPacingWaitUs ?? 0),
        [.. (peer?.Layers ?? []).Select(Of)],
        [.. (peer?.Subscriptions ?? []).Select(subscription => Of(subscription, session, gateway))],
        (peer?.Drops ?? []).ToDictionary(static drop => MediaMeter.NameOf(drop.Reason), static drop => drop.Count, StringComparer.Ordinal));

    private static PublishedLayerBody Of(LayerStatistics layer) => new(
        layer.Mid,
        NameOf(layer.Kind),
        layer.Rid,
        layer.IsAlive,
        layer.Packets,
        layer.Bytes,
        layer.PacketsLost,
        layer.PacketsRequested,
        layer.KeyframeRequests,
        layer.KeyframeAgeUs < 0 ? null : Milliseconds(layer.KeyframeAgeUs),
        Milliseconds(layer.JitterUs),
        layer.Readers);

    private static SubscriptionBody Of(SubscriptionStatistics subscription, MediaSession session, MediaGateway gateway) => new(
        subscription.Mid,
        NameOf(subscription.Kind),
        subscription.Publisher is { } publisher ? gateway.Find(new PeerHandle(session.Room.Worker, publisher))?.Id : null,
        subscription.Layer < 0 ? null : subscription.Layer,
        subscription.IsPaused,
        subscription.IsWaiting,
        subscription.Packets,
        subscription.Bytes,
        subscription.PacketsMissed,
        subscription.PacketsLost,
        subscription.LossRate,
        subscription.PacketsRepeated,
        subscription.RepeatsRefused,
        subscription.KeyframesAsked,
        Known(subscription.RoundTripUs));

    private static string NameOf(MediaKind kind) => kind == MediaKind.Audio ? "audio" : "video";

    private static double Milliseconds(long us) => us / 1000.0;

    private static double? Known(long us) => us == 0 ? null : Milliseconds(us);
}
