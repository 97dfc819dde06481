// What WHIP and WHEP have in common in taking an offer: limits, the right to stream, and the answer's form (RFC 9725 §4.2).
using Parley.Media.Sdp;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;
using Parley.Server.Features.Ice;
using Parley.Server.Features.Meetings;
using Parley.Server.Media;

namespace Parley.Server.Features.Whip;

/// <summary>Opens sessions for requests.</summary>
internal sealed class MediaOffers(MeetingAccess meetings, MediaAccess access, MediaGateway gateway, RateLimits limits, IceServerList iceServers)
{
    // Somebody may lose the right to stream while another is judged; more often than this in a row they do not.
    private const int Attempts = 3;

    /// <summary>Answers an offer.</summary>
    /// <param name="code">The meeting's code, as the route has it.</param>
    /// <param name="context">The request.</param>
    /// <param name="open">Opens the session.</param>
    public async Task<IResult> AnswerAsync(string code, HttpContext context, Func<MediaPlace, SessionDescription, Task<MediaOpening>> open)
    {
        var principal = context.GetPrincipal();
        if (!limits.TryMedia(principal.User.Id, out var retryAfter))
            return Problems.RateLimited(retryAfter);
        if (await meetings.FindAsync(code, context.RequestAborted) is null)
            return Meetings.Errors.MeetingNotFound;
        var (offer, problem) = await SdpBody.ReadOfferAsync(context.Request);
        if (offer is null)
            return problem!;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var judgedAt = gateway.Revocations;
            if (await meetings.FindAsync(code, context.RequestAborted) is not { } meeting)
                return Meetings.Errors.MeetingNotFound;
            if (await access.RefuseAsync(meeting, principal, context.RequestAborted) is { } refusal)
                return refusal;
            if (meeting.Kind == MeetingKind.Data)
                return Errors.UnacceptableSdp("A meeting of this kind (data) carries neither audio nor video.");
            var opening = await open(new MediaPlace(meeting.Id, meeting.Code, principal.ToMediaOwner(), judgedAt), offer);
            if (opening is MediaOpening.Opened opened)
                return new OpenedSession(opened.Session, opened.Answer, iceServers.For(principal.User.Id));
            if (opening is MediaOpening.Refused { Reason: not MediaRefusal.Stale } refused)
                return ProblemOf(refused);
        }

        return Problems.Unavailable;
    }

    private static Problem ProblemOf(MediaOpening.Refused refused) => refused.Reason switch
    {
        MediaRefusal.Full => Errors.MediaFull,
        MediaRefusal.NobodyPublishes => Errors.NobodyPublishes,
        MediaRefusal.NoSuchPublisher => Errors.PublisherNotFound,
        MediaRefusal.Unacceptable => Errors.UnacceptableSdp(refused.Detail),
        _ => Errors.MediaOff,
    };
}
