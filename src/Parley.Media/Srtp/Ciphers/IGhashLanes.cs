// The field of GCM in vectors of one, two or four blocks. NIST SP 800-38D §6.3, with the bits of each block in reverse.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>
/// Arithmetic on as many blocks as a vector holds. A block's bytes are reversed on loading, so that its polynomial reads like a number; a product is
/// then one place too far down, which is made up for by keeping powers of the hash key one place further up.
/// </summary>
/// <typeparam name="TVector">A vector of 16, 32 or 64 bytes.</typeparam>
internal unsafe interface IGhashLanes<TVector>
    where TVector : struct
{
    /// <summary>Loads blocks and reverses the bytes of each.</summary>
    static abstract TVector Load(byte* source);

    /// <summary>Loads fewer bytes than a vector has, without touching others; zeros follow.</summary>
    static abstract TVector LoadPart(byte* source, int length);

    /// <summary>Adds a block to the first lane.</summary>
    static abstract TVector AddToFirst(TVector blocks, Vector128<ulong> block);

    /// <summary>The products of each lane with its power, unreduced: low, middle and high.</summary>
    static abstract void Multiply(TVector blocks, byte* powers, out TVector low, out TVector middle, out TVector high);

    /// <summary>Adds the products of each lane with its power.</summary>
    static abstract void MultiplyAdd(TVector blocks, byte* powers, ref TVector low, ref TVector middle, ref TVector high);

    /// <summary>The sum of all lanes, reduced.</summary>
    static abstract Vector128<ulong> Reduce(TVector low, TVector middle, TVector high);

    /// <summary>The hash after eight blocks more, whose bytes are in order.</summary>
    static abstract Vector128<ulong> HashEight(
        byte* powers, Vector128<ulong> sum, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d,
        Vector128<byte> e, Vector128<byte> f, Vector128<byte> g, Vector128<byte> h);
}
