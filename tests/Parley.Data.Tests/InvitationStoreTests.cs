using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class InvitationStoreTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    private static PageRequest FirstPage => new(PageRequest.MaxLimit);

    private static InvitationRecord New(UserRecord from, UserRecord to, MeetingRecord? meeting = null) => new(
        new InvitationId(Guid.CreateVersion7(Now)),
        new UserIdentity(from.Id, from.Name, from.Kind, meeting is null ? null : ParticipantRole.Cohost),
        to.Id,
        meeting is null ? null : "client",
        meeting?.Id,
        meeting?.Code,
        meeting?.Title,
        MeetingKind.Audio,
        meeting is null ? EntryPass.None : EntryPass.LobbyAndLock,
        Now,
        Now.AddSeconds(45),
        InvitationState.Ringing);

    private static InvitationChange Ring(InvitationRecord record) => new(record, null);

    private static InvitationChange Unanswered(InvitationRecord record, CallOutcome outcome, InvitationState state) => new(
        record with { State = state },
        new UnansweredCall(
            record.Id,
            record.Invited,
            new PersonView(record.Inviter.Id, record.Inviter.Name),
            record.Meeting,
            record.Code,
            record.MeetingTitle,
            outcome,
            record.SentAt,
            record.ExpiresAt));

    [Theory, BothDatabases]
    public async Task What_rings_is_loaded_after_a_restart_as_it_was(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var plain = New(ada, bob);
        var intoRoom = New(ada, bob, await db.AddMeetingAsync(ada)) with { SentAt = Now.AddSeconds(1) };
        foreach (var change in new[] { Ring(plain), Ring(intoRoom), Ring(plain) })
            await db.Invitations.StoreAsync(change, default);

        await using var restarted = db.OpenAgain();
        Assert.Equal([plain, intoRoom], await new InvitationStore(restarted).LoadAsync(Now, default));
    }

    [Theory, BothDatabases]
    public async Task What_is_settled_stays_settled_in_whatever_order_changes_arrive(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var ringing = New(ada, bob);
        var accepted = ringing with { State = InvitationState.Accepted, Code = TestDatabase.Code(3), Meeting = new MeetingId(Guid.NewGuid()) };
        await db.Invitations.StoreAsync(Ring(ringing), default);
        await db.Invitations.StoreAsync(Ring(accepted), default);
        await db.Invitations.StoreAsync(Ring(ringing), default);
        Assert.Equal([accepted], await db.Invitations.LoadAsync(Now, default));

        var other = New(ada, bob) with { SentAt = Now.AddSeconds(1) };
        var declined = Unanswered(other, CallOutcome.Declined, InvitationState.Declined);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => db.Invitations.StoreAsync(i == 3 ? declined : Ring(other), default)));
        Assert.Equal([accepted, declined.Invitation], await db.Invitations.LoadAsync(Now, default));
    }

    [Theory, BothDatabases]
    public async Task Old_ones_are_left_out_and_purged_but_never_one_that_rings(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var (ringing, missed) = (New(ada, bob), New(ada, bob) with { State = InvitationState.Missed });
        await db.Invitations.StoreAsync(Ring(ringing), default);
        await db.Invitations.StoreAsync(Ring(missed), default);

        Assert.Equal(2, (await db.Invitations.LoadAsync(Now, default)).Count);
        Assert.Equal([ringing], await db.Invitations.LoadAsync(Now.AddHours(1), default));
        Assert.Equal(0, await db.Invitations.PurgeAsync(Now));
        Assert.Equal(1, await db.Invitations.PurgeAsync(Now.AddHours(1)));
        Assert.Equal([ringing], await db.Invitations.LoadAsync(Now, default));
    }

    [Theory, BothDatabases]
    public async Task An_unanswered_call_enters_the_history_once(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var missed = Unanswered(New(ada, bob), CallOutcome.Missed, InvitationState.Missed);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => db.Invitations.StoreAsync(missed, default)));

        var entry = Assert.Single((await db.CallLogs.ListOwnAsync(bob.Id, FirstPage)).Items);
        Assert.Equal(
            new CallLogEntry(entry.Id, bob.Id, null, null, null, ParticipantRole.Participant, CallOutcome.Missed, Now, Now.AddSeconds(45), 0, 0, ada.Id, "Ada"),
            entry);
        Assert.Empty((await db.CallLogs.FindOwnAsync(bob.Id, entry.Id))!.Attendees);
        Assert.Empty((await db.CallLogs.ListOwnAsync(ada.Id, FirstPage)).Items);
    }

    [Theory, BothDatabases]
    public async Task An_unanswered_call_stands_beside_the_stay_in_the_same_meeting(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var meeting = await db.AddMeetingAsync(ada);
        var room = new RoomBuilder(meeting);
        await db.Invitations.StoreAsync(Unanswered(New(ada, bob, meeting), CallOutcome.Missed, InvitationState.Missed), default);
        await db.Rooms.CommitAsync(room.Commit(stays: [room.Stay(bob, 50, 60)], logs: [room.Log(bob, 50, 60)]), default);
        await db.Invitations.StoreAsync(Unanswered(New(ada, bob, meeting), CallOutcome.Declined, InvitationState.Declined), default);
        await db.Rooms.CommitAsync(room.Commit(stays: [room.Stay(bob, 70, 80)], logs: [room.Log(bob, 50, 80)]), default);

        var entries = (await db.CallLogs.ListOwnAsync(bob.Id, FirstPage)).Items;
        Assert.Equal(3, entries.Count);
        Assert.All(entries, entry => Assert.Equal((meeting.Id, meeting.Code, "Planning"), (entry.Meeting, entry.MeetingCode, entry.MeetingTitle)));
        var stay = Assert.Single(entries, static entry => entry.Outcome == CallOutcome.Completed);
        Assert.Equal((RoomBuilder.Second(80), 1, (UserId?)null), (stay.EndedAt, stay.ParticipantCount, stay.Caller));
    }

    [Theory, BothDatabases]
    public async Task An_account_that_goes_takes_its_invitations_and_stops_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var invitation = New(ada, bob);
        await db.Invitations.StoreAsync(Ring(invitation), default);
        await db.Accounts.DeleteAsync(bob.Id);

        Assert.Empty(await db.Invitations.LoadAsync(Now, default));
        await db.Invitations.StoreAsync(Unanswered(invitation, CallOutcome.Missed, InvitationState.Missed), default);
        Assert.Empty(await db.Invitations.LoadAsync(Now, default));
        Assert.Equal(0, await db.CountAsync("call_logs"));
    }
}
