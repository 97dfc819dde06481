// Numbers of STUN and of ICE's attributes. RFC 8489 §5, §14; RFC 8445 §16.1.
namespace Parley.Media.Stun;

internal static class StunConstants
{
    public const int HeaderLength = 20;
    public const uint MagicCookie = 0x2112_A442;
    public const uint FingerprintXor = 0x5354_554E;

    public const ushort BindingRequest = 0x0001;
    public const ushort BindingIndication = 0x0011;
    public const ushort BindingSuccess = 0x0101;
    public const ushort BindingError = 0x0111;

    public const ushort Username = 0x0006;
    public const ushort MessageIntegrity = 0x0008;
    public const ushort ErrorCode = 0x0009;
    public const ushort UnknownAttributes = 0x000A;
    public const ushort XorMappedAddress = 0x0020;
    public const ushort Priority = 0x0024;
    public const ushort UseCandidate = 0x0025;
    public const ushort Fingerprint = 0x8028;
    public const ushort IceControlled = 0x8029;
    public const ushort IceControlling = 0x802A;

    /// <summary>Values below must be understood by whoever receives them.</summary>
    public const ushort FirstOptional = 0x8000;
}
