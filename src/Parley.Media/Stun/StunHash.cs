// The keyed hash of MESSAGE-INTEGRITY. RFC 8489 §14.5 prescribes SHA-1.
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Media.Stun;

internal static class StunHash
{
    [SuppressMessage("Security", "CA5350", Justification = "The standard prescribes it.")]
    public static void Of(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, Span<byte> hash) => HMACSHA1.HashData(key, bytes, hash);
}
