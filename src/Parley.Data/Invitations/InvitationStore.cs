// Invitations and the trace they leave in the history of who was rung.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Stores invitations in the database.</summary>
public sealed class InvitationStore(Database database) : IInvitationStore
{
    /// <inheritdoc/>
    public Task StoreAsync(InvitationChange change, CancellationToken cancellation)
    {
        var row = InvitationRow.From(change.Invitation);
        return database.WriteAsync(
            async session =>
            {
                // Nobody rings, or is rung, whose account was deleted meanwhile. What is settled stays as it was settled.
                await session.ExecuteAsync(
                    """
                    INSERT INTO invitations
                      (id, inviter_id, inviter_name, inviter_kind, inviter_granted_role, invited_id, client_id, meeting_id, meeting_code, meeting_title,
                       kind, pass, sent_at, expires_at, state)
                    SELECT @Id, inviter.id, @InviterName, @InviterKind, @InviterGrantedRole, invited.id, @ClientId, @MeetingId, @MeetingCode, @MeetingTitle,
                       @Kind, @Pass, @SentAt, @ExpiresAt, @State
                    FROM users inviter, users invited WHERE inviter.id = @InviterId AND invited.id = @InvitedId
                    ON CONFLICT (id) DO UPDATE SET
                      client_id = excluded.client_id, meeting_id = excluded.meeting_id, meeting_code = excluded.meeting_code,
                      meeting_title = excluded.meeting_title, pass = excluded.pass, expires_at = excluded.expires_at, state = excluded.state
                    WHERE invitations.state = 'ringing'
                    """,
                    row);
                return change.Unanswered is { } call ? await RecordAsync(session, call) : 0;
            },
            cancellation);
    }

    /// <inheritdoc/>
    /// <remarks>One that still rings is given whatever its age: it is yet to be told as missed, however long the program was down.</remarks>
    public async Task<IReadOnlyList<InvitationRecord>> LoadAsync(DateTimeOffset expiresAfter, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync<InvitationRow>(
                """
                SELECT id, inviter_id, inviter_name, inviter_kind, inviter_granted_role, invited_id, client_id, meeting_id, meeting_code, meeting_title,
                       kind, pass, sent_at, expires_at, state
                FROM invitations WHERE expires_at > @expiresAfter OR state = 'ringing'
                ORDER BY sent_at, id
                """,
                new { expiresAfter }),
            cancellation);
        return [.. rows.Select(static row => row.ToRecord())];
    }

    /// <summary>Deletes settled invitations that expired before a time.</summary>
    /// <returns>How many were deleted.</returns>
    public Task<int> PurgeAsync(DateTimeOffset expiredBefore, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                "DELETE FROM invitations WHERE expires_at < @expiredBefore AND state <> 'ringing'", new { expiredBefore }),
            cancellation);

    private static Task<int> RecordAsync(SqlSession session, UnansweredCall call) =>
        session.ExecuteAsync(
            """
            INSERT INTO call_logs
              (id, user_id, meeting_id, meeting_code, meeting_title, role, outcome, started_at, ended_at, duration_seconds, participant_count,
               invitation_id, caller_id, caller_name)
            SELECT @Id, u.id, @Meeting, @MeetingCode, @MeetingTitle, 'participant', @Outcome, @StartedAt, @EndedAt, 0, 0, @Invitation, @CallerId, @CallerName
            FROM users u WHERE u.id = @User
            ON CONFLICT (invitation_id) DO NOTHING
            """,
            new
            {
                Id = new CallLogId(Guid.CreateVersion7(call.StartedAt)),
                call.User,
                call.Meeting,
                call.MeetingCode,
                MeetingTitle = SqlText.StorableOrNull(call.MeetingTitle),
                Outcome = SqlText.Name(call.Outcome),
                call.StartedAt,
                call.EndedAt,
                call.Invitation,
                CallerId = call.From.Id,
                CallerName = SqlText.Storable(call.From.Name),
            });

    /// <summary>The columns, enums as their stored names.</summary>
    [method: ExplicitConstructor]
    private sealed record InvitationRow(
        InvitationId Id,
        UserId InviterId,
        string InviterName,
        string InviterKind,
        string? InviterGrantedRole,
        UserId InvitedId,
        string? ClientId,
        MeetingId? MeetingId,
        MeetingCode? MeetingCode,
        string? MeetingTitle,
        string Kind,
        string Pass,
        DateTimeOffset SentAt,
        DateTimeOffset ExpiresAt,
        string State)
    {
        public static InvitationRow From(InvitationRecord record) => new(
            record.Id,
            record.Inviter.Id,
            SqlText.Storable(record.Inviter.Name),
            SqlText.Name(record.Inviter.Kind),
            record.Inviter.GrantedRole is { } role ? SqlText.Name(role) : null,
            record.Invited,
            SqlText.StorableOrNull(record.ClientId),
            record.Meeting,
            record.Code,
            SqlText.StorableOrNull(record.MeetingTitle),
            SqlText.Name(record.Kind),
            SqlText.Name(record.Pass),
            record.SentAt,
            record.ExpiresAt,
            SqlText.Name(record.State));

        public InvitationRecord ToRecord() => new(
            Id,
            new UserIdentity(
                InviterId,
                InviterName,
                SqlText.Parse<UserKind>(InviterKind),
                InviterGrantedRole is null ? null : SqlText.Parse<ParticipantRole>(InviterGrantedRole)),
            InvitedId,
            ClientId,
            MeetingId,
            MeetingCode,
            MeetingTitle,
            SqlText.Parse<MeetingKind>(Kind),
            SqlText.Parse<EntryPass>(Pass),
            SentAt,
            ExpiresAt,
            SqlText.Parse<InvitationState>(State));
    }
}
