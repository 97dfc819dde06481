// One candidate as signaling carries it. RFC 8839 §5.1, RFC 6544 §4.5; mDNS names by draft-ietf-mmusic-mdns-ice-candidates.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Parley.Media.Sdp;

/// <summary>What a candidate's address is reached by.</summary>
public enum IceProtocol : byte
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,
}

/// <summary>Where a candidate's address comes from.</summary>
public enum IceCandidateType : byte
{
    /// <summary>An interface of the host.</summary>
    Host,

    /// <summary>What a STUN server sees.</summary>
    ServerReflexive,

    /// <summary>What the other peer sees.</summary>
    PeerReflexive,

    /// <summary>An address of a TURN server.</summary>
    Relayed,
}

/// <summary>Who opens the connection of a TCP candidate.</summary>
public enum IceTcpType : byte
{
    /// <summary>Not a TCP candidate.</summary>
    None,

    /// <summary>Its owner opens connections.</summary>
    Active,

    /// <summary>Its owner accepts connections.</summary>
    Passive,

    /// <summary>Both open at the same time.</summary>
    SimultaneousOpen,
}

/// <summary>An ICE candidate.</summary>
public sealed record IceCandidate
{
    /// <summary>The same for candidates of one type, base and server.</summary>
    public required string Foundation { get; init; }

    /// <summary>1 for RTP, and for everything with rtcp-mux; 1 to 256.</summary>
    public int Component { get; init; } = 1;

    /// <summary>UDP or TCP.</summary>
    public IceProtocol Protocol { get; init; }

    /// <summary>Higher is preferred.</summary>
    public required uint Priority { get; init; }

    /// <summary>An IPv4 or IPv6 address, or a name.</summary>
    public required string Address { get; init; }

    /// <summary>The port, 0 to 65535; 9 for active TCP candidates.</summary>
    public required int Port { get; init; }

    /// <summary>Where it comes from.</summary>
    public IceCandidateType Type { get; init; }

    /// <summary>For TCP candidates.</summary>
    public IceTcpType TcpType { get; init; }

    /// <summary>The address that this one was learned from.</summary>
    public string? RelatedAddress { get; init; }

    /// <summary>The port that this one was learned from.</summary>
    public int? RelatedPort { get; init; }

    /// <summary>The user name fragment it belongs to, where the extension <c>ufrag</c> says it.</summary>
    public string? Ufrag { get; init; }

    /// <summary>Where it is; null for a name, which is not resolved: mDNS names are known in their own network alone.</summary>
    public IPEndPoint? EndPoint => ParseAddress(Address) is { } address ? new IPEndPoint(address, Port) : null;

    /// <summary>Reads a candidate, with or without <c>a=</c> and <c>candidate:</c> before it.</summary>
    /// <returns>False for what is none, and for protocols and types that are not known.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out IceCandidate? candidate)
    {
        candidate = null;
        if (text.Length > SdpLimits.MaxLineLength)
            return false;
        text = text.Trim();
        text = text.StartsWith("a=", StringComparison.Ordinal) ? text[2..] : text;
        text = text.StartsWith("candidate:", StringComparison.OrdinalIgnoreCase) ? text[10..] : text;
        var words = SdpSyntax.Words(text);
        if (words.Length < 8 || !words[6].Equals("typ", StringComparison.OrdinalIgnoreCase))
            return false;
        if (!TryProtocol(words[2], out var protocol) || !TryType(words[7], out var type))
            return false;
        if (!SdpSyntax.IsIdentifier(words[0]) || !SdpSyntax.IsIdentifier(words[4]))
            return false;
        if (!SdpSyntax.TryNumber(words[1], 256, out var component) || component == 0)
            return false;
        if (!SdpSyntax.TryNumber(words[3], uint.MaxValue, out var priority) || !SdpSyntax.TryNumber(words[5], 65535, out var port))
            return false;
        candidate = new IceCandidate
        {
            Foundation = words[0],
            Component = (int)component,
            Protocol = protocol,
            Priority = priority,
            Address = words[4],
            Port = (int)port,
            Type = type,
        };
        candidate = candidate.WithExtensions(words.AsSpan(8));
        // A TCP candidate that does not say who connects is of the time before RFC 6544.
        return candidate.Protocol != IceProtocol.Tcp || candidate.TcpType != IceTcpType.None;
    }

    /// <summary>The attribute's text: <c>candidate:</c> and its value.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("candidate:");
        text.Append(CultureInfo.InvariantCulture, $"{Foundation} {Component} {(Protocol == IceProtocol.Udp ? "udp" : "tcp")} {Priority} {Address} {Port} typ {TypeName}");
        if (RelatedAddress is not null)
            text.Append(CultureInfo.InvariantCulture, $" raddr {RelatedAddress} rport {RelatedPort ?? 0}");
        if (Protocol == IceProtocol.Tcp)
            text.Append(" tcptype ").Append(TcpType switch { IceTcpType.Active => "active", IceTcpType.SimultaneousOpen => "so", _ => "passive" });
        if (Ufrag is not null)
            text.Append(" ufrag ").Append(Ufrag);
        return text.ToString();
    }

    private string TypeName => Type switch
    {
        IceCandidateType.ServerReflexive => "srflx",
        IceCandidateType.PeerReflexive => "prflx",
        IceCandidateType.Relayed => "relay",
        _ => "host",
    };

    private static bool TryProtocol(string word, out IceProtocol protocol)
    {
        protocol = word.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? IceProtocol.Tcp : IceProtocol.Udp;
        return protocol == IceProtocol.Tcp || word.Equals("udp", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryType(string word, out IceCandidateType type)
    {
        (var known, type) = word.ToLowerInvariant() switch
        {
            "host" => (true, IceCandidateType.Host),
            "srflx" => (true, IceCandidateType.ServerReflexive),
            "prflx" => (true, IceCandidateType.PeerReflexive),
            "relay" => (true, IceCandidateType.Relayed),
            _ => (false, IceCandidateType.Host),
        };
        return known;
    }

    private IceCandidate WithExtensions(ReadOnlySpan<string> words)
    {
        var candidate = this;
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            var value = words[i + 1];
            candidate = words[i].ToLowerInvariant() switch
            {
                "raddr" when SdpSyntax.IsIdentifier(value) => candidate with { RelatedAddress = value },
                "rport" when SdpSyntax.TryNumber(value, 65535, out var port) => candidate with { RelatedPort = (int)port },
                "ufrag" when SdpSyntax.IsIceText(value, 4) => candidate with { Ufrag = value },
                "tcptype" when Protocol == IceProtocol.Tcp => candidate with { TcpType = ParseTcpType(value) },
                _ => candidate,
            };
        }

        return candidate;
    }

    private static IceTcpType ParseTcpType(string value) => value.ToLowerInvariant() switch
    {
        "active" => IceTcpType.Active,
        "passive" => IceTcpType.Passive,
        "so" => IceTcpType.SimultaneousOpen,
        _ => IceTcpType.None,
    };

    /// <summary>Four decimal numbers or IPv6: nothing else that <see cref="IPAddress"/> would take for an address.</summary>
    private static IPAddress? ParseAddress(string text)
    {
        var looksRight = text.Contains(':')
            ? !text.Contains('[')
            : text.Count(static letter => letter == '.') == 3 && text.All(static letter => char.IsAsciiDigit(letter) || letter == '.');
        if (!looksRight || !IPAddress.TryParse(text, out var address))
            return null;
        return address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 ? address : null;
    }
}
