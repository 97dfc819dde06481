// What a store's operation sees of the database: plain SQL over one connection, inside a transaction when it writes.
using System.Data.Common;
using Dapper;

namespace Parley.Data;

/// <summary>One connection for the time of one operation. Parameters are always bound, never spliced into the text.</summary>
public sealed class SqlSession
{
    private readonly DbConnection _connection; // borrowed from the engine
    private readonly DbTransaction? _transaction; // borrowed from the engine
    private readonly int _timeoutSeconds;
    private readonly CancellationToken _cancellation;

    internal SqlSession(
        DatabaseKind kind,
        DbConnection connection,
        DbTransaction? transaction,
        TimeSpan commandTimeout,
        CancellationToken cancellation)
    {
        Kind = kind;
        _connection = connection;
        _transaction = transaction;
        _timeoutSeconds = Math.Max(1, (int)Math.Ceiling(commandTimeout.TotalSeconds));
        _cancellation = cancellation;
    }

    /// <summary>Which dialect is spoken.</summary>
    public DatabaseKind Kind { get; }

    /// <summary>All rows.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? parameters = null) =>
        (await _connection.QueryAsync<T>(Command(sql, parameters))).AsList();

    /// <summary>The first row, or the default when there is none.</summary>
    public Task<T?> FirstOrDefaultAsync<T>(string sql, object? parameters = null) =>
        _connection.QueryFirstOrDefaultAsync<T>(Command(sql, parameters));

    /// <summary>The first column of the first row, or the default.</summary>
    public Task<T?> ScalarAsync<T>(string sql, object? parameters = null) => _connection.ExecuteScalarAsync<T>(Command(sql, parameters));

    /// <summary>Runs statements and counts the rows they changed; a sequence of parameters runs them once for each.</summary>
    public Task<int> ExecuteAsync(string sql, object? parameters = null) => _connection.ExecuteAsync(Command(sql, parameters));

    /// <summary>The condition that a column is one of the strings in a bound array: PostgreSQL takes the array as it is, for SQLite Dapper writes out a list.</summary>
    public string AnyOf(string parameter) => Kind == DatabaseKind.Postgres ? $"= ANY(@{parameter})" : $"IN @{parameter}";

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, _transaction, _timeoutSeconds, cancellationToken: _cancellation);
}
