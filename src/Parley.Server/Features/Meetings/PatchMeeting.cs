// PATCH /api/meetings/{code}: changes a meeting, also while its room runs.
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Composition.Json;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Auth;

namespace Parley.Server.Features.Meetings;

/// <summary>What to change; what is left out stays.</summary>
public sealed record PatchMeetingRequest : IRequest
{
    /// <summary>A new title; null clears it.</summary>
    public OptionalText Title { get; init; }

    /// <summary>A new password; null clears it.</summary>
    public OptionalText Password { get; init; }

    /// <summary>New people wait for admission. Switched off, it admits all who wait.</summary>
    public bool? Lobby { get; init; }

    /// <summary>2 to 500.</summary>
    public int? MaxParticipants { get; init; }

    /// <inheritdoc/>
    public void Validate(FieldErrors errors)
    {
        MeetingRules.Title(errors, Title.Value);
        MeetingRules.Password(errors, Password.Value);
        MeetingRules.Participants(errors, MaxParticipants);
    }
}

internal static class PatchMeeting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/meetings/{code}", HandleAsync).WithName("ChangeMeeting").WithTags("meetings").WithSummary("Changes a meeting.")
            .Answers<MeetingBody>().Fails(400, 401, 403, 404, 410).RequireAuthorization(Policies.Member);

    private static async Task<IResult> HandleAsync(
        string code,
        Body<PatchMeetingRequest> body,
        HttpContext context,
        MeetingAccess access,
        MeetingStore store,
        MeetingPasswords passwords,
        MeetingViews views,
        IRunningRooms rooms,
        IAuditLog audit)
    {
        var cancellation = context.RequestAborted;
        var principal = context.GetPrincipal();
        if (await access.FindAsync(code, cancellation) is not { } meeting)
            return Errors.MeetingNotFound;
        if (!access.IsHost(meeting, principal))
            return Errors.NotHost;
        if (access.IsEnded(meeting))
            return Errors.MeetingEnded;
        var request = body.Value;
        var changes = new MeetingChanges
        {
            Title = request.Title.IsPresent ? Change.To(MeetingRules.Tidy(request.Title.Value)) : default,
            PasswordHash = request.Password switch
            {
                { IsPresent: false } => default,
                { Value: { } password } => Change.To<string?>(await passwords.HashAsync(password, cancellation)),
                _ => Change.To<string?>(null),
            },
            Lobby = request.Lobby,
            MaxParticipants = request.MaxParticipants,
        };
        if (await store.UpdateAsync(meeting.Id, changes, cancellation) is not { } changed)
            return Errors.MeetingNotFound;
        if (changes.PasswordHash.IsSet)
            audit.Write(context, "meeting_password_changed", actor: principal.User.Id, meeting: meeting.Code);
        // The change is stored: the running room hears of it even if the client has gone.
        await rooms.SettingsChangedAsync(changed.ToSettings(), CancellationToken.None);
        return JsonAnswer.Ok(views.Of(changed, context));
    }
}
