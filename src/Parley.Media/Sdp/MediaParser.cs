// Reads one media section, line by line.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

internal sealed class MediaParser
{
    private readonly string _media;
    private readonly int _port;
    private readonly string _protocol;
    private readonly ImmutableArray<string> _formats;
    private readonly TransportParser _transport = new();
    private readonly PayloadParser _payloads = new();
    private readonly SourceParser _sources = new();
    private readonly EncodingParser _encodings = new();
    private readonly List<BandwidthLimit> _bandwidths = [];
    private readonly List<IceCandidate> _candidates = [];
    private readonly List<ExtensionMapping> _extensions = [];
    private readonly List<SdpAttribute> _others = [];
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);
    private ConnectionAddress? _connection;
    private MediaDirection? _direction;
    private string? _mid;

    private MediaParser(string media, int port, string protocol, ImmutableArray<string> formats)
    {
        _media = media;
        _port = port;
        _protocol = protocol;
        _formats = formats;
    }

    /// <summary>Begins a section with the value of its <c>m=</c> line.</summary>
    public static bool TryBegin(ReadOnlySpan<char> value, out MediaParser? section)
    {
        section = null;
        var words = SdpSyntax.Words(value);
        if (words.Length < 4 || words.Length > 3 + SdpLimits.MaxFormats || !words.All(static word => SdpSyntax.IsIdentifier(word)))
            return false;
        // "port/number of ports" is of a time before ICE; the first port is what counts.
        var slash = words[1].IndexOf('/', StringComparison.Ordinal);
        if (!SdpSyntax.TryNumber(slash < 0 ? words[1] : words[1].AsSpan(0, slash), 65535, out var port))
            return false;
        section = new MediaParser(words[0], (int)port, words[2], [.. words.Skip(3)]);
        return true;
    }

    public static void TakeBandwidth(List<BandwidthLimit> limits, ReadOnlySpan<char> value)
    {
        var colon = value.IndexOf(':');
        if (colon > 0 && limits.Count < SdpLimits.MaxRepeats && SdpSyntax.IsToken(value[..colon]) && SdpSyntax.TryNumber(value[(colon + 1)..], uint.MaxValue, out var limit))
            limits.Add(new BandwidthLimit(value[..colon].ToString(), limit));
    }

    /// <summary>A candidate that cannot be read, or is of an unknown kind, is passed over (RFC 8839 §5.1).</summary>
    public static void TakeCandidate(List<IceCandidate> candidates, ReadOnlySpan<char> value)
    {
        if (candidates.Count < SdpLimits.MaxCandidates && IceCandidate.TryParse(value, out var candidate))
            candidates.Add(candidate!);
    }

    public static void TakeExtension(List<ExtensionMapping> extensions, ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        if (words.Length < 2 || extensions.Count == SdpLimits.MaxRepeats)
            return;
        var slash = words[0].IndexOf('/', StringComparison.Ordinal);
        var direction = MediaDirection.SendReceive;
        if (slash >= 0 && !MediaDirections.TryParse(words[0].AsSpan(slash + 1), out direction))
            return;
        if (!SdpSyntax.TryNumber(slash < 0 ? words[0] : words[0].AsSpan(0, slash), 255, out var id) || id == 0)
            return;
        var attributes = words.Length > 2 ? string.Join(' ', words.Skip(2)) : null;
        extensions.Add(new ExtensionMapping((byte)id, words[1]) { Direction = direction, Attributes = attributes });
    }

    public void TakeLine(char type, ReadOnlySpan<char> value)
    {
        if (type == 'c')
            _connection ??= ConnectionAddress.Parse(value);
        else if (type == 'b')
            TakeBandwidth(_bandwidths, value);
    }

    /// <summary>Takes an attribute. False when it cannot be read and the section would not be the one meant.</summary>
    public bool TakeAttribute(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "mid":
                _mid = value.ToString();
                return SdpSyntax.IsIdentifier(value);
            case "candidate":
                TakeCandidate(_candidates, value);
                return true;
            case "extmap":
                TakeExtension(_extensions, value);
                return true;
            case "rtcp-mux" or "rtcp-mux-only" or "rtcp-rsize" or "bundle-only" or "end-of-candidates" or "extmap-allow-mixed":
                _flags.Add(name.ToString());
                return true;
            case "rtpmap" or "fmtp" or "rtcp-fb":
                _payloads.Take(name, value);
                return true;
            case "msid" or "ssrc" or "ssrc-group":
                _sources.Take(name, value);
                return true;
            case "rid" or "simulcast":
                _encodings.Take(name, value);
                return true;
            default:
                if (MediaDirections.TryParse(name, out var direction))
                    _direction = direction;
                else if (TransportParser.Knows(name))
                    return _transport.Take(name, value);
                else if (_others.Count < SdpLimits.MaxRepeats)
                    _others.Add(new SdpAttribute(name.ToString(), value.IsEmpty ? null : value.ToString()));
                return true;
        }
    }

    public MediaDescription Build(MediaDirection sessionDirection, IReadOnlyList<ExtensionMapping> sessionExtensions) => new()
    {
        Media = _media,
        Port = _port,
        Protocol = _protocol,
        Formats = _formats,
        Connection = _connection,
        Bandwidths = [.. _bandwidths],
        Mid = _mid,
        Direction = _direction ?? sessionDirection,
        BundleOnly = _flags.Contains("bundle-only"),
        RtcpMux = _flags.Contains("rtcp-mux") || _flags.Contains("rtcp-mux-only"),
        RtcpMuxOnly = _flags.Contains("rtcp-mux-only"),
        ReducedSizeRtcp = _flags.Contains("rtcp-rsize"),
        Transport = _transport.Build(),
        Candidates = [.. _candidates],
        EndOfCandidates = _flags.Contains("end-of-candidates"),
        Payloads = _payloads.Build(_formats),
        Extensions = [.. _extensions, .. sessionExtensions.Where(common => _extensions.TrueForAll(own => own.Id != common.Id))],
        MixedExtensions = _flags.Contains("extmap-allow-mixed"),
        Msids = _sources.Msids,
        Rids = _encodings.Rids,
        Simulcast = _encodings.Simulcast,
        Sources = _sources.Sources,
        SourceGroups = _sources.Groups,
        Others = [.. _others],
    };
}
