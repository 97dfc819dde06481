namespace Parley.Data.Tests;

public sealed class GroupCommitTests
{
    private const string Insert = "INSERT INTO items (id, parent) VALUES (@id, @parent)";

    private static async Task<TestDatabase> CreateAsync()
    {
        var db = await TestDatabase.CreateEmptyAsync(DatabaseKind.Sqlite);
        await db.Database.WriteAsync(static session => session.ExecuteAsync("CREATE TABLE items (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES items (id))"));
        return db;
    }

    private static Task<int> AddAsync(TestDatabase db, int id, int? parent = null) =>
        db.Database.WriteAsync(session => session.ExecuteAsync(Insert, new { id, parent }));

    /// <summary>Keeps the writer busy inside a write until it is let go, so that what comes meanwhile queues up.</summary>
    private static async Task<(Task Write, ManualResetEventSlim Release)> HoldWriterAsync(TestDatabase db)
    {
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new ManualResetEventSlim();
        var write = db.Database.WriteAsync(session =>
        {
            began.SetResult();
            release.Wait();
            return session.ExecuteAsync(Insert, new { id = 0, parent = (int?)null });
        });
        await began.Task;
        return (write, release);
    }

    [Fact]
    public async Task Writes_that_wait_together_are_committed_together()
    {
        await using var db = await CreateAsync();
        var before = db.Database.Statistics;
        var (held, release) = await HoldWriterAsync(db);
        var writes = Enumerable.Range(1, 200).Select(i => AddAsync(db, i)).ToArray();
        Assert.DoesNotContain(writes, static write => write.IsCompleted);
        release.Set();
        await Task.WhenAll([held, .. writes]);

        var after = db.Database.Statistics;
        Assert.Equal((201, 1), (after.Writes - before.Writes, after.Commits - before.Commits));
        Assert.Equal(201, await db.CountAsync("items"));
    }

    [Fact]
    public async Task Many_writers_need_far_fewer_commits_than_writes()
    {
        await using var db = await CreateAsync();
        var before = db.Database.Statistics;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await AddAsync(db, (worker * 20) + i);
        })));

        var (writes, commits) = (db.Database.Statistics.Writes - before.Writes, db.Database.Statistics.Commits - before.Commits);
        Assert.Equal(1280, writes);
        Assert.InRange(commits, 20, writes / 4);
    }

    [Fact]
    public async Task A_write_that_fails_undoes_itself_alone()
    {
        await using var db = await CreateAsync();
        var (held, release) = await HoldWriterAsync(db);
        var good = AddAsync(db, 1);
        var bad = db.Database.WriteAsync<int>(async session =>
        {
            await session.ExecuteAsync(Insert, new { id = 2, parent = (int?)null });
            throw new InvalidOperationException("half way");
        });
        var duplicate = AddAsync(db, 1);
        var alsoGood = AddAsync(db, 3);
        release.Set();
        await held;
        await good;
        await alsoGood;

        Assert.Equal("half way", (await Assert.ThrowsAsync<InvalidOperationException>(() => bad)).Message);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => duplicate);
        Assert.Equal([0, 1, 3], await db.Database.ReadAsync(static session => session.QueryAsync<long>("SELECT id FROM items ORDER BY id")));
        Assert.True(db.Database.IsAvailable);
    }

    [Fact]
    public async Task A_commit_that_fails_fails_its_whole_group_and_the_next_one_goes_on()
    {
        await using var db = await CreateAsync();
        var (held, release) = await HoldWriterAsync(db);
        var good = AddAsync(db, 1);
        var orphan = db.Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync("PRAGMA defer_foreign_keys = ON"); // found out only by COMMIT
            return await session.ExecuteAsync(Insert, new { id = 2, parent = (int?)99 });
        });
        release.Set();

        foreach (var write in new[] { held, good, orphan })
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => write);
        Assert.Equal(0, await db.CountAsync("items"));
        Assert.Equal(1, await AddAsync(db, 4));
    }

    [Fact]
    public async Task A_cancelled_write_that_has_not_begun_is_never_done()
    {
        await using var db = await CreateAsync();
        var (held, release) = await HoldWriterAsync(db);
        using var cancellation = new CancellationTokenSource();
        var cancelled = db.Database.WriteAsync(static session => session.ExecuteAsync(Insert, new { id = 1, parent = (int?)null }), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        release.Set();
        await held;

        Assert.Equal([0], await db.Database.ReadAsync(static session => session.QueryAsync<long>("SELECT id FROM items")));
    }

    [Fact]
    public async Task A_write_that_awaits_something_else_is_refused()
    {
        await using var db = await CreateAsync();
        var never = new TaskCompletionSource<int>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Database.WriteAsync(_ => never.Task));
        Assert.Equal(1, await AddAsync(db, 1));
    }

    [Fact]
    public async Task A_full_queue_makes_writers_wait_and_then_fail()
    {
        await using var template = await CreateAsync();
        await using var database = Database.Open(template.Options with { WriteQueueCapacity = 1, CommandTimeout = TimeSpan.FromSeconds(1) });
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        var held = database.WriteAsync(_ =>
        {
            began.SetResult();
            release.Wait();
            return Task.FromResult(0);
        });
        await began.Task;
        var queued = database.WriteAsync(static session => session.ExecuteAsync(Insert, new { id = 1, parent = (int?)null }));

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.WriteAsync(static _ => Task.FromResult(0)));

        Assert.False(database.IsAvailable);
        release.Set();
        await held;
        Assert.Equal(1, await queued);
        Assert.True(database.IsAvailable);
    }

    [Fact]
    public async Task What_is_queued_when_the_database_is_closed_is_still_stored()
    {
        await using var db = await CreateAsync();
        var (held, release) = await HoldWriterAsync(db);
        var queued = AddAsync(db, 1);
        var closing = db.Database.DisposeAsync();
        release.Set();
        await closing;

        await held;
        Assert.Equal(1, await queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AddAsync(db, 2));
    }
}
