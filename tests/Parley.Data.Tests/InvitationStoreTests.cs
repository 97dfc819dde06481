using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class InvitationStoreTests
{
    private static PendingInvitation New(UserRecord from, UserRecord to, MeetingRecord? meeting = null, EntryPass pass = EntryPass.None) => new(
        new InvitationId(Guid.CreateVersion7(TestDatabase.Now)),
        from.Id,
        from.Name,
        to.Id,
        meeting?.Id,
        meeting?.Code,
        MeetingKind.Audio,
        meeting is null ? null : "client",
        pass,
        TestDatabase.Now,
        TestDatabase.Now.AddSeconds(45));

    [Theory, BothDatabases]
    public async Task What_rings_is_loaded_after_a_restart_until_it_is_settled(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var plain = New(ada, bob);
        var intoRoom = New(ada, bob, await db.AddMeetingAsync(ada), EntryPass.LobbyAndLock) with { CreatedAt = TestDatabase.Now.AddSeconds(1) };
        Assert.True(await db.Invitations.UpsertAsync(plain));
        Assert.True(await db.Invitations.UpsertAsync(intoRoom));
        Assert.True(await db.Invitations.UpsertAsync(plain));

        await using var restarted = db.OpenAgain();
        Assert.Equal([plain, intoRoom], await new InvitationStore(restarted).LoadPendingAsync());

        var settled = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => db.Invitations.SettleAsync(plain.Id)));
        Assert.Single(settled, static won => won);
        Assert.Equal([intoRoom], await db.Invitations.LoadPendingAsync());
    }

    [Theory, BothDatabases]
    public async Task An_account_that_goes_takes_its_invitations(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        await db.Invitations.UpsertAsync(New(ada, bob));
        await db.Accounts.DeleteAsync(bob.Id);

        Assert.Empty(await db.Invitations.LoadPendingAsync());
        Assert.False(await db.Invitations.UpsertAsync(New(ada, bob)));
    }
}
