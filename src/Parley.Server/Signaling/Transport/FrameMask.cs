// RFC 6455 §5.3: takes a client's mask off, sixteen bytes at a time.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Parley.Server.Signaling.Transport;

/// <summary>Masking of payloads.</summary>
internal static class FrameMask
{
    /// <summary>XORs the payload in place with the key, which is in memory order.</summary>
    public static void Apply(Span<byte> payload, uint key)
    {
        var vectors = MemoryMarshal.Cast<byte, Vector128<uint>>(payload);
        var wide = Vector128.Create(key);
        foreach (ref var vector in vectors)
            vector ^= wide;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        MemoryMarshal.Write(bytes, key);
        for (var i = vectors.Length * Vector128<byte>.Count; i < payload.Length; i++)
            payload[i] ^= bytes[i & 3];
    }
}
