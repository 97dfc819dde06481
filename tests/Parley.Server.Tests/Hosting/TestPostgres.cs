// A PostgreSQL database of one test, on the server that the environment names.
using Npgsql;

namespace Parley.Server.Tests.Hosting;

/// <summary>Created empty, dropped at the end.</summary>
public sealed class TestPostgres : IAsyncDisposable
{
    /// <summary>Names a connection string whose user may create databases.</summary>
    public const string Variable = "PARLEY_TEST_POSTGRES";

    private readonly string _serverConnection;
    private readonly string _name;

    private TestPostgres(string serverConnection, string name)
    {
        _serverConnection = serverConnection;
        _name = name;
        ConnectionString = new NpgsqlConnectionStringBuilder(serverConnection) { Database = name, MaxPoolSize = 8 }.ConnectionString;
    }

    /// <summary>How the server under test reaches the database.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a database, or skips the test where there is no PostgreSQL.</summary>
    public static async Task<TestPostgres> CreateAsync()
    {
        var connection = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(connection), $"{Variable} is not set: no PostgreSQL to test on.");
        var database = new TestPostgres(connection!, $"parley_test_{Guid.NewGuid():N}");
        await database.ExecuteAsync($"CREATE DATABASE {database._name}");
        return database;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await ExecuteAsync($"DROP DATABASE IF EXISTS {_name} WITH (FORCE)");

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_serverConnection) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
