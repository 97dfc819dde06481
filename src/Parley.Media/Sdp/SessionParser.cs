// Reads the lines of a description: the session's own here, those of sections by MediaParser.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

internal sealed class SessionParser
{
    private readonly List<MediaParser> _sections = [];
    private readonly List<BandwidthLimit> _bandwidths = [];
    private readonly List<MediaGroup> _groups = [];
    private readonly List<ExtensionMapping> _extensions = [];
    private readonly List<IceCandidate> _candidates = [];
    private readonly List<SdpAttribute> _others = [];
    private readonly TransportParser _transport = new();
    private SessionOrigin _origin = new(0, 0);
    private ConnectionAddress? _connection;
    private MediaDirection _direction = MediaDirection.SendReceive;
    private string _name = "-";
    private bool _iceLite;
    private bool _mixedExtensions;

    public SdpError? Error { get; private set; }

    /// <summary>Candidates outside of any section, as some trickle fragments have them.</summary>
    public ImmutableArray<IceCandidate> Candidates => [.. _candidates];

    public bool EndOfCandidates { get; private set; }

    /// <summary>Reads all lines. A fragment (RFC 8840) has attributes and <c>m=</c> lines alone.</summary>
    public bool Parse(string text, bool isFragment)
    {
        if (text.Length > SdpLimits.MaxLength)
            return Fail(SdpErrorCode.TooLong, 0, $"The description is longer than {SdpLimits.MaxLength} characters.");
        var lines = new SdpLines(text);
        var isFirst = !isFragment;
        while (lines.Next())
        {
            if (isFirst && (lines.Type != 'v' || lines.Value is not "0"))
                return Fail(SdpErrorCode.NoSessionDescription, lines.Number, "A description begins with v=0.");
            isFirst = false;
            if (!Take(lines.Type, lines.Value, lines.Number))
                return false;
        }

        Error = lines.Error ?? (isFirst ? new SdpError(SdpErrorCode.NoSessionDescription, 0, "There is no description.") : null);
        return Error is null;
    }

    public SessionDescription Build() => new()
    {
        Origin = _origin,
        Name = _name,
        Connection = _connection,
        Bandwidths = [.. _bandwidths],
        Groups = [.. _groups],
        IceLite = _iceLite,
        MixedExtensions = _mixedExtensions,
        Transport = _transport.Build(),
        Others = [.. _others],
        Sections = [.. _sections.Select(section => section.Build(_direction, _extensions))],
    };

    private bool Take(char type, ReadOnlySpan<char> value, int line)
    {
        if (type == 'm')
            return Begin(value, line);
        if (type == 'a')
            return TakeAttribute(value, line);
        if (_sections.Count > 0)
            _sections[^1].TakeLine(type, value);
        else
            TakeLine(type, value);
        return true;
    }

    private bool Begin(ReadOnlySpan<char> value, int line)
    {
        if (_sections.Count == SdpLimits.MaxSections)
            return Fail(SdpErrorCode.TooManySections, line, $"There are more than {SdpLimits.MaxSections} media sections.");
        if (!MediaParser.TryBegin(value, out var section))
            return Fail(SdpErrorCode.BadMediaLine, line, "An m= line has a kind, a port, a protocol and formats.");
        _sections.Add(section!);
        return true;
    }

    private bool TakeAttribute(ReadOnlySpan<char> text, int line)
    {
        var colon = text.IndexOf(':');
        var name = (colon < 0 ? text : text[..colon]).Trim();
        var value = colon < 0 ? default : text[(colon + 1)..].Trim();
        var good = _sections.Count > 0 ? _sections[^1].TakeAttribute(name, value) : TakeAttribute(name, value, colon >= 0);
        return good || Fail(SdpErrorCode.BadAttribute, line, $"The attribute {name} cannot be read.");
    }

    private void TakeLine(char type, ReadOnlySpan<char> value)
    {
        switch (type)
        {
            case 'o':
                _origin = SessionOrigin.Parse(value) ?? _origin;
                break;
            case 's':
                _name = value.IsEmpty ? "-" : value.ToString();
                break;
            case 'c':
                _connection = ConnectionAddress.Parse(value) ?? _connection;
                break;
            case 'b':
                MediaParser.TakeBandwidth(_bandwidths, value);
                break;
            default:
                break; // times, key material, phone numbers and the like mean nothing here
        }
    }

    private bool TakeAttribute(ReadOnlySpan<char> name, ReadOnlySpan<char> value, bool hasValue)
    {
        switch (name)
        {
            case "group":
                TakeGroup(value);
                return true;
            case "ice-lite":
                _iceLite = true;
                return true;
            case "extmap-allow-mixed":
                _mixedExtensions = true;
                return true;
            case "extmap":
                MediaParser.TakeExtension(_extensions, value);
                return true;
            case "candidate":
                MediaParser.TakeCandidate(_candidates, value);
                return true;
            case "end-of-candidates":
                EndOfCandidates = true;
                return true;
            default:
                if (MediaDirections.TryParse(name, out var direction))
                    _direction = direction;
                else if (TransportParser.Knows(name))
                    return _transport.Take(name, value);
                else if (_others.Count < SdpLimits.MaxRepeats)
                    _others.Add(new SdpAttribute(name.ToString(), hasValue ? value.ToString() : null));
                return true;
        }
    }

    private void TakeGroup(ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        if (words.Length > 0 && words.Length <= SdpLimits.MaxSections + 1 && _groups.Count < SdpLimits.MaxRepeats)
            _groups.Add(new MediaGroup(words[0], [.. words.Skip(1).Where(static mid => SdpSyntax.IsIdentifier(mid)).Distinct(StringComparer.Ordinal)]));
    }

    private bool Fail(SdpErrorCode code, int line, string message)
    {
        Error = new SdpError(code, line, message);
        return false;
    }
}
