// Families of rotating refresh tokens, each stored as a hash (docs/protocol.md §1).
using Dapper;
using Parley.Protocol;

namespace Parley.Data;

/// <summary>Stores refresh tokens.</summary>
public sealed class RefreshTokenStore(Database database)
{
    /// <summary>How long the same attempt gets the same successor.</summary>
    public static readonly TimeSpan RepeatWindow = TimeSpan.FromSeconds(60);

    private const string InsertToken =
        "INSERT INTO refresh_tokens (token_hash, family_id, created_at, expires_at) VALUES (@hash, @family, @now, @expiresAt)";

    /// <summary>Begins a family at a sign-in.</summary>
    /// <param name="user">Who signed in.</param>
    /// <param name="token">The first token, as the cookie carries it.</param>
    /// <param name="now">The time.</param>
    /// <param name="expiresAt">When the token ends.</param>
    /// <param name="cancellation">Gives up before it is begun.</param>
    public Task<RefreshFamilyId> IssueAsync(UserId user, string token, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellation = default)
    {
        var family = new RefreshFamilyId(Guid.CreateVersion7(now));
        var hash = RefreshToken.Hash(token);
        return database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync(
                    "INSERT INTO refresh_families (id, user_id, created_at) VALUES (@family, @user, @now)", new { family, user, now });
                await session.ExecuteAsync(InsertToken, new { hash, family, now, expiresAt });
                return family;
            },
            cancellation);
    }

    /// <summary>
    /// Uses a token up and puts its successor in its place, in one step: of two who present the same token at once, one rotates and the
    /// other repeats or, with another attempt, is a re-use.
    /// </summary>
    /// <param name="token">The presented token.</param>
    /// <param name="attempt">The client's own id of this refresh; null when it gave none, and then nothing repeats it.</param>
    /// <param name="successor">From <see cref="RefreshToken.Successor"/> for this token and attempt.</param>
    /// <param name="now">The time.</param>
    /// <param name="expiresAt">When the successor ends.</param>
    /// <param name="cancellation">Gives up before it is begun.</param>
    public Task<RefreshResult> RotateAsync(
        string token,
        string? attempt,
        string successor,
        DateTimeOffset now,
        DateTimeOffset expiresAt,
        CancellationToken cancellation = default)
    {
        var hash = RefreshToken.Hash(token);
        var successorHash = RefreshToken.Hash(successor);
        var storedAttempt = SqlText.StorableOrNull(attempt);
        return database.WriteAsync<RefreshResult>(
            async session =>
            {
                // The row's own lock decides who was first.
                var taken = await session.ExecuteAsync(
                    """
                    UPDATE refresh_tokens SET used_at = @now, attempt = @storedAttempt, successor_hash = @successorHash
                    WHERE token_hash = @hash AND used_at IS NULL AND expires_at > @now
                      AND EXISTS (SELECT 1 FROM refresh_families f WHERE f.id = refresh_tokens.family_id AND f.revoked_at IS NULL)
                    """,
                    new { hash, now, storedAttempt, successorHash }) == 1;
                var row = await session.FirstOrDefaultAsync<TokenRow>(
                    """
                    SELECT f.user_id, f.id AS family, f.revoked_at, t.used_at, t.attempt, t.successor_hash, s.expires_at AS successor_expires_at
                    FROM refresh_tokens t
                    JOIN refresh_families f ON f.id = t.family_id
                    LEFT JOIN refresh_tokens s ON s.token_hash = t.successor_hash
                    WHERE t.token_hash = @hash
                    """,
                    new { hash });
                if (row is null || row.RevokedAt is not null || row.UsedAt is null)
                    return new RefreshResult.Unknown();
                var family = row.Family;
                if (taken)
                {
                    await session.ExecuteAsync(InsertToken, new { hash = successorHash, family, now, expiresAt });
                    return new RefreshResult.Rotated(row.UserId, family, expiresAt);
                }

                if (IsRepeat(row, storedAttempt, successorHash, now))
                    return new RefreshResult.Repeated(row.UserId, family, row.SuccessorExpiresAt!.Value);
                await session.ExecuteAsync(
                    "UPDATE refresh_families SET revoked_at = @now WHERE id = @family AND revoked_at IS NULL", new { family, now });
                return new RefreshResult.Reused(row.UserId, family);
            },
            cancellation);
    }

    /// <summary>Revokes the family of a token, used or not; the user whose it was, or null when there is no such token.</summary>
    public Task<UserId?> RevokeAsync(string token, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var hash = RefreshToken.Hash(token);
        return database.WriteAsync(
            async session =>
            {
                var user = await session.FirstOrDefaultAsync<string>(
                    "SELECT f.user_id FROM refresh_families f JOIN refresh_tokens t ON t.family_id = f.id WHERE t.token_hash = @hash", new { hash });
                await session.ExecuteAsync(
                    """
                    UPDATE refresh_families SET revoked_at = @now
                    WHERE revoked_at IS NULL AND id = (SELECT family_id FROM refresh_tokens WHERE token_hash = @hash)
                    """,
                    new { hash, now });
                return user is null ? (UserId?)null : UserId.Parse(user);
            },
            cancellation);
    }

    /// <summary>Revokes every family of a user.</summary>
    /// <returns>How many were revoked.</returns>
    public Task<int> RevokeAllAsync(UserId user, DateTimeOffset now, RefreshFamilyId? except = null, CancellationToken cancellation = default)
    {
        var kept = except ?? default;
        return database.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE refresh_families SET revoked_at = @now WHERE user_id = @user AND revoked_at IS NULL AND id <> @kept",
                new { user, now, kept }),
            cancellation);
    }

    /// <summary>Deletes families in which no token is good any more.</summary>
    /// <returns>How many were deleted.</returns>
    public Task<int> PurgeExpiredAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                """
                DELETE FROM refresh_families
                WHERE NOT EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.family_id = refresh_families.id AND t.expires_at > @now)
                """,
                new { now }),
            cancellation);

    private static bool IsRepeat(TokenRow row, string? attempt, string successorHash, DateTimeOffset now) =>
        attempt is not null
        && row.Attempt == attempt
        && row.SuccessorHash == successorHash
        && row.SuccessorExpiresAt is not null
        && now - row.UsedAt!.Value <= RepeatWindow;

    [method: ExplicitConstructor]
    private sealed record TokenRow(
        UserId UserId,
        RefreshFamilyId Family,
        DateTimeOffset? RevokedAt,
        DateTimeOffset? UsedAt,
        string? Attempt,
        string? SuccessorHash,
        DateTimeOffset? SuccessorExpiresAt);
}
