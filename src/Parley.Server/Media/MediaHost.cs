// The life of the media server in the program: its port is bound before the web server listens, and given back after it has stopped.
using System.Globalization;
using System.Net.Sockets;
using Parley.Media.Engine;
using Parley.Media.Udp;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations;

namespace Parley.Server.Media;

/// <summary>Starts and stops the media server.</summary>
internal sealed class MediaHost(ParleyOptions options, MediaEngineOptions engine, MediaGateway gateway, ILogger<MediaHost> logger) : IHostedLifecycleService, IDisposable
{
    private MediaServer? _server; // owned

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.Media.Enabled)
        {
            logger.MediaOff($"{MediaSettings.EnabledKey} is false");
            return Task.CompletedTask;
        }

        if (!OperatingSystem.IsLinux())
        {
            logger.MediaOff("the media server runs on Linux alone");
            return Task.CompletedTask;
        }

        _server = Start(WithFreePort(options.Media), engine, gateway);
        gateway.Open(_server);
        logger.MediaStarted(_server.Port, _server.Workers, string.Join(", ", _server.Candidates.Select(static address => address.ToIPAddress())));
        if (_server.MaxDatagramSockets < _server.MaxPeerSockets / 2)
            logger.SharedSockets(_server.MaxDatagramSockets);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends every session once connections are being sent away, before the web server waits for its last request: clients are told at once.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_server is not null)
            await gateway.CloseAsync().WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _server?.Dispose();

    /// <summary>Two servers on one machine get along while nobody has said which port is whose; a port that was chosen is the one that firewalls let through.</summary>
    private MediaOptions WithFreePort(MediaOptions media)
    {
        if (MediaPort.FindObstacle(media) is not { } obstacle)
            return media;
        if (obstacle.IsTaken && !media.PortIsChosen && MediaPort.FindFree(media) is { } free)
        {
            logger.OtherPortTaken(media.Port, free.Port);
            return free;
        }

        var remedy = obstacle.IsTaken
            ? $"Another program has it, perhaps another Parley: end it, or choose another port with --{MediaSettings.PortKey}=7883"
            : $"Choose addresses of this machine with --{MediaSettings.BindKey}";
        throw Cannot(media, obstacle.Protocol, $"{obstacle.Address}: {obstacle.Reason.Message}. {remedy}", obstacle.Reason);
    }

    private static MediaServer Start(MediaOptions media, MediaEngineOptions engine, MediaGateway gateway)
    {
        try
        {
            return new MediaServer(
                new MediaServerOptions
                {
                    Port = media.Port,
                    BindAddresses = media.BindAddresses,
                    AdvertisedAddresses = media.AdvertisedAddresses,
                    Workers = media.Workers,
                    MaxPeerSockets = DescriptorLimit.SafeMediaSockets(),
                    Tcp = media.Tcp,
                    Engine = engine,
                },
                gateway);
        }
        catch (IOException exception)
        {
            throw Cannot(media, ProtocolType.Udp, exception.Message, exception);
        }
    }

    private static StartupException Cannot(MediaOptions media, ProtocolType protocol, string detail, Exception inner) => new(
        string.Create(
            CultureInfo.InvariantCulture,
            $"the media server cannot listen on {protocol.ToString().ToUpperInvariant()} port {media.Port}: {detail}, or go without media: --{MediaSettings.EnabledKey}=false."),
        inner);
}
