// Reads the ICE and DTLS attributes of the session or of a section.
using System.Collections.Immutable;
using Parley.Media.Dtls;

namespace Parley.Media.Sdp;

internal sealed class TransportParser
{
    private const int MaxFingerprints = 8;

    private readonly List<Fingerprint> _fingerprints = [];
    private ImmutableArray<string> _iceOptions = [];
    private string? _ufrag;
    private string? _password;
    private string? _tlsId;
    private DtlsSetup _setup;

    public static bool Knows(ReadOnlySpan<char> name) => name is "ice-ufrag" or "ice-pwd" or "ice-options" or "fingerprint" or "setup" or "tls-id";

    /// <summary>Takes an attribute that is known. False when it cannot be read and the transport would not be the one meant.</summary>
    public bool Take(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "ice-ufrag":
                _ufrag = value.ToString();
                return SdpSyntax.IsIceText(value, 4);
            case "ice-pwd":
                _password = value.ToString();
                return SdpSyntax.IsIceText(value, 22);
            case "ice-options":
                _iceOptions = [.. SdpSyntax.Words(value).Take(SdpLimits.MaxRepeats)];
                return true;
            case "fingerprint":
                // A hash that is not known is passed over: another one may be beside it (RFC 8122 §5).
                if (_fingerprints.Count < MaxFingerprints && Fingerprint.TryParse(value.ToString(), out var fingerprint))
                    _fingerprints.Add(fingerprint!);
                return true;
            case "tls-id":
                _tlsId = value.ToString();
                return SdpSyntax.IsIdentifier(value);
            default:
                (var known, _setup) = value switch
                {
                    "actpass" => (true, DtlsSetup.ActivePassive),
                    "active" => (true, DtlsSetup.Active),
                    "passive" => (true, DtlsSetup.Passive),
                    "holdconn" => (true, DtlsSetup.HoldConnection),
                    _ => (false, DtlsSetup.Unspecified),
                };
                return known;
        }
    }

    public TransportDescription Build() => new()
    {
        Ufrag = _ufrag,
        Password = _password,
        IceOptions = _iceOptions,
        Fingerprints = [.. _fingerprints],
        Setup = _setup,
        TlsId = _tlsId,
    };
}
