// One server per database for all tests that only need a server of default settings: each test makes its own users and meetings.
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace Parley.Server.Tests.Signaling.Support;

/// <summary>Servers that are started when the first test asks for them and stopped after the last test.</summary>
public sealed class SharedServers : IAsyncDisposable
{
    private readonly Dictionary<TestDatabase, Lazy<Task<ParleyFixture>>> _servers = Enum.GetValues<TestDatabase>()
        .ToDictionary(database => database, database => new Lazy<Task<ParleyFixture>>(() => ParleyFixture.StartAsync(database)));

    /// <summary>The server on a database; skips the test when the database is not available here.</summary>
    public Task<ParleyFixture> GetAsync(TestDatabase database) => _servers[database].Value;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
        {
            if (server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
                await (await server.Value).DisposeAsync();
        }
    }
}
