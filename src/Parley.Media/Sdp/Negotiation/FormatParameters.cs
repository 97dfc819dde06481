// The parameters of a=fmtp: name=value pairs between semicolons. RFC 8866 §6.15, RFC 4855 §3.
using System.Globalization;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>Format parameters by name, without regard to the names' case.</summary>
internal readonly struct FormatParameters
{
    private readonly string? _text;
    private readonly Dictionary<string, string>? _values;

    private FormatParameters(string text, Dictionary<string, string> values)
    {
        _text = text;
        _values = values;
    }

    public static FormatParameters Parse(string? format)
    {
        if (string.IsNullOrEmpty(format))
            return default;
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in format.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                values.TryAdd(part, "");
            else
                values.TryAdd(part[..equals].Trim(), part[(equals + 1)..].Trim());
        }

        return new FormatParameters(format, values);
    }

    /// <summary>The value of a parameter; null when it is not there.</summary>
    public string? this[string name] => _values?.GetValueOrDefault(name);

    /// <summary>The number of a parameter; <paramref name="otherwise"/> when it is not there, -1 when it is none.</summary>
    public int Number(string name, int otherwise)
    {
        if (this[name] is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    /// <summary>The format as it is written, but for parameters whose name begins so; null when nothing remains.</summary>
    public string? WithoutPrefix(string prefix)
    {
        var parts = (_text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(part => !part.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
        var kept = string.Join(';', parts);
        return kept.Length == 0 ? null : kept;
    }

    /// <summary>A format of the named parameters alone, in this order; null when none of them is there.</summary>
    public string? Only(params ReadOnlySpan<string> names)
    {
        List<string> parts = [];
        foreach (var name in names)
        {
            if (this[name] is { } value)
                parts.Add($"{name}={value}");
        }

        return parts.Count == 0 ? null : string.Join(';', parts);
    }
}
