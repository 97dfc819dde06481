// One queued write and its waiting caller.
using Microsoft.Data.Sqlite;

namespace Parley.Data;

/// <summary>A write on its way through the writer thread.</summary>
internal abstract class SqliteWrite
{
    private int _taken;

    /// <summary>What went wrong in the operation itself.</summary>
    public Exception? Failure { get; private set; }

    public bool Succeeded => Failure is null;

    /// <summary>True for the one who may run or cancel it: once started, a write is seen through.</summary>
    public bool TryStart() => Interlocked.Exchange(ref _taken, 1) == 0;

    public void TryCancel(CancellationToken cancellation)
    {
        if (TryStart())
            Cancel(cancellation);
    }

    /// <summary>Runs the operation; false when it threw.</summary>
    public bool Run(SqliteConnection connection)
    {
        try
        {
            Apply(connection);
            return true;
        }
#pragma warning disable CA1031 // it belongs to the caller, who gets it from Acknowledge
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Failure = exception;
            return false;
        }
    }

    /// <summary>After COMMIT: hands the result, or the operation's own exception, to the caller.</summary>
    public abstract void Acknowledge();

    public abstract void Fail(Exception exception);

    protected abstract void Apply(SqliteConnection connection);

    protected abstract void Cancel(CancellationToken cancellation);
}

/// <summary>A write with a result.</summary>
/// <typeparam name="T">The result.</typeparam>
internal sealed class SqliteWrite<T>(Func<SqlSession, Task<T>> operation, TimeSpan commandTimeout) : SqliteWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _completion.Task;

    public override void Acknowledge()
    {
        if (Failure is null)
            _completion.TrySetResult(_result!);
        else
            _completion.TrySetException(SqliteFile.IsUnavailability(Failure) ? new DatabaseUnavailableException(Failure.Message, Failure) : Failure);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);

    protected override void Apply(SqliteConnection connection)
    {
        var task = operation(new SqlSession(DatabaseKind.Sqlite, connection, null, commandTimeout, CancellationToken.None));

        // Microsoft.Data.Sqlite completes synchronously. Anything still open awaits something else and would hold up every writer.
        if (!task.IsCompleted)
            throw new InvalidOperationException("A write may await nothing but its session.");
        _result = task.GetAwaiter().GetResult();
    }

    protected override void Cancel(CancellationToken cancellation) => _completion.TrySetCanceled(cancellation);
}
