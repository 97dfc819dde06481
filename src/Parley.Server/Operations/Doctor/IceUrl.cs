// RFC 7064 and RFC 7065: stun:, stuns:, turn: and turns: URLs.
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Parley.Server.Operations.Doctor;

/// <summary>Where an ICE server listens.</summary>
internal sealed partial record IceUrl(string Host, int Port, bool IsTcp)
{
    private const int PlainPort = 3478;
    private const int TlsPort = 5349;

    public static bool TryParse(string text, [NotNullWhen(true)] out IceUrl? url)
    {
        url = null;
        var match = Form().Match(text);
        if (!match.Success)
            return false;
        var isTls = match.Groups["scheme"].Value.EndsWith('s');
        var port = match.Groups["port"].Success
            ? int.Parse(match.Groups["port"].Value, System.Globalization.CultureInfo.InvariantCulture)
            : isTls ? TlsPort : PlainPort;
        url = new IceUrl(match.Groups["host"].Value.Trim('[', ']'), port, isTls || match.Groups["transport"].Value == "tcp");
        return port is > 0 and <= 65_535;
    }

    [GeneratedRegex(@"^(?<scheme>stuns?|turns?):(?<host>\[[0-9a-fA-F:.]+\]|[^:?/\s]+)(:(?<port>\d{1,5}))?(\?transport=(?<transport>udp|tcp))?$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
