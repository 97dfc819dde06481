// Reads a STUN message in place. RFC 8489 §5, §14.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Media.Stun;

/// <summary>A well-formed STUN message: header, whole attributes, and a fitting FINGERPRINT when there is one.</summary>
internal readonly ref struct StunMessage
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _integrityAt;

    private StunMessage(ReadOnlySpan<byte> bytes, int integrityAt, bool hasFingerprint, ReadOnlySpan<byte> username, uint? priority)
    {
        _bytes = bytes;
        _integrityAt = integrityAt;
        HasFingerprint = hasFingerprint;
        Username = username;
        Priority = priority;
    }

    public ushort Type => BinaryPrimitives.ReadUInt16BigEndian(_bytes);

    public ReadOnlySpan<byte> TransactionId => _bytes.Slice(8, 12);

    public bool HasFingerprint { get; }

    public ReadOnlySpan<byte> Username { get; }

    public uint? Priority { get; }

    public bool UseCandidate { get; private init; }

    public bool IceControlled { get; private init; }

    /// <summary>The first attribute that must be understood and is not known here; 0 when there is none.</summary>
    public ushort UnknownRequired { get; private init; }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out StunMessage message)
    {
        message = default;
        if (bytes.Length < StunConstants.HeaderLength || (bytes[0] & 0xC0) != 0 || BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) != StunConstants.MagicCookie)
            return false;
        var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        if (length % 4 != 0 || length + StunConstants.HeaderLength != bytes.Length)
            return false;

        var integrityAt = 0;
        var hasFingerprint = false;
        ReadOnlySpan<byte> username = default;
        uint? priority = null;
        bool useCandidate = false, controlled = false;
        ushort unknown = 0;
        for (var at = StunConstants.HeaderLength; at < bytes.Length;)
        {
            if (hasFingerprint || bytes.Length - at < 4)
                return false;
            var type = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            var size = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            var padded = size + 3 & ~3;
            if (bytes.Length - at - 4 < padded)
                return false;
            var value = bytes.Slice(at + 4, size);
            switch (type)
            {
                // What follows MESSAGE-INTEGRITY is not covered by it and is ignored, FINGERPRINT excepted (§14.5).
                case StunConstants.Fingerprint:
                    if (size != 4 || BinaryPrimitives.ReadUInt32BigEndian(value) != (Crc32.Of(bytes[..at]) ^ StunConstants.FingerprintXor))
                        return false;
                    hasFingerprint = true;
                    break;
                case var _ when integrityAt != 0:
                    break;
                case StunConstants.MessageIntegrity:
                    if (size != 20)
                        return false;
                    integrityAt = at;
                    break;
                case StunConstants.Username:
                    username = value;
                    break;
                case StunConstants.Priority when size == 4:
                    priority = BinaryPrimitives.ReadUInt32BigEndian(value);
                    break;
                case StunConstants.UseCandidate:
                    useCandidate = true;
                    break;
                case StunConstants.IceControlled:
                    controlled = true;
                    break;
                case < StunConstants.FirstOptional when unknown == 0:
                    unknown = type;
                    break;
            }

            at += 4 + padded;
        }

        message = new StunMessage(bytes, integrityAt, hasFingerprint, username, priority)
        {
            UseCandidate = useCandidate,
            IceControlled = controlled,
            UnknownRequired = unknown,
        };
        return true;
    }

    /// <summary>True when the message carries MESSAGE-INTEGRITY made with this key (§14.5).</summary>
    public bool IsAuthentic(ReadOnlySpan<byte> key)
    {
        if (_integrityAt == 0 || _integrityAt > 1024)
            return false;
        Span<byte> covered = stackalloc byte[1024];
        _bytes[.._integrityAt].CopyTo(covered);
        BinaryPrimitives.WriteUInt16BigEndian(covered[2..], (ushort)(_integrityAt + 24 - StunConstants.HeaderLength));
        Span<byte> hash = stackalloc byte[20];
        StunHash.Of(key, covered[.._integrityAt], hash);
        return CryptographicOperations.FixedTimeEquals(hash, _bytes.Slice(_integrityAt + 4, 20));
    }
}
