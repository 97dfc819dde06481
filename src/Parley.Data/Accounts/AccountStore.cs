// Accounts, guests, and the users of other programs.
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>Stores users.</summary>
public sealed class AccountStore(Database database)
{
    private const string Columns = UserRecord.Columns;

    private const string Insert =
        """
        INSERT INTO users (id, kind, name, name_folded, email, password_hash, issuer, subject, is_admin, expires_at, created_at)
        VALUES (@Id, @Kind, @Name, @Folded, @Email, @PasswordHash, @Issuer, @Subject, @IsAdmin, @ExpiresAt, @CreatedAt)
        """;

    /// <summary>Makes an account. The first one ever made here becomes an administrator.</summary>
    /// <param name="email">The address; its case does not matter.</param>
    /// <param name="name">The name to show.</param>
    /// <param name="passwordHash">The hashed password.</param>
    /// <param name="admin">Makes it an administrator in any case.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Gives up before it is begun.</param>
    public Task<CreateAccountResult> CreateAccountAsync(
        string email,
        string name,
        string passwordHash,
        bool admin,
        DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var row = UserRow.New(UserKind.Account, name, now) with { Email = EmailAddress.Normalize(email), PasswordHash = passwordHash };
        return database.WriteAsync<CreateAccountResult>(
            async session =>
            {
                if (await session.ExecuteAsync($"{Insert} ON CONFLICT (email) DO NOTHING", row) == 0)
                    return new CreateAccountResult.EmailTaken();
                var first = await session.ExecuteAsync(
                    "INSERT INTO first_administrator (only_row, user_id) VALUES (1, @Id) ON CONFLICT (only_row) DO NOTHING",
                    new { row.Id }) == 1;
                if (first || admin)
                    await session.ExecuteAsync("UPDATE users SET is_admin = TRUE WHERE id = @Id", new { row.Id });
                return new CreateAccountResult.Created(row.ToRecord() with { IsAdmin = first || admin });
            },
            cancellation);
    }

    /// <summary>Makes a guest, who ends at <paramref name="expiresAt"/> unless that is moved.</summary>
    public async Task<UserRecord> CreateGuestAsync(string name, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellation = default)
    {
        var row = UserRow.New(UserKind.Guest, name, now) with { ExpiresAt = expiresAt };
        await database.WriteAsync(session => session.ExecuteAsync(Insert, row), cancellation);
        return row.ToRecord();
    }

    /// <summary>The user behind another program's (issuer, subject); made on first sight, renamed when the name changed.</summary>
    public async Task<UserRecord> GetOrCreateExternalAsync(
        string issuer,
        string subject,
        string name,
        DateTimeOffset now,
        CancellationToken cancellation = default)
    {
        var row = UserRow.New(UserKind.External, name, now) with { Issuer = SqlText.Storable(issuer), Subject = SqlText.Storable(subject) };
        var known = await database.ReadAsync(
            session => session.FirstOrDefaultAsync<UserRecord>($"SELECT {Columns} FROM users WHERE issuer = @Issuer AND subject = @Subject", row),
            cancellation);
        if (known is not null && known.Name == row.Name)
            return known;
        return await database.WriteAsync(
            async session => (await session.FirstOrDefaultAsync<UserRecord>(
                $"""
                {Insert}
                ON CONFLICT (issuer, subject) DO UPDATE SET name = excluded.name, name_folded = excluded.name_folded
                RETURNING {Columns}
                """,
                row))!,
            cancellation);
    }

    /// <summary>The account with an address; null when there is none.</summary>
    public Task<UserRecord?> FindByEmailAsync(string email, CancellationToken cancellation = default)
    {
        var normalized = EmailAddress.Normalize(email);
        return database.ReadAsync(
            session => session.FirstOrDefaultAsync<UserRecord>($"SELECT {Columns} FROM users WHERE email = @normalized", new { normalized }),
            cancellation);
    }

    /// <summary>A user of any kind; null when there is none.</summary>
    public Task<UserRecord?> FindAsync(UserId id, CancellationToken cancellation = default) =>
        database.ReadAsync(
            session => session.FirstOrDefaultAsync<UserRecord>($"SELECT {Columns} FROM users WHERE id = @id", new { id }),
            cancellation);

    /// <summary>Those of the users who exist, in no order.</summary>
    public async Task<IReadOnlyList<UserRecord>> FindManyAsync(IReadOnlyCollection<UserId> ids, CancellationToken cancellation = default)
    {
        var found = new List<UserRecord>(ids.Count);
        foreach (var chunk in ids.Select(static id => id.ToString()).Distinct(StringComparer.Ordinal).Chunk(500))
        {
            found.AddRange(await database.ReadAsync(
                session => session.QueryAsync<UserRecord>($"SELECT {Columns} FROM users WHERE id {session.AnyOf(nameof(chunk))}", new { chunk }),
                cancellation));
        }

        return found;
    }

    /// <summary>Accounts in use whose name contains a text, in any case, newest first; never the asking user.</summary>
    public Task<Page<UserRecord>> SearchByNameAsync(string text, UserId asking, PageRequest page, CancellationToken cancellation = default)
    {
        var parameters = new { pattern = SqlText.ContainsPattern(SqlText.Fold(text)), asking, key = page.KeyBelow, id = page.Id, take = page.Take };
        return ListAsync(
            $"""
            SELECT {Columns} FROM users
            WHERE kind = 'account' AND disabled_at IS NULL AND id <> @asking
              AND name_folded LIKE @pattern ESCAPE '\' AND (created_at, id) < (@key, @id)
            ORDER BY created_at DESC, id DESC LIMIT @take
            """,
            parameters,
            page,
            cancellation);
    }

