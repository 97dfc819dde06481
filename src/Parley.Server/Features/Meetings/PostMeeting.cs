// POST /api/meetings: makes a meeting.
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

/// <summary>What the meeting shall be.</summary>
public sealed record PostMeetingRequest : IRequest
{
    /// <summary>At most 200 characters.</summary>
    public string? Title { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Password { get; init; }

    /// <summary>New people wait for admission; true when left out.</summary>
    public bool? Lobby { get; init; }

    /// <summary>What it carries; video when left out.</summary>
    public MeetingKind? Kind { get; init; }

    /// <summary>2 to 500; 100 when left out.</summary>
    public int? MaxParticipants { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        MeetingRules.Title(errors, Title);
        MeetingRules.Password(errors, Password);
        MeetingRules.Participants(errors, MaxParticipants);
    }
}

internal static class PostMeeting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/meetings", HandleAsync).WithName("CreateMeeting").WithTags("meetings").WithSummary("Makes a meeting.")
            .Answers<MeetingBody>(201).Fails(400, 401, 403).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(
        Body<PostMeetingRequest> body,
        HttpContext context,
        MeetingCreation creation,
        MeetingPasswords passwords,
        MeetingViews views)
    {
        var request = body.Value;
        var cancellation = context.RequestAborted;
        var hash = request.Password is { } password ? await passwords.HashAsync(password, cancellation) : null;
        var meeting = await creation.CreateAsync(
            new NewMeeting(
                context.GetPrincipal().User.Id,
                MeetingRules.Tidy(request.Title),
                request.Kind ?? MeetingKind.Video,
                request.Lobby ?? true,
                hash,
                request.MaxParticipants ?? MeetingRules.DefaultParticipants),
            cancellation);
        context.Response.Headers.Location = $"/api/meetings/{meeting.Code}";
        return new JsonAnswer<MeetingBody>(views.Of(meeting, context), 201);
    }
}
