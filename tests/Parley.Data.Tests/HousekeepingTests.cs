namespace Parley.Data.Tests;

public sealed class HousekeepingTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    [Theory, BothDatabases]
    public async Task Only_what_expired_goes(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync();
        await db.Accounts.CreateGuestAsync("Old", Now, Now.AddHours(1));
        await db.Accounts.CreateGuestAsync("Fresh", Now, Now.AddDays(2));
        await db.RefreshTokens.IssueAsync(ada.Id, "old", Now, Now.AddHours(1));
        await db.RefreshTokens.IssueAsync(ada.Id, "fresh", Now, Now.AddDays(2));
        await db.Audit.AppendAsync([AuditEntry.New(Now.AddDays(-30), "old"), AuditEntry.New(Now, "fresh")]);
        var keeper = new Housekeeping(db.Database);

        Assert.Equal(new HousekeepingResult(0, 0, 0, 0), await keeper.RunAsync(Now.AddHours(1), TimeSpan.FromDays(60)));
        Assert.Equal(new HousekeepingResult(1, 1, 0, 1), await keeper.RunAsync(Now.AddDays(1), TimeSpan.FromDays(10)));
        Assert.Equal(new HousekeepingResult(0, 0, 0, 0), await keeper.RunAsync(Now.AddDays(1), TimeSpan.FromDays(10)));
        Assert.Equal(ada, await db.Accounts.FindAsync(ada.Id));
        Assert.Equal((2, 1, 1), (await db.CountAsync("users"), await db.CountAsync("refresh_families"), await db.CountAsync("audit_entries")));
    }

    [Theory, BothDatabases]
    public async Task Running_on_several_nodes_at_once_harms_nobody(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var ada = await db.AddAccountAsync();
        for (var i = 0; i < 20; i++)
        {
            var guest = await db.Accounts.CreateGuestAsync($"{i}", Now, Now);
            await db.RefreshTokens.IssueAsync(guest.Id, $"{i}", Now, Now);
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Housekeeping(db.Database).RunAsync(Now.AddDays(1), TimeSpan.FromDays(1))));

        Assert.Equal((20, 20), (results.Sum(static result => result.Guests), results.Sum(static result => result.RefreshFamilies)));
        Assert.Equal(1, await db.CountAsync("users"));
        Assert.NotNull(await db.Accounts.FindAsync(ada.Id));
    }
}
