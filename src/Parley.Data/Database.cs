// The one door to the database: every store reads and writes through it.
namespace Parley.Data;

/// <summary>An open database. Owned by the program; disposed after everything that uses it.</summary>
public sealed class Database : IAsyncDisposable
{
    private readonly DatabaseEngine _engine; // owned
    private readonly TimeSpan _commandTimeout;

    private Database(DatabaseEngine engine, TimeSpan commandTimeout)
    {
        _engine = engine;
        _commandTimeout = commandTimeout;
    }

    /// <summary>Which of the two it is.</summary>
    public DatabaseKind Kind => _engine.Kind;

    /// <summary>False from a failure by unavailability until something succeeds again.</summary>
    public bool IsAvailable => _engine.Available;

    /// <summary>Counters for the meters.</summary>
    public DatabaseStatistics Statistics => _engine.Statistics;

    /// <summary>Opens a database without touching it yet: a server that is down shows at the first operation.</summary>
    /// <exception cref="ArgumentException">The connection string is not one.</exception>
    public static Database Open(DatabaseOptions options)
    {
        SqlMapping.EnsureRegistered();
        DatabaseEngine engine = string.IsNullOrWhiteSpace(options.ConnectionString)
            ? new SqliteEngine(options)
            : new PostgresEngine(options);
        return new Database(engine, options.CommandTimeout);
    }

    /// <summary>Runs an operation that changes nothing.</summary>
    /// <exception cref="DatabaseUnavailableException">The database does not answer.</exception>
    public Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, CancellationToken cancellation = default) =>
        _engine.ReadAsync(read, cancellation);

    /// <summary>
    /// Runs an operation in a transaction; when the task completes, what it changed survives a crash. An exception of the operation
    /// undoes it alone. The operation awaits nothing but its session, and may be run twice, so it changes nothing outside the database.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database does not answer; whether the change was stored is unknown.</exception>
    public Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellation = default) =>
        _engine.WriteAsync(write, _commandTimeout, cancellation);

    /// <summary>Asks the database for a sign of life: that it answers, and with SQLite that the writer gets its lock and its turn.</summary>
    /// <exception cref="DatabaseUnavailableException">There is none.</exception>
    public async Task PingAsync(CancellationToken cancellation = default)
    {
        await ReadAsync(static session => session.ScalarAsync<int>("SELECT 1"), cancellation);
        if (Kind == DatabaseKind.Sqlite)
            await WriteAsync(static session => session.ScalarAsync<int>("SELECT 1"), cancellation);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>As <see cref="WriteAsync{T}"/> for work that takes long, such as a migration.</summary>
    internal Task<T> WriteSlowlyAsync<T>(Func<SqlSession, Task<T>> write, CancellationToken cancellation) =>
        _engine.WriteAsync(write, TimeSpan.FromMinutes(10), cancellation);
}
