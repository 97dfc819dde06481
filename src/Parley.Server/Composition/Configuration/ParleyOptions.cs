// The whole configuration as values: read once at start, checked, and handed to those who need a part of it.
using System.Net;

namespace Parley.Server.Composition.Configuration;

/// <summary>Everything under <c>Parley:</c>.</summary>
public sealed record ParleyOptions
{
    /// <summary>Where keys, certificates and the SQLite database live; an absolute path.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>A PostgreSQL connection string; null for SQLite in the data directory.</summary>
    public required string? ConnectionString { get; init; }

    /// <summary>False turns every rate limit off.</summary>
    public required bool RateLimiting { get; init; }

    /// <summary>Accounts, guests and tokens.</summary>
    public required AuthOptions Auth { get; init; }

    /// <summary>Grace periods of rooms.</summary>
    public required RoomsOptions Rooms { get; init; }

    /// <summary>STUN and TURN.</summary>
    public required IceOptions Ice { get; init; }

    /// <summary>The media server.</summary>
    public required MediaOptions Media { get; init; }

    /// <summary>The web side: origins, proxies, limits.</summary>
    public required HttpOptions Http { get; init; }

    /// <summary>The certificate.</summary>
    public required HttpsOptions Https { get; init; }

    /// <summary>Who may read the metrics besides loopback.</summary>
    public required IReadOnlyList<IPNetwork> MetricsAllowedAddresses { get; init; }
}

/// <summary><c>Parley:Auth</c>.</summary>
public sealed record AuthOptions
{
    /// <summary>Whether people may come with only a name.</summary>
    public required bool AllowGuests { get; init; }

    /// <summary>Whether people may open accounts by themselves.</summary>
    public required bool AllowSignup { get; init; }

    /// <summary>Secrets of other programs by the issuer name they sign with.</summary>
    public required IReadOnlyDictionary<string, byte[]> ApiKeys { get; init; }
}

/// <summary><c>Parley:Rooms</c>.</summary>
public sealed record RoomsOptions
{
    /// <summary>How long an empty room stays open.</summary>
    public required TimeSpan Empty { get; init; }

    /// <summary>How long a dropped participant may come back.</summary>
    public required TimeSpan Reconnect { get; init; }

    /// <summary>How long an invitation rings.</summary>
    public required TimeSpan Invitation { get; init; }

    /// <summary>More participants than this in a video or audio room need the media server.</summary>
    public required int MeshLimit { get; init; }
}

/// <summary><c>Parley:Ice</c>.</summary>
public sealed record IceOptions
{
    /// <summary>Servers handed out as they are.</summary>
    public required IReadOnlyList<Protocol.IceServer> Servers { get; init; }

    /// <summary>TURN servers with time-limited credentials.</summary>
    public required IReadOnlyList<string> TurnUrls { get; init; }

    /// <summary>The secret shared with those TURN servers.</summary>
    public required string? TurnSecret { get; init; }

    /// <summary>How long a credential is good.</summary>
    public required TimeSpan TurnTtl { get; init; }
}

/// <summary><c>Parley:Media</c>.</summary>
public sealed record MediaOptions
{
    /// <summary>False runs without a media server.</summary>
    public required bool Enabled { get; init; }

    /// <summary>The one port for everybody, of UDP and of TCP; 0 for any that is free.</summary>
    public required int Port { get; init; }

    /// <summary>True when the configuration names the port: another one is not taken in its place.</summary>
    public required bool PortIsChosen { get; init; }

    /// <summary>Whether connections are taken from networks that let no UDP through.</summary>
    public required bool Tcp { get; init; }

    /// <summary>What the port is opened on; empty for every address of the machine.</summary>
    public required IReadOnlyList<IPAddress> BindAddresses { get; init; }

    /// <summary>The addresses that clients are told; empty for those of the machine.</summary>
    public required IReadOnlyList<IPAddress> AdvertisedAddresses { get; init; }

    /// <summary>Threads that carry media.</summary>
    public required int Workers { get; init; }

    /// <summary>How many clients of one meeting its worker carries before others take those that come to receive.</summary>
    public required int SpreadAbove { get; init; }

    /// <summary>How many may publish in a meeting at once by WHIP.</summary>
    public required int MaxPublishers { get; init; }

    /// <summary>How many may receive in a meeting at once by WHEP.</summary>
    public required int MaxSubscribers { get; init; }
}

/// <summary><c>Parley:Http</c>.</summary>
public sealed record HttpOptions
{
    /// <summary>The address people reach this server at, without a trailing slash; null when it was not said.</summary>
    public required Uri? PublicUrl { get; init; }

    /// <summary>Origins besides the server's own that may use REST and signaling.</summary>
    public required IReadOnlySet<string> AllowedOrigins { get; init; }

    /// <summary>Proxies whose forwarded headers are believed.</summary>
    public required IReadOnlyList<IPNetwork> KnownProxies { get; init; }

    /// <summary>The directory of the built web app; null when there is none.</summary>
    public required string? WebRoot { get; init; }

    /// <summary>Connections at once; 0 derives it from the descriptor limit.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>How long a stopping node goes on as before, but for its readiness, before it drains.</summary>
    public required TimeSpan DrainDelay { get; init; }

    /// <summary>How long draining may take at most, after the delay.</summary>
    public required TimeSpan DrainTimeout { get; init; }
}

/// <summary><c>Parley:Https</c>.</summary>
public sealed record HttpsOptions
{
    /// <summary>A PEM or PFX file; null for the self-signed certificate.</summary>
    public required string? CertificatePath { get; init; }

    /// <summary>The PEM file of the private key, when it is not in the certificate's file.</summary>
    public required string? CertificateKeyPath { get; init; }

    /// <summary>The password of the PFX or of the encrypted key.</summary>
    public required string? CertificatePassword { get; init; }
}
