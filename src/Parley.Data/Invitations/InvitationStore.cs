// Invitations that ring now: a restart of the server does not stop them.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>An invitation that rings.</summary>
/// <param name="Id">The invitation.</param>
/// <param name="Inviter">Who rings.</param>
/// <param name="InviterName">The name they had.</param>
/// <param name="Invited">Who is rung.</param>
/// <param name="Meeting">The room they are rung into; null when one is made on acceptance.</param>
/// <param name="Code">Its code.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="ClientId">The inviter's own id of this invitation, which makes it idempotent.</param>
/// <param name="Pass">What it lets the invited pass.</param>
/// <param name="CreatedAt">When it began to ring.</param>
/// <param name="ExpiresAt">When it stops by itself.</param>
public sealed record PendingInvitation(
    InvitationId Id,
    UserId Inviter,
    string InviterName,
    UserId Invited,
    MeetingId? Meeting,
    MeetingCode? Code,
    MeetingKind Kind,
    string? ClientId,
    EntryPass Pass,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt);

/// <summary>Stores pending invitations.</summary>
public sealed class InvitationStore(Database database)
{
    /// <summary>Stores an invitation, or its new state. False when the inviter or the invited no longer exists.</summary>
    public Task<bool> UpsertAsync(PendingInvitation invitation, CancellationToken cancellation = default)
    {
        var row = new
        {
            invitation.Id,
            invitation.Inviter,
            InviterName = SqlText.Storable(invitation.InviterName),
            invitation.Invited,
            invitation.Meeting,
            invitation.Code,
            Kind = SqlText.Name(invitation.Kind),
            ClientId = SqlText.StorableOrNull(invitation.ClientId),
            Pass = SqlText.Name(invitation.Pass),
            invitation.CreatedAt,
            invitation.ExpiresAt,
        };
        return database.WriteAsync(
            async session => await session.ExecuteAsync(
                """
                INSERT INTO invitations (id, inviter_id, invitee_id, inviter_name, meeting_id, meeting_code, kind, client_id, pass, created_at, expires_at)
                SELECT @Id, a.id, b.id, @InviterName, @Meeting, @Code, @Kind, @ClientId, @Pass, @CreatedAt, @ExpiresAt
                FROM users a, users b WHERE a.id = @Inviter AND b.id = @Invited
                ON CONFLICT (id) DO UPDATE SET
                  meeting_id = excluded.meeting_id, meeting_code = excluded.meeting_code, pass = excluded.pass, expires_at = excluded.expires_at
                """,
                row) > 0,
            cancellation);
    }

    /// <summary>Forgets an invitation that was answered, cancelled or missed. False when it was settled before: of two, one settles.</summary>
    public Task<bool> SettleAsync(InvitationId id, CancellationToken cancellation = default) =>
        database.WriteAsync(async session => await session.ExecuteAsync("DELETE FROM invitations WHERE id = @id", new { id }) > 0, cancellation);

    /// <summary>Everything that rang when the program stopped, oldest first; what expired meanwhile too, since it is yet to be told as missed.</summary>
    public async Task<IReadOnlyList<PendingInvitation>> LoadPendingAsync(CancellationToken cancellation = default)
    {
        var rows = await database.ReadAsync(
            static session => session.QueryAsync<InvitationRow>(
                """
                SELECT id, inviter_id, inviter_name, invitee_id, meeting_id, meeting_code, kind, client_id, pass, created_at, expires_at
                FROM invitations ORDER BY created_at, id
                """),
            cancellation);
        return [.. rows.Select(static row => row.ToRecord())];
    }

    [method: ExplicitConstructor]
    private sealed record InvitationRow(
        InvitationId Id,
        UserId InviterId,
        string InviterName,
        UserId InviteeId,
        MeetingId? MeetingId,
        MeetingCode? MeetingCode,
        MeetingKind Kind,
        string? ClientId,
        string Pass,
        DateTimeOffset CreatedAt,
        DateTimeOffset ExpiresAt)
    {
        public PendingInvitation ToRecord() =>
            new(Id, InviterId, InviterName, InviteeId, MeetingId, MeetingCode, Kind, ClientId, SqlText.Parse<EntryPass>(Pass), CreatedAt, ExpiresAt);
    }
}
