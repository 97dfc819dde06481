// Group commit: syncing the log is what a write costs, so writes that wait together are committed together.
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Data;

/// <summary>
/// The only thread that writes. It takes what is queued into one transaction, each write in a savepoint of its own, and acknowledges
/// all of them after COMMIT. A write that fails undoes itself alone; a COMMIT that fails fails the group.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Bounds how long the first write of a group waits for the others.</summary>
    private const int MaxGroup = 256;

    private readonly SqliteFile _file;
    private readonly TimeSpan _queueTimeout;
    private readonly Action<int> _committed;
    private readonly Func<Exception, string?, DatabaseUnavailableException> _unavailable;
    private readonly Channel<SqliteWrite> _queue;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteConnection? _connection; // owned, used by the thread alone

    public SqliteWriter(
        SqliteFile file,
        int capacity,
        TimeSpan queueTimeout,
        Action<int> committed,
        Func<Exception, string?, DatabaseUnavailableException> unavailable)
    {
        _file = file;
        _queueTimeout = queueTimeout;
        _committed = committed;
        _unavailable = unavailable;
        _queue = Channel.CreateBounded<SqliteWrite>(new BoundedChannelOptions(capacity) { SingleReader = true });
        new Thread(Run) { IsBackground = true, Name = "SQLite writer" }.Start();
    }

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, TimeSpan commandTimeout, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var write = new SqliteWrite<T>(operation, commandTimeout);
        if (!_queue.Writer.TryWrite(write))
            await EnqueueAsync(write, cancellation);
        await using var registration = cancellation.UnsafeRegister(static (state, token) => ((SqliteWrite)state!).TryCancel(token), write);
        return await write.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private async Task EnqueueAsync(SqliteWrite write, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_queueTimeout);
        try
        {
            await _queue.Writer.WriteAsync(write, patience.Token);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw _unavailable(exception, "The queue of writes stayed full.");
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(Database));
        }
    }

    private void Run()
    {
        var group = new List<SqliteWrite>(MaxGroup);
        try
        {
            while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                group.Clear();
                RunGroup(group);
            }
        }
        finally
        {
            _connection?.Dispose();
            _ended.TrySetResult();
        }
    }

    private void RunGroup(List<SqliteWrite> group)
    {
        try
        {
            _connection ??= _file.OpenWriter();
            Execute("BEGIN IMMEDIATE");
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out var write))
            {
                if (write.TryStart())
                {
                    group.Add(write);
                    RunInSavepoint(write);
                }
            }

            Execute("COMMIT");
        }
#pragma warning disable CA1031 // whatever it is, it is handed to those who wait; the thread lives on
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Fail(group, exception);
            return;
        }

        if (group.Count > 0)
            _committed(group.Count(static write => write.Succeeded));
        foreach (var write in group)
            write.Acknowledge();
    }

    private void RunInSavepoint(SqliteWrite write)
    {
        Execute("SAVEPOINT one_write");
        if (!write.Run(_connection!))
        {
            // A full disk or a failed read ends the whole transaction by itself; then the group is lost, not this write alone.
            if (raw.sqlite3_get_autocommit(_connection!.Handle) != 0)
                throw write.Failure!;
            Execute("ROLLBACK TO one_write");
        }

        Execute("RELEASE one_write");
    }

    /// <summary>Fails the group and what is queued behind it, so that a dead disk is felt once and not once per write; starts afresh with a new connection.</summary>
    private void Fail(List<SqliteWrite> group, Exception exception)
    {
        _connection?.Dispose();
        _connection = null;
        var failure = _unavailable(exception, null);
        foreach (var write in group)
            write.Fail(failure);
        for (var queued = _queue.Reader.Count; queued > 0 && _queue.Reader.TryRead(out var write); queued--)
        {
            if (write.TryStart())
                write.Fail(failure);
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
