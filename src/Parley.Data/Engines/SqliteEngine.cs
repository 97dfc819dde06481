// SQLite: one writer thread that groups commits, and a few connections for readers.
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Parley.Data;

/// <summary>The engine of a single node.</summary>
internal sealed class SqliteEngine : DatabaseEngine
{
    private readonly SqliteFile _file;
    private readonly SqliteWriter _writer; // owned; ends before the readers are closed
    private readonly Channel<SqliteConnection?> _readers; // owned; a null is the right to open one
    private readonly int _readerCount;
    private readonly TimeSpan _commandTimeout;

    public SqliteEngine(DatabaseOptions options)
    {
        _file = new SqliteFile(options);
        _commandTimeout = options.CommandTimeout;
        _writer = new SqliteWriter(_file, options.WriteQueueCapacity, options.CommandTimeout, CountCommit, Unavailable);
        _readerCount = Math.Max(1, options.Readers);
        _readers = Channel.CreateBounded<SqliteConnection?>(_readerCount);
        for (var i = 0; i < _readerCount; i++)
            _readers.Writer.TryWrite(null);
    }

    public override DatabaseKind Kind => DatabaseKind.Sqlite;

    public override async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, CancellationToken cancellation)
    {
        var connection = await TakeReaderAsync(cancellation);

        // SQLite reads on the calling thread: never on that of a caller who expects a task at once.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            connection ??= _file.OpenReader();
            var result = await read(new SqlSession(DatabaseKind.Sqlite, connection, null, _commandTimeout, cancellation));
            CountRead();
            return result;
        }
        catch (Exception exception) when (SqliteFile.IsUnavailability(exception))
        {
            connection?.Dispose();
            connection = null;
            throw Unavailable(exception);
        }
        finally
        {
            if (!_readers.Writer.TryWrite(connection))
                connection?.Dispose();
        }
    }

    public override Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, TimeSpan commandTimeout, CancellationToken cancellation) =>
        _writer.WriteAsync(write, commandTimeout, cancellation);

    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Writer.TryComplete();
        while (_readers.Reader.TryRead(out var connection))
            connection?.Dispose();
    }

    private async Task<SqliteConnection?> TakeReaderAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_commandTimeout);
        try
        {
            return await _readers.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw Unavailable(exception, "No connection for reading became free in time.");
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(Database));
        }
    }
}
