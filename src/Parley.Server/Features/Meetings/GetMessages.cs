// GET /api/meetings/{code}/messages: the chat, for those who took part.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

/// <summary>A chat message in history.</summary>
/// <param name="MessageId">The message.</param>
/// <param name="From">Its author, as a user.</param>
/// <param name="Text">The text.</param>
/// <param name="SentAt">When it was stored.</param>
/// <param name="To">Its reader, when it is private.</param>
public sealed record ChatBody(MessageId MessageId, PersonView From, string Text, DateTimeOffset SentAt, PersonView? To = null);

internal static class GetMessages
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/meetings/{code}/messages", HandleAsync).WithName("ListMessages").WithTags("meetings").WithSummary("The chat, newest first.")
            .Answers<ListBody<ChatBody>>().Paged().Fails(401, 403, 404).RequireAuthorization(Policies.Anybody);

    private static async Task<IResult> HandleAsync(string code, PageQuery page, HttpContext context, MeetingAccess access, ChatStore store)
    {
        var cancellation = context.RequestAborted;
        var principal = context.GetPrincipal();
        if (await access.FindAsync(code, cancellation) is not { } meeting)
            return Errors.MeetingNotFound;
        if (!principal.Covers(meeting.Code))
            return Problems.Forbidden;
        if (!await store.TookPartAsync(meeting.Id, principal.User.Id, cancellation))
            return Errors.NotAParticipant;
        return ListBody.From(await store.ListAsync(meeting.Id, principal.User.Id, page.Request, cancellation), Body);
    }

    private static ChatBody Body(ChatRecord message) => new(
        message.Id,
        new PersonView(message.FromUser, message.FromName),
        message.Text,
        message.SentAt,
        message.ToUser is { } reader ? new PersonView(reader, message.ToName ?? string.Empty) : null);
}