    /// <summary>All accounts, the disabled too, newest first.</summary>
    public Task<Page<UserRecord>> ListAccountsAsync(PageRequest page, CancellationToken cancellation = default) =>
        ListAsync(
            $"""
            SELECT {Columns} FROM users
            WHERE kind = 'account' AND (created_at, id) < (@key, @id)
            ORDER BY created_at DESC, id DESC LIMIT @take
            """,
            new { key = page.KeyBelow, id = page.Id, take = page.Take },
            page,
            cancellation);

    /// <summary>Changes the shown name. False when there is no such user.</summary>
    public Task<bool> RenameAsync(UserId id, string name, CancellationToken cancellation = default) =>
        UpdateAsync(
            "UPDATE users SET name = @name, name_folded = @folded WHERE id = @id",
            new { id, name = SqlText.Storable(name), folded = SqlText.Fold(name) },
            cancellation);

    /// <summary>Changes an account's password. False when there is no such account.</summary>
    public Task<bool> SetPasswordHashAsync(UserId id, string passwordHash, CancellationToken cancellation = default) =>
        UpdateAsync("UPDATE users SET password_hash = @passwordHash WHERE id = @id AND kind = 'account'", new { id, passwordHash }, cancellation);

    /// <summary>Makes an account an administrator, or no longer one. False when there is no such account.</summary>
    public Task<bool> SetAdminAsync(UserId id, bool admin, CancellationToken cancellation = default) =>
        UpdateAsync("UPDATE users SET is_admin = @admin WHERE id = @id AND kind = 'account'", new { id, admin }, cancellation);

    /// <summary>Shuts a user out and revokes their refresh tokens. False when there is no such user.</summary>
    public Task<bool> DisableAsync(UserId id, DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            async session =>
            {
                await session.ExecuteAsync("UPDATE refresh_families SET revoked_at = @now WHERE user_id = @id AND revoked_at IS NULL", new { id, now });
                return await session.ExecuteAsync("UPDATE users SET disabled_at = COALESCE(disabled_at, @now) WHERE id = @id", new { id, now }) > 0;
            },
            cancellation);

    /// <summary>Lets a user in again. False when there is no such user.</summary>
    public Task<bool> EnableAsync(UserId id, CancellationToken cancellation = default) =>
        UpdateAsync("UPDATE users SET disabled_at = NULL WHERE id = @id", new { id }, cancellation);

    /// <summary>
    /// Deletes a user with their meetings, their own history and tokens. What they wrote in others' meetings stays under their name.
    /// False when there is no such user.
    /// </summary>
    public Task<bool> DeleteAsync(UserId id, CancellationToken cancellation = default) =>
        UpdateAsync("DELETE FROM users WHERE id = @id", new { id }, cancellation);

    /// <summary>Deletes guests who ended and own no meeting: a meeting outlives its guest host, for the chat and history of the others.</summary>
    /// <returns>How many were deleted.</returns>
    public Task<int> PurgeExpiredGuestsAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteAsync(
            session => session.ExecuteAsync(
                """
                DELETE FROM users
                WHERE kind = 'guest' AND expires_at <= @now
                  AND NOT EXISTS (SELECT 1 FROM meetings WHERE meetings.owner_id = users.id)
                """,
                new { now }),
            cancellation);

    private Task<bool> UpdateAsync(string sql, object parameters, CancellationToken cancellation) =>
        database.WriteAsync(async session => await session.ExecuteAsync(sql, parameters) > 0, cancellation);

    private async Task<Page<UserRecord>> ListAsync(string sql, object parameters, PageRequest page, CancellationToken cancellation)
    {
        var rows = await database.ReadAsync(session => session.QueryAsync<UserRecord>(sql, parameters), cancellation);
        return Paging.Cut(rows, page, static user => new Cursor(user.CreatedAt.ToUnixTimeMilliseconds(), user.Id.Value));
    }

    /// <summary>A new row with every column that is bound.</summary>
    private sealed record UserRow(UserId Id, string Kind, string Name, string Folded, DateTimeOffset CreatedAt)
    {
        public string? Email { get; init; }

        public string? PasswordHash { get; init; }

        public string? Issuer { get; init; }

        public string? Subject { get; init; }

        public bool IsAdmin { get; init; }

        public DateTimeOffset? ExpiresAt { get; init; }

        public static UserRow New(UserKind kind, string name, DateTimeOffset now) =>
            new(new UserId(Guid.CreateVersion7(now)), SqlText.Name(kind), SqlText.Storable(name), SqlText.Fold(name), now);

        public UserRecord ToRecord() =>
            new(Id, Enum.Parse<UserKind>(Kind, ignoreCase: true), Name, Email, PasswordHash, IsAdmin, null, Stored(ExpiresAt), Stored(CreatedAt)!.Value);

        /// <summary>As it would be read back: to the millisecond.</summary>
        private static DateTimeOffset? Stored(DateTimeOffset? time) =>
            time is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value.ToUnixTimeMilliseconds()) : null;
    }
}
