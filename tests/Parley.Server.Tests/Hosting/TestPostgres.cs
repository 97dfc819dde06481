// A PostgreSQL schema of one test, on the server that the environment names: made in a moment, where a database costs a checkpoint.
using Npgsql;

namespace Parley.Server.Tests.Hosting;

/// <summary>Created empty, dropped at the end.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    /// <summary>Names a connection string whose user may create schemas.</summary>
    public const string Variable = "PARLEY_TEST_POSTGRES";

    private readonly string _serverConnection;
    private readonly string _name;

    private TestPostgres(string serverConnection, string name)
    {
        _serverConnection = serverConnection;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(serverConnection) { SearchPath = name, MaxPoolSize = 8 }.ConnectionString;
    }

    /// <summary>How the server under test reaches the schema.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a schema, or skips the test where there is no PostgreSQL.</summary>
    public static async Task<TestPostgres> CreateAsync()
    {
        var connection = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(connection), $"{Variable} is not set: no PostgreSQL to test on.");
        var database = new TestPostgres(connection!, $"parley_test_{Guid.NewGuid():N}");
        await database.ExecuteAsync($"CREATE SCHEMA {database._name}");
        return database;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var pool = new NpgsqlConnection(ConnectionString))
            NpgsqlConnection.ClearPool(pool);
        await ExecuteAsync($"DROP SCHEMA IF EXISTS {_name} CASCADE");
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_serverConnection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
