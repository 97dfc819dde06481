// PostgreSQL: pooled connections, a transaction per write (the server groups commits itself).
using System.Data.Common;
using System.Net.Sockets;
using Npgsql;

namespace Parley.Data;

/// <summary>The engine that several nodes may share.</summary>
internal sealed class PostgresEngine : DatabaseEngine
{
    private const int Attempts = 2;

    private readonly NpgsqlDataSource _source; // owned
    private readonly TimeSpan _commandTimeout;

    public PostgresEngine(DatabaseOptions options)
    {
        _commandTimeout = options.CommandTimeout;
        var builder = new NpgsqlDataSourceBuilder(options.ConnectionString);
        var settings = builder.ConnectionStringBuilder;
        var named = NamedKeys(options.ConnectionString!);
        if (!named.Contains("timeout"))
            settings.Timeout = 5;
        if (!named.Contains("commandtimeout"))
            settings.CommandTimeout = Math.Max(1, (int)options.CommandTimeout.TotalSeconds);
        if (!named.Contains("applicationname"))
            settings.ApplicationName = "parley";
        if (!named.Contains("maxautoprepare"))
            settings.MaxAutoPrepare = 64;
        if (!named.Contains("keepalive"))
            settings.KeepAlive = 30;
        _source = builder.Build();
    }

    public override DatabaseKind Kind => DatabaseKind.Postgres;

    public override async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            var result = await read(new SqlSession(DatabaseKind.Postgres, connection, null, _commandTimeout, cancellation));
            CountRead();
            return result;
        }
        catch (Exception exception) when (IsUnavailability(exception))
        {
            throw Lost(exception);
        }
    }

    public override async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> write, TimeSpan commandTimeout, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellation);
                await using var transaction = await connection.BeginTransactionAsync(cancellation);
                var result = await write(new SqlSession(DatabaseKind.Postgres, connection, transaction, commandTimeout, cancellation));

                // Not cancellable: a COMMIT that was sent may have happened.
                await transaction.CommitAsync(CancellationToken.None);
                CountCommit(1);
                return result;
            }
            catch (PostgresException exception) when (attempt < Attempts && IsCollision(exception))
            {
                // Two transactions met; the other one is through now.
            }
            catch (Exception exception) when (IsUnavailability(exception))
            {
                throw Lost(exception);
            }
        }
    }

    public override ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>A foreign key breaks when a user or meeting was deleted between a check and its use: the second try sees that.</summary>
    private static bool IsCollision(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.ForeignKeyViolation;

    private static bool IsUnavailability(Exception exception) => exception switch
    {
        PostgresException server => server.IsTransient || IsCollision(server) || server.SqlState[..2] is "08" or "28" or "53" or "57" or "58" or "3D",
        NpgsqlException or SocketException or TimeoutException or IOException => true,
        _ => false,
    };

    private static HashSet<string> NamedKeys(string connectionString) =>
        new DbConnectionStringBuilder { ConnectionString = connectionString }.Keys
            .Cast<string>()
            .Select(static key => key.Replace(" ", string.Empty, StringComparison.Ordinal).ToLowerInvariant())
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>Forgets pooled connections, which a restarted server no longer knows, so that the next operation opens a fresh one.</summary>
    private DatabaseUnavailableException Lost(Exception exception)
    {
        if (exception is not PostgresException { SqlState: PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ForeignKeyViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected })
            _source.Clear();
        return Unavailable(exception);
    }
}
