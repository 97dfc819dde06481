using System.Collections.Concurrent;
using Parley.Protocol;

namespace Parley.Data.Tests;

public sealed class PostgresOutageTests
{
    [Fact]
    public async Task A_killed_server_is_unavailable_loses_nothing_acknowledged_and_is_used_again_at_once()
    {
        await using var server = await PrivatePostgres.StartNewAsync();
        await using var database = Database.Open(new DatabaseOptions { ConnectionString = server.ConnectionString });
        await new Migrator(database).UpAsync(TestDatabase.Now);
        var accounts = new AccountStore(database);
        var acknowledged = new ConcurrentBag<UserId>();
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    acknowledged.Add((await accounts.CreateGuestAsync("Guest", TestDatabase.Now, TestDatabase.Now)).Id);
                }
                catch (DatabaseUnavailableException)
                {
                    return; // any other exception fails the test
                }

                if (acknowledged.Count > 100)
                    enough.TrySetResult();
            }
        })).ToArray();
        await enough.Task;
        await server.KillAsync();
        await Task.WhenAll(writers);

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync());
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => accounts.FindByEmailAsync("ada@example.org"));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => accounts.CreateGuestAsync("Guest", TestDatabase.Now, TestDatabase.Now));
        Assert.False(database.IsAvailable);
        Assert.True(database.Statistics.Failures >= 8 + 3);

        await server.StartAsync();
        await database.PingAsync();
        Assert.True(database.IsAvailable);
        await accounts.CreateGuestAsync("After", TestDatabase.Now, TestDatabase.Now);
        Assert.Equal(acknowledged.Count, (await accounts.FindManyAsync(acknowledged)).Count);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        await using var database = Database.Open(new DatabaseOptions { ConnectionString = "Host=/nonexistent-directory;Username=parley" });
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync());
    }

    [Fact]
    public async Task A_write_that_meets_a_serialization_failure_is_run_again()
    {
        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var attempts = 0;
        var result = await db.Database.WriteAsync(async session =>
        {
            attempts++;
            if (attempts == 1)
                await session.ExecuteAsync("DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = 'serialization_failure'; END $$");
            return attempts;
        });
        Assert.Equal(2, result);

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => db.Database.WriteAsync(static session =>
            session.ExecuteAsync("DO $$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = 'deadlock_detected'; END $$")));
    }

    [Fact]
    public async Task A_command_that_takes_too_long_is_unavailable()
    {
        await using var template = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var database = Database.Open(template.Options with { CommandTimeout = TimeSpan.FromSeconds(1) });
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.ReadAsync(static session => session.ExecuteAsync("SELECT pg_sleep(30)")));
        await database.PingAsync();
    }
}
