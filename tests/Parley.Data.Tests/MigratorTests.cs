namespace Parley.Data.Tests;

public sealed class MigratorTests
{
    private static DateTimeOffset Now => TestDatabase.Now;

    [Theory, BothDatabases]
    public async Task Up_down_and_up_again_with_data(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateEmptyAsync(kind);
        var migrator = new Migrator(db.Database);
        Assert.All(await migrator.StatusAsync(), static step => Assert.Equal(MigrationState.Pending, step.State));

        var up = await migrator.UpAsync(Now);
        Assert.Equal(migrator.LatestVersion, up.Count);
        Assert.Empty(await migrator.UpAsync(Now));
        Assert.All(await migrator.StatusAsync(), static step => Assert.Equal((MigrationState.Applied, TestDatabase.Now), (step.State, step.AppliedAt)));
        var ada = await db.AddAccountAsync("Ada");
        var room = new RoomBuilder(await db.AddMeetingAsync(ada));
        await db.Rooms.CommitAsync(room.Commit(chat: [room.Chat(ada, "x", "1")], stays: [room.Stay(ada, 0)], logs: [room.Log(ada, 0, 1)]), default);
        await db.Audit.AppendAsync([AuditEntry.New(Now, "x")]);

        // One step at a time, so that each one's way back is walked with data in it.
        for (var version = migrator.LatestVersion - 1; version >= 1; version--)
            Assert.Equal(up[version], Assert.Single(await migrator.DownAsync(version)));
        Assert.Equal(ada, await db.Accounts.FindAsync(ada.Id));
        Assert.Equal(up.Skip(1), await migrator.UpAsync(Now));
        Assert.Equal(0, await db.CountAsync("meetings"));

        Assert.Equal(up.Reverse(), await migrator.DownAsync(0));
        Assert.Equal(up, await migrator.UpAsync(Now));
        await db.AddMeetingAsync();
    }

    [Theory, BothDatabases]
    public async Task Nodes_that_start_together_migrate_once(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateEmptyAsync(kind);
        await using var other = db.OpenAgain();
        var nodes = new[] { new Migrator(db.Database), new Migrator(other), new Migrator(db.Database), new Migrator(other) };

        var applied = await Task.WhenAll(nodes.Select(static node => node.UpAsync(Now)));

        Assert.Equal(nodes[0].LatestVersion, Assert.Single(applied, static steps => steps.Count > 0).Count);
        await db.AddMeetingAsync();
    }

    [Theory, BothDatabases]
    public async Task A_newer_schema_is_refused_and_left_alone(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var migrator = new Migrator(db.Database);
        var newer = migrator.LatestVersion + 1;
        await db.Database.WriteAsync(session => session.ExecuteAsync(
            "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@newer, 'future', 'x', 0)", new { newer }));

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => migrator.UpAsync(Now));
        Assert.Contains($"schema version {newer}", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SchemaException>(() => migrator.DownAsync(0));
        Assert.Equal((newer, "future", MigrationState.Unknown), (await migrator.StatusAsync()) is [.., var last] ? (last.Version, last.Name, last.State) : default);
        await db.AddMeetingAsync();
    }

    [Theory, BothDatabases]
    public async Task An_edited_step_is_refused(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var migrator = new Migrator(db.Database);
        await db.Database.WriteAsync(static session => session.ExecuteAsync("UPDATE schema_migrations SET checksum = 'x' WHERE version = 2"));

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => migrator.UpAsync(Now));
        Assert.Contains("0002_meetings", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(MigrationState.Changed, (await migrator.StatusAsync())[1].State);
    }

    [Theory, BothDatabases]
    public async Task A_step_that_fails_leaves_the_schema_as_it_was(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateEmptyAsync(kind);
        await db.Database.WriteAsync(static session => session.ExecuteAsync("CREATE TABLE call_logs (id TEXT)"));
        var migrator = new Migrator(db.Database);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => migrator.UpAsync(Now));

        Assert.All(await migrator.StatusAsync(), static step => Assert.Equal(MigrationState.Pending, step.State));
        await db.Database.WriteAsync(static session => session.ExecuteAsync("DROP TABLE call_logs"));
        Assert.Equal(migrator.LatestVersion, (await migrator.UpAsync(Now)).Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => migrator.DownAsync(migrator.LatestVersion + 1));
    }
}
