using System.Security.Cryptography;

namespace Parley.Data.Tests;

public sealed class RefreshTokenStoreTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private static DateTimeOffset Now => TestDatabase.Now;

    private static DateTimeOffset Later => Now.AddDays(30);

    private static Task<RefreshResult> Rotate(TestDatabase db, string token, string? attempt, DateTimeOffset now) =>
        db.RefreshTokens.RotateAsync(token, attempt, RefreshToken.Successor(Key, token, attempt), now, Later);

    [Fact]
    public void The_successor_is_the_same_for_the_same_attempt_alone()
    {
        var token = RefreshToken.Create();
        var successor = RefreshToken.Successor(Key, token, "a");
        Assert.Equal(successor, RefreshToken.Successor(Key, token, "a"));
        Assert.NotEqual(successor, RefreshToken.Successor(Key, token, "b"));
        Assert.NotEqual(successor, RefreshToken.Successor(Key, successor, "a"));
        Assert.NotEqual(successor, RefreshToken.Successor(RandomNumberGenerator.GetBytes(32), token, "a"));
        Assert.NotEqual(RefreshToken.Successor(Key, token, null), RefreshToken.Successor(Key, token, null));
        Assert.NotEqual(RefreshToken.Create(), RefreshToken.Create());
    }

    [Theory, BothDatabases]
    public async Task A_token_rotates_and_its_successor_goes_on(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        var family = await db.RefreshTokens.IssueAsync(user.Id, "t1", Now, Later);

        Assert.Equal(new RefreshResult.Rotated(user.Id, family, Later), await Rotate(db, "t1", "a", Now));
        var second = RefreshToken.Successor(Key, "t1", "a");
        Assert.Equal(new RefreshResult.Rotated(user.Id, family, Later), await Rotate(db, second, null, Now.AddDays(1)));
    }

    [Theory, BothDatabases]
    public async Task No_token_is_stored_in_clear(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var token = RefreshToken.Create();
        await db.RefreshTokens.IssueAsync((await db.AddAccountAsync()).Id, token, Now, Later);
        var successor = RefreshToken.Successor(Key, token, "a");
        await db.RefreshTokens.RotateAsync(token, "a", successor, Now, Later);

        var stored = await db.Database.ReadAsync(static session => session.QueryAsync<string>(
            "SELECT token_hash FROM refresh_tokens UNION SELECT successor_hash FROM refresh_tokens WHERE successor_hash IS NOT NULL"));
        Assert.Equal(new[] { RefreshToken.Hash(token), RefreshToken.Hash(successor) }.Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(token, stored);
    }

    [Theory, BothDatabases]
    public async Task The_same_attempt_within_60_seconds_is_answered_alike(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        var family = await db.RefreshTokens.IssueAsync(user.Id, "t1", Now, Later);
        await Rotate(db, "t1", "a", Now);

        Assert.Equal(new RefreshResult.Repeated(user.Id, family, Later), await Rotate(db, "t1", "a", Now.AddSeconds(60)));
        Assert.IsType<RefreshResult.Rotated>(await Rotate(db, RefreshToken.Successor(Key, "t1", "a"), "b", Now.AddSeconds(61)));
    }

    [Theory, BothDatabases]
    public async Task The_same_attempt_after_60_seconds_revokes_the_family(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.RefreshTokens.IssueAsync((await db.AddAccountAsync()).Id, "t1", Now, Later);
        await Rotate(db, "t1", "a", Now);

        Assert.IsType<RefreshResult.Reused>(await Rotate(db, "t1", "a", Now.AddSeconds(60).AddMilliseconds(1)));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, RefreshToken.Successor(Key, "t1", "a"), null, Now.AddSeconds(62)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "b")]
    [InlineData(DatabaseKind.Sqlite, null)]
    [InlineData(DatabaseKind.Postgres, "b")]
    [InlineData(DatabaseKind.Postgres, null)]
    public async Task Any_other_reuse_revokes_the_family_and_no_other(DatabaseKind kind, string? attempt)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        var family = await db.RefreshTokens.IssueAsync(user.Id, "t1", Now, Later);
        await db.RefreshTokens.IssueAsync(user.Id, "other device", Now, Later);
        await Rotate(db, "t1", attempt is null ? null : "a", Now);

        Assert.Equal(new RefreshResult.Reused(user.Id, family), await Rotate(db, "t1", attempt, Now.AddSeconds(1)));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, RefreshToken.Successor(Key, "t1", "a"), "c", Now.AddSeconds(2)));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, "t1", attempt, Now.AddSeconds(3)));
        Assert.IsType<RefreshResult.Rotated>(await Rotate(db, "other device", null, Now.AddSeconds(4)));
    }

    [Theory, BothDatabases]
    public async Task Two_tabs_with_one_attempt_at_once_get_one_successor(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.RefreshTokens.IssueAsync((await db.AddAccountAsync()).Id, "t1", Now, Later);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Rotate(db, "t1", "a", Now)));

        Assert.Single(results.OfType<RefreshResult.Rotated>());
        Assert.Equal(9, results.OfType<RefreshResult.Repeated>().Count());
        Assert.Equal(2, await db.CountAsync("refresh_tokens"));
    }

    [Theory, BothDatabases]
    public async Task Two_tabs_with_different_attempts_at_once_end_the_family(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.RefreshTokens.IssueAsync((await db.AddAccountAsync()).Id, "t1", Now, Later);

        var results = await Task.WhenAll(Rotate(db, "t1", "a", Now), Rotate(db, "t1", "b", Now));

        Assert.Single(results.OfType<RefreshResult.Rotated>());
        Assert.Single(results.OfType<RefreshResult.Reused>());
    }

    [Theory, BothDatabases]
    public async Task Unknown_and_expired_tokens_are_nothing(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        await db.RefreshTokens.IssueAsync((await db.AddAccountAsync()).Id, "t1", Now, Now.AddMinutes(1));

        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, "never", "a", Now));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, "t1", "a", Now.AddMinutes(1)));
        Assert.IsType<RefreshResult.Rotated>(await Rotate(db, "t1", "a", Now.AddMinutes(1).AddMilliseconds(-1)));
    }

    [Theory, BothDatabases]
    public async Task Signing_out_revokes_one_family_and_a_new_password_all_but_ones_own(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        foreach (var token in new[] { "a", "b", "c" })
            await db.RefreshTokens.IssueAsync(user.Id, token, Now, Later);
        var own = await db.RefreshTokens.IssueAsync(user.Id, "own", Now, Later);

        Assert.Equal(user.Id, await db.RefreshTokens.RevokeAsync("a", Now));
        Assert.Null(await db.RefreshTokens.RevokeAsync("never", Now));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, "a", null, Now));
        Assert.Equal(2, await db.RefreshTokens.RevokeAllAsync(user.Id, Now, except: own));
        Assert.IsType<RefreshResult.Unknown>(await Rotate(db, "b", null, Now));
        Assert.IsType<RefreshResult.Rotated>(await Rotate(db, "own", null, Now));
        Assert.Equal(1, await db.RefreshTokens.RevokeAllAsync(user.Id, Now));
    }

    [Theory, BothDatabases]
    public async Task Only_dead_families_are_purged(DatabaseKind kind)
    {
        await using var db = await TestDatabase.CreateAsync(kind);
        var user = await db.AddAccountAsync();
        await db.RefreshTokens.IssueAsync(user.Id, "dead", Now, Now.AddHours(1));
        await db.RefreshTokens.IssueAsync(user.Id, "alive", Now, Now.AddHours(3));

        Assert.Equal(1, await db.RefreshTokens.PurgeExpiredAsync(Now.AddHours(2)));
        Assert.IsType<RefreshResult.Rotated>(await Rotate(db, "alive", null, Now.AddHours(2)));
    }
}
