// Reads what a section says of its payload types. RFC 8866 §6.6 and §6.15, RFC 4585 §4.2; static types by RFC 3551 §6.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp;

internal sealed class PayloadParser
{
    private const int MaxFeedback = 32;
    private const int MaxFeedbackLength = 256;

    // So that the line which is written of it is one that is read.
    private const int MaxFormatLength = SdpLimits.MaxLineLength - 32;

    private readonly Dictionary<byte, CodecParameters> _maps = [];
    private readonly Dictionary<byte, string> _formats = [];
    private readonly List<(byte? PayloadType, string Feedback)> _feedback = [];

    public void Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        var space = value.IndexOf(' ');
        if (space < 0)
            return;
        var text = value[(space + 1)..].Trim();
        var isAll = name is "rtcp-fb" && value[..space] is "*";
        if (!SdpSyntax.TryPayloadType(value[..space], out var payloadType) && !isAll)
            return;
        switch (name)
        {
            case "rtpmap":
                TakeMap(payloadType, text);
                break;
            case "fmtp":
                TakeFormat(payloadType, text);
                break;
            default:
                if (_feedback.Count < SdpLimits.MaxFormats * MaxFeedback && text.Length <= MaxFeedbackLength)
                    _feedback.Add((isAll ? null : payloadType, string.Join(' ', SdpSyntax.Words(text))));
                break;
        }
    }

    /// <summary>The payload types of the <c>m=</c> line whose codec is known.</summary>
    public ImmutableArray<CodecParameters> Build(ImmutableArray<string> formats)
    {
        var feedback = _feedback.ToLookup(static entry => entry.PayloadType, static entry => entry.Feedback);
        var payloads = ImmutableArray.CreateBuilder<CodecParameters>();
        var seen = new HashSet<byte>();
        foreach (var format in formats)
        {
            if (!SdpSyntax.TryPayloadType(format, out var payloadType) || !seen.Add(payloadType))
                continue;
            if ((_maps.GetValueOrDefault(payloadType) ?? Static(payloadType)) is not { } map)
                continue;
            payloads.Add(map with
            {
                Format = _formats.GetValueOrDefault(payloadType),
                Feedback = [.. feedback[payloadType].Concat(feedback[null]).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxFeedback)],
            });
        }

        return payloads.ToImmutable();
    }

    private void TakeFormat(byte payloadType, ReadOnlySpan<char> text)
    {
        if (!_formats.TryGetValue(payloadType, out var before))
            _formats.Add(payloadType, text.ToString());
        else if (before.Length + text.Length < MaxFormatLength)
            _formats[payloadType] = $"{before};{text}";
    }

    private void TakeMap(byte payloadType, ReadOnlySpan<char> text)
    {
        var parts = text.ToString().Split('/');
        if (parts.Length is < 2 or > 3 || !SdpSyntax.IsToken(parts[0]))
            return;
        if (!SdpSyntax.TryNumber(parts[1], int.MaxValue, out var clockRate) || clockRate == 0)
            return;
        uint channels = 1;
        if (parts.Length == 3 && (!SdpSyntax.TryNumber(parts[2], 255, out channels) || channels == 0))
            return;
        _maps.TryAdd(payloadType, new CodecParameters { PayloadType = payloadType, Name = parts[0], ClockRate = (int)clockRate, Channels = (int)channels });
    }

    private static CodecParameters? Static(byte payloadType) => payloadType switch
    {
        0 => new CodecParameters { PayloadType = 0, Name = "PCMU", ClockRate = 8000 },
        8 => new CodecParameters { PayloadType = 8, Name = "PCMA", ClockRate = 8000 },
        9 => new CodecParameters { PayloadType = 9, Name = "G722", ClockRate = 8000 },
        _ => null,
    };
}
