// GET /api/meetings/{code}/attendance: who was in and when, for the host.
using System.Text.Json.Serialization;
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

/// <summary>One stay of one participant.</summary>
/// <param name="UserId">Who.</param>
/// <param name="Name">The name they had.</param>
/// <param name="JoinedAt">When they came in.</param>
/// <param name="LeftAt">When they left; null while they are in.</param>
public sealed record StayBody(
    UserId UserId,
    string Name,
    DateTimeOffset JoinedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LeftAt);

internal static class GetAttendance
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/meetings/{code}/attendance", HandleAsync).WithName("ListAttendance").WithTags("meetings")
            .WithSummary("A row per stay, in the order people came.").Answers<ListBody<StayBody>>().Paged().Fails(401, 403, 404)
            .RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(string code, PageQuery page, HttpContext context, MeetingAccess access, AttendanceStore store)
    {
        var cancellation = context.RequestAborted;
        if (await access.FindAsync(code, cancellation) is not { } meeting)
            return Errors.MeetingNotFound;
        if (!access.IsHost(meeting, context.GetPrincipal()))
            return Errors.NotHost;
        var stays = await store.ListAsync(meeting.Id, page.Request, cancellation);
        return ListBody.From(stays, static stay => new StayBody(stay.User, stay.Name, stay.JoinedAt, stay.LeftAt));
    }
}
