// What must be there before anything listens: data directory for ourselves alone, schema, keys, certificate, in this order.
using Parley.Data;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Auth;
using Parley.Server.Operations.Metrics;
using Parley.Server.Operations.Tls;

namespace Parley.Server.Operations;

/// <summary>Registered first, so it runs before every other hosted service starts.</summary>
internal sealed class StartupSequence(
    DataDirectory directory,
    Migrator migrator,
    SigningKeys keys,
    ServerCertificate certificate,
    MetricsCollector metrics,
    DatabaseMeter databaseMeter,
    MediaMeter mediaMeter,
    DrainState drain,
    ConfigurationResult configuration,
    IConfiguration addresses,
    TimeProvider clock,
    ILogger<StartupSequence> logger) : IHostedLifecycleService, IDisposable
{
    /// <summary>A database that starts beside us may be a little later.</summary>
    private const int DatabaseTries = 15;

    private static readonly TimeSpan DatabaseRetryDelay = TimeSpan.FromSeconds(2);

    /// <summary>Another process that shares the data directory may be making the first keys.</summary>
    private const int KeyTries = 100;

    private static readonly TimeSpan KeyRetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Held for as long as the server runs; the system takes it back from a program that dies.</summary>
    private const string LockFile = "server.lock";

    /// <summary>The server before this one may still be on its way out.</summary>
    private const int LockTries = 30;

    private static readonly TimeSpan LockRetryDelay = TimeSpan.FromMilliseconds(100);

    private FileStream? _lock;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in configuration.Warnings)
            logger.ConfigurationWarning(warning.Key, warning.Message);
        try
        {
            directory.Create();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"the data directory {directory.Root} cannot be made: {exception.Message} Choose another with --data-dir.", exception);
        }

        await TakeDirectoryAsync(cancellationToken);
        await MigrateAsync(cancellationToken);
        for (var attempt = 1; !keys.TryLoad(); attempt++)
        {
            if (attempt == KeyTries)
                throw new StartupException($"another program holds the signing keys in {directory.Root}; end it, or choose another directory with --data-dir.");
            await Task.Delay(KeyRetryDelay, clock, cancellationToken);
        }

        // Later, a handshake would fail without a word to anybody.
        if (WebServer.ListensOnHttps(addresses))
            _ = certificate.Current;

        // They only have to exist: they listen from now on.
        _ = metrics;
        _ = databaseMeter;
        _ = mediaMeter;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        drain.MarkStarted();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Gives the data directory back.</summary>
    public void Dispose() => _lock?.Dispose();

    // Two servers would each believe that the rooms in the database are theirs, and end each other's calls.
    private async Task TakeDirectoryAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; (_lock = directory.TryLock(LockFile)) is null; attempt++)
        {
            if (attempt == LockTries)
                throw new StartupException($"another server runs on the data directory {directory.Root}; end it, or choose another directory with --data-dir.");
            await Task.Delay(LockRetryDelay, clock, cancellationToken);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                foreach (var step in await migrator.UpAsync(clock.GetUtcNow(), cancellationToken))
                    logger.Migrated(step);
                return;
            }
            catch (DatabaseUnavailableException exception) when (attempt < DatabaseTries)
            {
                logger.DatabaseAwaited(attempt, DatabaseTries, exception.Message);
                await Task.Delay(DatabaseRetryDelay, clock, cancellationToken);
            }
            catch (Exception exception) when (exception is DatabaseUnavailableException or SchemaException)
            {
                throw new StartupException($"{exception.Message} (parley doctor says more.)", exception);
            }
        }
    }
}

/// <summary>Log messages of the start: event ids 1000 to 1049.</summary>
internal static partial class StartupLog
{
    [LoggerMessage(1000, LogLevel.Warning, "Configuration: {Key} {Problem}")]
    public static partial void ConfigurationWarning(this ILogger logger, string key, string problem);

    [LoggerMessage(1001, LogLevel.Information, "Schema step {Step} applied")]
    public static partial void Migrated(this ILogger logger, string step);

    [LoggerMessage(1002, LogLevel.Warning, "The database does not answer (try {Attempt} of {Tries}): {Reason}")]
    public static partial void DatabaseAwaited(this ILogger logger, int attempt, int tries, string reason);
}
