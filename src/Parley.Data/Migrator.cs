// Brings the schema up or down; safe when several nodes start at once.
using System.Globalization;

namespace Parley.Data;

/// <summary>Applies and takes back the numbered steps of the schema.</summary>
public sealed class Migrator(Database database)
{
    private const long LockKey = 0x7061726c6579; // "parley"

    private readonly IReadOnlyList<Migration> _steps = Migration.All(database.Kind);

    /// <summary>The newest version that this program knows.</summary>
    public int LatestVersion => _steps.Count == 0 ? 0 : _steps[^1].Version;

    /// <summary>Applies what is missing, all or nothing.</summary>
    /// <returns>The steps that were applied now.</returns>
    /// <exception cref="SchemaException">The schema is newer than this program, or an applied step differs from its file.</exception>
    public Task<IReadOnlyList<string>> UpAsync(DateTimeOffset now, CancellationToken cancellation = default) =>
        database.WriteSlowlyAsync<IReadOnlyList<string>>(
            async session =>
            {
                var applied = await LockAndReadAsync(session);
                Verify(applied);
                var names = new List<string>();
                foreach (var step in _steps.Where(step => step.Version > applied.Count))
                {
                    await session.ExecuteAsync(step.Up);
                    await session.ExecuteAsync(
                        "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (@Version, @Name, @Checksum, @now)",
                        new { step.Version, step.Name, step.Checksum, now });
                    names.Add(Label(step.Version, step.Name));
                }

                return names;
            },
            cancellation);

    /// <summary>Takes steps back until <paramref name="version"/> is the newest; 0 takes back everything, data included.</summary>
    /// <returns>The steps that were taken back.</returns>
    /// <exception cref="SchemaException">As <see cref="UpAsync"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such version.</exception>
    public Task<IReadOnlyList<string>> DownAsync(int version, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(version);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(version, LatestVersion);
        return database.WriteSlowlyAsync<IReadOnlyList<string>>(
            async session =>
            {
                var applied = await LockAndReadAsync(session);
                Verify(applied);
                var names = new List<string>();
                foreach (var step in _steps.Where(step => step.Version > version && step.Version <= applied.Count).Reverse())
                {
                    await session.ExecuteAsync(step.Down);
                    await session.ExecuteAsync("DELETE FROM schema_migrations WHERE version = @Version", new { step.Version });
                    names.Add(Label(step.Version, step.Name));
                }

                return names;
            },
            cancellation);
    }

    /// <summary>Every step that the program or the database knows, in order.</summary>
    public async Task<IReadOnlyList<MigrationStatus>> StatusAsync(CancellationToken cancellation = default)
    {
        var applied = await database.WriteSlowlyAsync(LockAndReadAsync, cancellation);
        var known = _steps.Select(step => applied.FirstOrDefault(row => row.Version == step.Version) is { } row
            ? new MigrationStatus(step.Version, step.Name, row.AppliedAt, row.Checksum == step.Checksum ? MigrationState.Applied : MigrationState.Changed)
            : new MigrationStatus(step.Version, step.Name, null, MigrationState.Pending));
        var unknown = applied.Where(row => row.Version > LatestVersion)
            .Select(static row => new MigrationStatus(row.Version, row.Name, row.AppliedAt, MigrationState.Unknown));
        return [.. known, .. unknown];
    }

    private static string Label(int version, string name) => string.Create(CultureInfo.InvariantCulture, $"{version:D4}_{name}");

    /// <summary>One node migrates at a time: PostgreSQL by an advisory lock until the commit, SQLite by its immediate transaction.</summary>
    private static async Task<IReadOnlyList<AppliedRow>> LockAndReadAsync(SqlSession session)
    {
        if (session.Kind == DatabaseKind.Postgres)
            await session.ExecuteAsync("SELECT pg_advisory_xact_lock(@LockKey)", new { LockKey });
        await session.ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
              version INTEGER NOT NULL PRIMARY KEY,
              name TEXT NOT NULL,
              checksum TEXT NOT NULL,
              applied_at BIGINT NOT NULL
            )
            """);
        return await session.QueryAsync<AppliedRow>("SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version");
    }

    private void Verify(IReadOnlyList<AppliedRow> applied)
    {
        if (applied.Count > 0 && applied[^1].Version > LatestVersion)
        {
            throw new SchemaException(
                $"The database has schema version {applied[^1].Version}, this program knows {LatestVersion}. Start the newer program, or take the schema back with it first (parley migrate down).");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i].Version != i + 1 || applied[i].Checksum != _steps[i].Checksum)
            {
                throw new SchemaException(
                    $"Step {Label(applied[i].Version, applied[i].Name)} of the schema was applied in another form than this program has. Was it made by a development version?");
            }
        }
    }

    [method: Dapper.ExplicitConstructor]
    private sealed record AppliedRow(int Version, string Name, string Checksum, DateTimeOffset AppliedAt);
}

/// <summary>A step of the schema in this database.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Name">What it is about.</param>
/// <param name="AppliedAt">When it was applied; null when it was not.</param>
/// <param name="State">Where it stands.</param>
public sealed record MigrationStatus(int Version, string Name, DateTimeOffset? AppliedAt, MigrationState State);

/// <summary>Where a step stands.</summary>
public enum MigrationState
{
    /// <summary>Not applied yet.</summary>
    Pending,

    /// <summary>Applied as this program has it.</summary>
    Applied,

    /// <summary>Applied in another form than this program has it.</summary>
    Changed,

    /// <summary>Applied by a newer program.</summary>
    Unknown,
}

/// <summary>The schema and this program do not fit together; the message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);
