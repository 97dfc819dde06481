// Reads streams and announced sources of a section. RFC 8830, RFC 5576.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

internal sealed class SourceParser
{
    private readonly List<StreamIdentification> _msids = [];
    private readonly Dictionary<uint, SourceDescription> _sources = [];
    private readonly List<uint> _order = [];
    private readonly List<SourceGroup> _groups = [];

    public ImmutableArray<StreamIdentification> Msids => [.. _msids];

    public ImmutableArray<SourceDescription> Sources => [.. _order.Select(ssrc => _sources[ssrc])];

    public ImmutableArray<SourceGroup> Groups => [.. _groups];

    public void Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "msid":
                if (_msids.Count < SdpLimits.MaxRepeats && ParseMsid(value) is { } msid)
                    _msids.Add(msid);
                break;
            case "ssrc":
                TakeSource(value);
                break;
            default:
                TakeGroup(value);
                break;
        }
    }

    private static StreamIdentification? ParseMsid(ReadOnlySpan<char> value) => SdpSyntax.Words(value) switch
    {
        [var stream] when SdpSyntax.IsIdentifier(stream) => new StreamIdentification(stream, null),
        [var stream, var track, ..] when SdpSyntax.IsIdentifier(stream) && SdpSyntax.IsIdentifier(track) => new StreamIdentification(stream, track),
        _ => null,
    };

    private void TakeSource(ReadOnlySpan<char> value)
    {
        var space = value.IndexOf(' ');
        if (!SdpSyntax.TryNumber(space < 0 ? value : value[..space], uint.MaxValue, out var ssrc))
            return;
        if (!_sources.TryGetValue(ssrc, out var source))
        {
            if (_sources.Count == SdpLimits.MaxSources)
                return;
            source = new SourceDescription(ssrc);
            _order.Add(ssrc);
        }

        var attribute = space < 0 ? default : value[(space + 1)..].Trim();
        if (attribute.StartsWith("cname:", StringComparison.Ordinal))
            source = source with { Cname = attribute[6..].ToString() };
        else if (attribute.StartsWith("msid:", StringComparison.Ordinal))
            source = source with { Msid = ParseMsid(attribute[5..]) };
        _sources[ssrc] = source;
    }

    private void TakeGroup(ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        if (words.Length < 2 || words.Length > SdpLimits.MaxRepeats || _groups.Count == SdpLimits.MaxSources)
            return;
        var sources = ImmutableArray.CreateBuilder<uint>(words.Length - 1);
        foreach (var word in words.AsSpan(1))
        {
            if (!SdpSyntax.TryNumber(word, uint.MaxValue, out var ssrc))
                return;
            sources.Add(ssrc);
        }

        _groups.Add(new SourceGroup(words[0], sources.MoveToImmutable()));
    }
}
