// How a media server is set up.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp;

/// <summary>Options of a <see cref="MediaServer"/>.</summary>
public sealed record MediaServerOptions
{
    /// <summary>The one port for everybody, of UDP and of TCP; 0 for any that is free.</summary>
    public int Port { get; init; } = 7882;

    /// <summary>What to bind to; every address of the machine, IPv4 and IPv6, when empty.</summary>
    public IReadOnlyList<IPAddress> BindAddresses { get; init; } = [];

    /// <summary>
    /// The addresses that peers are told, several at once if need be (LAN and public); those of the machine's interfaces when empty. Link-local addresses are never told.
    /// </summary>
    public IReadOnlyList<IPAddress> AdvertisedAddresses { get; init; } = [];

    /// <summary>Worker threads, each with its own engine; at least 1.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>
    /// Descriptors that peers may take in all: one for each UDP peer's own socket and one for each TCP connection. UDP peers take three quarters at most, and share the open sockets beyond,
    /// which is somewhat slower; TCP connections beyond are refused. 0 for a quarter of the process's limit of open files (RLIMIT_NOFILE), at most 32,768.
    /// Before Linux 6.13 UDP peers take 64 at most: every socket more makes every datagram that arrives dearer there.
    /// </summary>
    public int MaxPeerSockets { get; init; }

    /// <summary>Whether connections are taken too (ICE-TCP, RFC 6544), for networks that let no UDP through.</summary>
    public bool Tcp { get; init; } = true;

    /// <summary>Limits of connections.</summary>
    public TcpOptions TcpLimits { get; init; } = new();

    /// <summary>Times and bounds of DTLS handshakes.</summary>
    public DtlsOptions Dtls { get; init; } = new();

    /// <summary>Options of the engines.</summary>
    public MediaEngineOptions Engine { get; init; } = new();
}
