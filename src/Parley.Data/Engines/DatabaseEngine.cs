// What Database needs of each of the two databases.
namespace Parley.Data;

/// <summary>Runs operations; turns unavailability into <see cref="DatabaseUnavailableException"/>.</summary>
internal abstract class DatabaseEngine : IAsyncDisposable
{
    private long _writes;
    private long _commits;
    private long _failures;
    private volatile bool _available = true;

    public abstract DatabaseKind Kind { get; }

    /// <summary>False from a failure by unavailability to the next success.</summary>
    public bool Available => _available;

    public DatabaseStatistics Statistics =>
        new(Interlocked.Read(ref _writes), Interlocked.Read(ref _commits), Interlocked.Read(ref _failures));

    public abstract Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, CancellationToken cancellation);

    public abstract Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, TimeSpan commandTimeout, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    protected void CountCommit(int writes)
    {
        Interlocked.Add(ref _writes, writes);
        Interlocked.Increment(ref _commits);
        _available = true;
    }

    protected void CountRead() => _available = true;

    protected DatabaseUnavailableException Unavailable(Exception inner, string? message = null)
    {
        Interlocked.Increment(ref _failures);
        _available = false;
        return inner as DatabaseUnavailableException ?? new DatabaseUnavailableException(message ?? inner.Message, inner);
    }
}
