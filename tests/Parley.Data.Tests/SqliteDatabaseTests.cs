using Microsoft.Data.Sqlite;

namespace Parley.Data.Tests;

public sealed class SqliteDatabaseTests
{
    [Fact]
    public async Task Every_commit_is_synced_to_a_log_beside_the_file()
    {
        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var settings = await db.Database.WriteAsync(static async session => (
            Journal: await session.ScalarAsync<string>("PRAGMA journal_mode"),
            Synchronous: await session.ScalarAsync<int>("PRAGMA synchronous"),
            ForeignKeys: await session.ScalarAsync<int>("PRAGMA foreign_keys"),
            Version: await session.ScalarAsync<string>("SELECT sqlite_version()")));

        Assert.Equal(("wal", 2, 1), (settings.Journal, settings.Synchronous, settings.ForeignKeys));
        Assert.True(Version.Parse(settings.Version!) >= new Version(3, 35), settings.Version);
    }

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
            return;
        }

        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        foreach (var file in Directory.GetFiles(db.Options.DataDirectory))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Readers_cannot_write()
    {
        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await Assert.ThrowsAnyAsync<Exception>(() => db.Database.ReadAsync(static session => session.ExecuteAsync("DELETE FROM users")));
    }

    [Fact]
    public async Task More_readers_than_connections_are_all_served()
    {
        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var counts = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => db.CountAsync("users")));
        Assert.All(counts, static count => Assert.Equal(0, count));
    }

    [Fact]
    public async Task A_file_locked_by_another_program_is_unavailable_until_it_lets_go()
    {
        await using var template = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using var database = Database.Open(template.Options with { CommandTimeout = TimeSpan.FromSeconds(1) });
        var accounts = new AccountStore(database);
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(template.Options.DataDirectory, "parley.db")};Pooling=false"))
        {
            await other.OpenAsync();
            await using var begin = other.CreateCommand();
            begin.CommandText = "BEGIN IMMEDIATE";
            await begin.ExecuteNonQueryAsync();

            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => accounts.CreateGuestAsync("Guest", TestDatabase.Now, TestDatabase.Now));
            await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync());
            Assert.False(database.IsAvailable);
        }

        await database.PingAsync();
        Assert.True(database.IsAvailable);
        await accounts.CreateGuestAsync("Guest", TestDatabase.Now, TestDatabase.Now);
        Assert.Equal(1, await template.CountAsync("users"));
    }

    [Fact]
    public async Task A_full_disk_fails_the_write_as_unavailable_and_stores_nothing_of_it()
    {
        await using var db = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await db.Database.WriteAsync(static async session =>
        {
            var pages = await session.ScalarAsync<int>("PRAGMA page_count");
            return await session.ExecuteAsync($"PRAGMA max_page_count = {pages + 2}");
        });

        await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => db.Accounts.CreateGuestAsync(new string('x', 100_000), TestDatabase.Now, TestDatabase.Now));

        Assert.Equal(0, await db.CountAsync("users"));
        await db.Accounts.CreateGuestAsync("small", TestDatabase.Now, TestDatabase.Now);
        Assert.Equal(1, await db.CountAsync("users"));
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_is_unavailable()
    {
        var file = Path.GetTempFileName();
        await using var database = Database.Open(new DatabaseOptions { DataDirectory = Path.Combine(file, "below-a-file") });

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.PingAsync());
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => new Migrator(database).UpAsync(TestDatabase.Now));
        File.Delete(file);
    }
}
