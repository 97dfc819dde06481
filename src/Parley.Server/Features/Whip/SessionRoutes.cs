// The area of WHIP and WHEP.
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

internal static class SessionRoutes
{
    public static void AddWhip(this IServiceCollection services)
    {
        services.AddSingleton<MediaAccess>();
        services.AddSingleton<MediaOffers>();
    }

    public static void MapWhip(this IEndpointRouteBuilder api)
    {
        PostWhip.Map(api);
        PostWhep.Map(api);
        PatchSession.Map(api);
        DeleteSession.Map(api);
        OptionsSession.Map(api);
        GetMediaSessions.Map(api);
    }

    /// <summary>The segment of a kind's addresses.</summary>
    public static string PathOf(MediaSessionKind kind) => kind == MediaSessionKind.Publisher ? "whip" : "whep";

    /// <summary>The session of a route, or why whoever asks has none there.</summary>
    public static Problem? Find(this MediaGateway gateway, MediaSessionKind kind, string code, string id, Principal principal, out MediaSession? session)
    {
        session = null;
        if (!MeetingCode.TryParse(code, out var meeting) || gateway.Find(id) is not { } found || found.Kind != kind || found.Code != meeting)
            return Errors.SessionNotFound;
        session = found;
        return found.Owner == principal.ToMediaOwner() ? null : Errors.NotYours;
    }

    /// <summary>What the bearer's sessions are recognised by, for as long as they last.</summary>
    public static MediaOwner ToMediaOwner(this Principal principal) => new(principal.User.Id, principal.Session, principal.Room);
}
