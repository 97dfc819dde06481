using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data.Tests;

public sealed class AccountStoreTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    [Theory, BothDatabases]
    public async Task An_account_is_found_by_its_address_in_any_case_and_by_id(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var created = Assert.IsType<CreateAccountResult.Created>(
            await db.Accounts.CreateAccountAsync(" Ada@Example.ORG ", "Ada Lovelace", "hash", admin: false, Now.AddTicks(7)));

        Assert.Equal("ada@example.org", created.User.Email);
        Assert.Equal(created.User, await db.Accounts.FindByEmailAsync("ADA@example.org"));
        Assert.Equal(created.User, await db.Accounts.FindAsync(created.User.Id));
        Assert.Equal(UserKind.Account, created.User.Kind);
        Assert.Equal("hash", created.User.PasswordHash);
        Assert.Null(await db.Accounts.FindByEmailAsync("bob@example.org"));
    }

    [Theory, BothDatabases]
    public async Task The_same_address_twice_at_once_makes_one_account(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
            db.Accounts.CreateAccountAsync(i % 2 == 0 ? "ada@example.org" : "ADA@EXAMPLE.ORG", $"Ada {i}", "hash", admin: false, Now)));

        Assert.Single(results.OfType<CreateAccountResult.Created>());
        Assert.Equal(15, results.OfType<CreateAccountResult.EmailTaken>().Count());
        Assert.Equal(1, await db.CountAsync("users"));
    }

    [Theory, BothDatabases]
    public async Task Of_the_first_accounts_made_at_once_exactly_one_is_an_administrator(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var users = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => db.AddAccountAsync()));

        var admin = Assert.Single(users, static user => user.IsAdmin);
        Assert.True((await db.Accounts.FindAsync(admin.Id))!.IsAdmin);
        await db.Accounts.DeleteAsync(admin.Id);
        Assert.False((await db.AddAccountAsync()).IsAdmin);
    }

    [Theory, BothDatabases]
    public async Task An_administrator_is_made_and_unmade_by_hand(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.AddAccountAsync();
        var made = Assert.IsType<CreateAccountResult.Created>(await db.Accounts.CreateAccountAsync("root@example.org", "Root", "hash", admin: true, Now)).User;

        Assert.True((await db.Accounts.FindAsync(made.Id))!.IsAdmin);
        Assert.True(await db.Accounts.SetAdminAsync(made.Id, admin: false));
        Assert.False((await db.Accounts.FindAsync(made.Id))!.IsAdmin);
        Assert.False(await db.Accounts.SetAdminAsync(new UserId(Guid.NewGuid()), admin: true));
    }

    [Theory, BothDatabases]
    public async Task Name_and_password_change_and_a_disabled_account_loses_its_sessions(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        await db.RefreshTokens.IssueAsync(user.Id, "token", Now, Now.AddDays(1));

        Assert.True(await db.Accounts.RenameAsync(user.Id, "Ada King"));
        Assert.True(await db.Accounts.SetPasswordHashAsync(user.Id, "other"));
        Assert.True(await db.Accounts.DisableAsync(user.Id, Now));
        Assert.True(await db.Accounts.DisableAsync(user.Id, Now.AddHours(1)));
        var changed = (await db.Accounts.FindAsync(user.Id))!;
        Assert.Equal(("Ada King", "other", Now), (changed.Name, changed.PasswordHash, changed.DisabledAt));
        Assert.True(changed.Disabled);
        Assert.IsType<RefreshResult.Unknown>(await db.RefreshTokens.RotateAsync("token", null, "next", Now, Now.AddDays(1)));

        Assert.True(await db.Accounts.EnableAsync(user.Id));
        Assert.False((await db.Accounts.FindAsync(user.Id))!.Disabled);
        Assert.False(await db.Accounts.RenameAsync(new UserId(Guid.NewGuid()), "Nobody"));
    }

    [Theory, BothDatabases]
    public async Task A_user_of_another_program_is_one_user_whose_name_follows(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => db.Accounts.GetOrCreateExternalAsync("crm", "42", "Eve", Now)));

        Assert.Single(users.Select(static user => user.Id).Distinct());
        Assert.Equal(UserKind.External, users[0].Kind);
        var renamed = await db.Accounts.GetOrCreateExternalAsync("crm", "42", "Eve Adams", Now.AddDays(1));
        Assert.Equal((users[0].Id, "Eve Adams"), (renamed.Id, renamed.Name));
        Assert.NotEqual(users[0].Id, (await db.Accounts.GetOrCreateExternalAsync("erp", "42", "Eve", Now)).Id);
        Assert.Equal(2, await db.CountAsync("users"));
    }

    [Theory, BothDatabases]
    public async Task Many_users_are_found_at_once_and_the_missing_are_left_out(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync();
        var guest = await db.Accounts.CreateGuestAsync("Guest", Now, Now.AddDays(1));
        var unknown = Enumerable.Range(0, 1200).Select(static _ => new UserId(Guid.NewGuid()));

        var found = await db.Accounts.FindManyAsync([ada.Id, .. unknown, guest.Id]);

        Assert.Equal([ada, guest], found.OrderBy(static user => user.Kind));
        Assert.Empty(await db.Accounts.FindManyAsync([]));
    }

    [Theory, BothDatabases]
    public async Task Search_finds_accounts_by_part_of_the_name_in_any_case_but_never_oneself(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var me = await db.AddAccountAsync("Ärger Me");
        var aerger = await db.AddAccountAsync("Jürgen ÄRGER");
        var strasse = await db.AddAccountAsync("Straße");
        var percent = await db.AddAccountAsync(@"100%_\done");
        var disabled = await db.AddAccountAsync("Ärgerlich");
        await db.Accounts.DisableAsync(disabled.Id, Now);
        await db.Accounts.CreateGuestAsync("Ärger Guest", Now, Now.AddDays(1));

        async Task<IEnumerable<UserId>> Search(string text) =>
            (await db.Accounts.SearchByNameAsync(text, me.Id, new PageRequest(20))).Items.Select(static user => user.Id);

        Assert.Equal([aerger.Id], await Search("ärger"));
        Assert.Equal([aerger.Id], await Search("JÜRGEN"));
        Assert.Equal([strasse.Id], await Search("STRASSE"));
        Assert.Equal([percent.Id], await Search("0%"));
        Assert.Equal([percent.Id], await Search(@"_\D"));
        Assert.Empty(await Search("1_0"));
        Assert.Empty(await Search("'; DROP TABLE users; --"));
        Assert.Empty(await Search("\0"));
    }

    [Theory, BothDatabases]
    public async Task Expired_guests_go_unless_a_meeting_is_theirs(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var gone = await db.Accounts.CreateGuestAsync("Gone", Now, Now.AddHours(1));
        var host = await db.Accounts.CreateGuestAsync("Host", Now, Now.AddHours(1));
        var later = await db.Accounts.CreateGuestAsync("Later", Now, Now.AddHours(5));
        await db.AddMeetingAsync(host);

        Assert.Equal(1, await db.Accounts.PurgeExpiredGuestsAsync(Now.AddHours(2)));
        Assert.Null(await db.Accounts.FindAsync(gone.Id));
        Assert.Equal(host, await db.Accounts.FindAsync(host.Id));
        Assert.Equal(later, await db.Accounts.FindAsync(later.Id));
    }

    [Theory, BothDatabases]
    public async Task Deleting_an_account_takes_its_meetings_and_history_but_not_what_it_wrote_elsewhere(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var (ada, bob) = (await db.AddAccountAsync("Ada"), await db.AddAccountAsync("Bob"));
        var adas = await db.AddMeetingAsync(ada);
        var bobs = await db.AddMeetingAsync(bob);
        var room = new RoomBuilder(bobs);
        await db.Rooms.CommitAsync(
            room.Commit(chat: [room.Chat(ada, "hello", "1")], stays: [room.Stay(ada, 0, 9), room.Stay(bob, 0)], logs: [room.Log(ada, 0, 9), room.Log(bob, 0, 9)]),
            default);

        Assert.True(await db.Accounts.DeleteAsync(ada.Id));

        Assert.Null(await db.Meetings.FindAsync(adas.Id));
        Assert.Equal("Ada", Assert.Single((await db.Chat.ListAsync(bobs.Id, bob.Id, new PageRequest(20))).Items).FromName);
        Assert.Equal(2, Assert.Single((await db.CallLogs.ListOwnAsync(bob.Id, new PageRequest(20))).Items).ParticipantCount);
        Assert.Equal(1, await db.CountAsync("call_logs"));
        Assert.False(await db.Accounts.DeleteAsync(ada.Id));
    }
}
