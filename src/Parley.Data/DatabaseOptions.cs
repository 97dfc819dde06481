// Which database, and how patiently.
namespace Parley.Data;

/// <summary>Where Parley keeps what it must not lose.</summary>
public sealed record DatabaseOptions
{
    /// <summary>A PostgreSQL connection string; null or empty for SQLite in <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The directory of <c>parley.db</c>; created when it is missing.</summary>
    public string DataDirectory { get; init; } = "data";

    /// <summary>How long one command may take before it fails as unavailable.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many writes may wait for the SQLite writer; beyond it a caller waits, and fails after <see cref="CommandTimeout"/>.</summary>
    public int WriteQueueCapacity { get; init; } = 4096;

    /// <summary>How many SQLite connections serve reads.</summary>
    public int Readers { get; init; } = 4;
}

/// <summary>The two databases that Parley speaks to.</summary>
public enum DatabaseKind
{
    /// <summary>A file beside the program.</summary>
    Sqlite,

    /// <summary>A server, shared by the nodes of a cluster.</summary>
    Postgres,
}

/// <summary>Counters since the database was opened.</summary>
/// <param name="Writes">Write operations that were stored.</param>
/// <param name="Commits">Transactions that were committed; fewer than the writes when they were grouped.</param>
/// <param name="Failures">Operations that failed because the database was unavailable.</param>
public readonly record struct DatabaseStatistics(long Writes, long Commits, long Failures);
