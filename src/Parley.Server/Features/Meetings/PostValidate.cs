// POST /api/meetings/{code}/validate: whether one would come in, before asking for camera and microphone.
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

/// <summary>What one would join with.</summary>
public sealed record ValidateRequest : IRequest
{
    /// <summary>The meeting's password.</summary>
    public string? Password { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        if (Password?.Length > MessageLimits.PasswordLength)
            errors.Add("password", $"A password has at most {MessageLimits.PasswordLength} characters.");
    }
}

/// <summary>One would come in.</summary>
/// <param name="Ok">Always true.</param>
public sealed record ValidateBody(bool Ok);

internal static class PostValidate
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/meetings/{code}/validate", HandleAsync).WithName("ValidateMeeting").WithTags("meetings")
            .WithSummary("Checks whether a meeting can be joined.")
            .Answers<ValidateBody>().Fails(400, 403, 404, 409, 410, 423, 429).AllowAnonymous();

    private static async Task<IResult> HandleAsync(
        string code,
        Body<ValidateRequest> body,
        HttpContext context,
        MeetingAccess access,
        MeetingPasswords passwords,
        IRunningRooms rooms)
    {
        if (await access.FindAsync(code, context.RequestAborted) is not { } meeting)
            return Errors.MeetingNotFound;
        var principal = context.FindPrincipal();
        if (principal?.Covers(meeting.Code) == false)
            return Problems.Forbidden;
        if (access.IsEnded(meeting))
            return Errors.MeetingEnded;
        var isOwner = MeetingAccess.IsOwner(meeting, principal);
        if (!isOwner)
        {
            var check = await passwords.CheckAsync(
                meeting.Id, meeting.PasswordHash, body.Value.Password, context.Connection.RemoteIpAddress, context.RequestAborted);
            if (check.Verdict == PasswordVerdict.RateLimited)
                return Problems.RateLimited(check.RetryAfter);
            if (check.Verdict == PasswordVerdict.Wrong)
                return Errors.WrongPassword;
        }

        var room = rooms.Find(meeting.Id);
        if (room?.Locked == true && !isOwner)
            return Errors.RoomLocked;
        return room?.Full == true ? Errors.RoomFull : JsonAnswer.Ok(new ValidateBody(true));
    }
}
