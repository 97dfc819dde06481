// A whole server on a free port of loopback with a data directory of its own: what every server test talks to.
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Server.Composition;

namespace Parley.Server.Tests.Hosting;

/// <summary>Where a test's server keeps its data.</summary>
public enum TestDatabase
{
    /// <summary>A file in the data directory.</summary>
    Sqlite,

    /// <summary>A database of its own on the server that PARLEY_TEST_POSTGRES names.</summary>
    Postgres,
}

/// <summary>How a test's server differs from the default.</summary>
public sealed record ParleySetup
{
    /// <summary>Which database.</summary>
    public TestDatabase Database { get; init; } = TestDatabase.Sqlite;

    /// <summary>Keys and values; rate limiting is off unless said here.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where it listens.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:0";

    /// <summary>The server's clock; the system's when null.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Replaces services.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }
}

/// <summary>A running server. Stopping and starting it again keeps its data directory and database.</summary>
public sealed class ParleyFixture : IAsyncDisposable
{
    private readonly ParleySetup _setup;
    private readonly TestPostgres? _postgres;
    private WebApplication? _app;

    private ParleyFixture(ParleySetup setup, TestPostgres? postgres)
    {
        _setup = setup;
        _postgres = postgres;
    }

    /// <summary>The data directory; deleted with the fixture.</summary>
    public string DataDirectory { get; } = Path.Combine(Path.GetTempPath(), $"parley-test-{Guid.NewGuid():N}");

    /// <summary>The running server.</summary>
    public WebApplication App => _app ?? throw new InvalidOperationException("The server is stopped.");

    /// <summary>Where it listens, its first address.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Every address.</summary>
    public IReadOnlyList<Uri> Addresses { get; private set; } = [];

    /// <summary>The address of signaling.</summary>
    public Uri WebSocketAddress => new UriBuilder(Address) { Scheme = Address.Scheme == "https" ? "wss" : "ws", Path = "/ws" }.Uri;

    /// <summary>Starts a server. Skips the test when its database is not available here.</summary>
    public static async Task<ParleyFixture> StartAsync(ParleySetup? setup = null)
    {
        setup ??= new ParleySetup();
        var postgres = setup.Database == TestDatabase.Postgres ? await TestPostgres.CreateAsync() : null;
        var fixture = new ParleyFixture(setup, postgres);
        try
        {
            await fixture.StartServerAsync();
            return fixture;
        }
        catch
        {
            await fixture.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server on this database.</summary>
    public static Task<ParleyFixture> StartAsync(TestDatabase database) => StartAsync(new ParleySetup { Database = database });

    /// <summary>Starts a server with these settings.</summary>
    public static Task<ParleyFixture> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(new ParleySetup { Settings = settings.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal) });

    /// <summary>A service of the running server.</summary>
    public T Service<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>A client without cookies of its own; redirects are not followed.</summary>
    public HttpClient CreateClient() => CreateClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });

    /// <summary>A client over a handler of the test.</summary>
    public HttpClient CreateClient(HttpMessageHandler handler) => new(handler) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Stops the server as SIGTERM would; the data stays.</summary>
    public async Task StopServerAsync()
    {
        if (_app is null)
            return;
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    /// <summary>Starts the server again over the same data, on the same port unless told otherwise.</summary>
    public async Task RestartServerAsync(bool samePort = true)
    {
        await StopServerAsync();
        await StartServerAsync(samePort ? Address.GetLeftPart(UriPartial.Authority) : null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopServerAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        if (Directory.Exists(DataDirectory))
            Directory.Delete(DataDirectory, recursive: true);
    }

    /// <summary>The command line of this server, for commands that work on the same data.</summary>
    public IReadOnlyList<string> Arguments(string? urls = null)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Parley:RateLimiting:Enabled"] = "false",
            ["Parley:DataDirectory"] = DataDirectory,
            ["urls"] = urls ?? _setup.Urls,
            ["Parley:Media:Port"] = "0",
            ["Parley:Media:BindAddresses"] = "127.0.0.1",
            ["Parley:Media:Workers"] = "1",
        };
        if (_postgres is not null)
            settings["Parley:Database:ConnectionString"] = _postgres.ConnectionString;
        foreach (var (key, value) in _setup.Settings)
            settings[key] = value;
        return [.. settings.Select(pair => string.Create(CultureInfo.InvariantCulture, $"--{pair.Key}={pair.Value}"))];
    }

    private async Task StartServerAsync(string? urls = null)
    {
        _app = ParleyServer.Build(Arguments(urls), builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            // Signals end the test run, not one server of it.
            builder.Services.AddSingleton<IHostLifetime, ManualLifetime>();
            if (_setup.Clock is { } clock)
                builder.Services.AddSingleton(clock);
            _setup.Configure?.Invoke(builder);
        });
        await _app.StartAsync();
        Addresses = [.. _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];
        Address = Addresses[0];
    }

    /// <summary>A host that only its test starts and stops.</summary>
    private sealed class ManualLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
