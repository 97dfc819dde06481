// Reads the encodings of a section and its simulcast. RFC 8851 §10, RFC 8853 §5.1.
using System.Collections.Immutable;

namespace Parley.Media.Sdp;

internal sealed class EncodingParser
{
    private readonly Dictionary<string, RidDescription> _rids = new(StringComparer.Ordinal);
    private readonly List<RidDescription> _order = [];

    public ImmutableArray<RidDescription> Rids => [.. _order];

    /// <summary>A line that is not well formed, or a second one, is as none (RFC 8853 §5.1).</summary>
    public SimulcastDescription? Simulcast { get; private set; }

    public void Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (name is "rid")
            TakeRid(value);
        else
            Simulcast ??= ParseSimulcast(value);
    }

    private void TakeRid(ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        if (words.Length < 2 || _order.Count == SdpLimits.MaxRepeats || !SdpSyntax.IsRid(words[0]) || words[1] is not ("send" or "recv"))
            return;
        var rid = new RidDescription(words[0], words[1] == "send");
        foreach (var restriction in string.Concat(words.Skip(2)).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!restriction.StartsWith("pt=", StringComparison.Ordinal))
                rid = rid with { Restrictions = rid.Restrictions.Add(restriction) };
            else if (ParsePayloadTypes(restriction.AsSpan(3)) is { } payloadTypes)
                rid = rid with { PayloadTypes = payloadTypes };
            else
                return;
            if (rid.Restrictions.Length > SdpLimits.MaxRepeats)
                return;
        }

        if (_rids.TryAdd(rid.Id, rid))
            _order.Add(rid);
    }

    private static ImmutableArray<byte>? ParsePayloadTypes(ReadOnlySpan<char> list)
    {
        var payloadTypes = ImmutableArray.CreateBuilder<byte>();
        foreach (var range in list.Split(','))
        {
            if (!SdpSyntax.TryPayloadType(list[range], out var payloadType) || payloadTypes.Count == SdpLimits.MaxFormats)
                return null;
            payloadTypes.Add(payloadType);
        }

        return payloadTypes.ToImmutable();
    }

    private static SimulcastDescription? ParseSimulcast(ReadOnlySpan<char> value)
    {
        var words = SdpSyntax.Words(value);
        ImmutableArray<SimulcastStream>? send = null, receive = null;
        if (words.Length is not (2 or 4))
            return null;
        for (var i = 0; i < words.Length; i += 2)
        {
            if (ParseStreams(words[i + 1]) is not { } streams)
                return null;
            if (words[i] == "send" && send is null)
                send = streams;
            else if (words[i] == "recv" && receive is null)
                receive = streams;
            else
                return null;
        }

        return new SimulcastDescription(send ?? [], receive ?? []);
    }

    private static ImmutableArray<SimulcastStream>? ParseStreams(string list)
    {
        // Before RFC 8853 the list began with the kind of its identifiers.
        list = list.StartsWith("rid=", StringComparison.Ordinal) ? list[4..] : list;
        var streams = ImmutableArray.CreateBuilder<SimulcastStream>();
        foreach (var stream in list.Split(';'))
        {
            var alternatives = ImmutableArray.CreateBuilder<SimulcastEncoding>();
            foreach (var alternative in stream.Split(','))
            {
                var paused = alternative.StartsWith('~');
                var rid = paused ? alternative[1..] : alternative;
                if (!SdpSyntax.IsRid(rid) || alternatives.Count == SdpLimits.MaxRepeats)
                    return null;
                alternatives.Add(new SimulcastEncoding(rid, paused));
            }

            if (streams.Count == SdpLimits.MaxRepeats)
                return null;
            streams.Add(new SimulcastStream(alternatives.ToImmutable()));
        }

        return streams.ToImmutable();
    }
}
