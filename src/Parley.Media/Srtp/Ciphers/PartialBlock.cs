// Blocks that are not full, without touching a byte beyond them and without a loop.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>Up to 15 bytes as a block: two reads or writes overlap where the length is no power of two.</summary>
internal static unsafe class PartialBlock
{
    /// <summary>Loads 1 to 15 bytes; zeros follow.</summary>
    public static Vector128<byte> Load(byte* source, int length)
    {
        if (length > 8)
            return Vector128.Create(Unsafe.ReadUnaligned<ulong>(source), Unsafe.ReadUnaligned<ulong>(source + length - 8) >> 8 * (16 - length)).AsByte();
        ulong low;
        if (length == 8)
            low = Unsafe.ReadUnaligned<ulong>(source);
        else if (length >= 4)
            low = Unsafe.ReadUnaligned<uint>(source) | (ulong)Unsafe.ReadUnaligned<uint>(source + length - 4) << 8 * (length - 4);
        else
            low = source[0] | (ulong)source[length / 2] << 8 * (length / 2) | (ulong)source[length - 1] << 8 * (length - 1);
        return Vector128.CreateScalar(low).AsByte();
    }

    /// <summary>Stores the first 1 to 15 bytes.</summary>
    public static void Store(Vector128<byte> block, byte* destination, int length)
    {
        var low = block.AsUInt64()[0];
        if (length >= 8)
        {
            Unsafe.WriteUnaligned(destination, low);
            if (length > 8)
                Unsafe.WriteUnaligned(destination + length - 8, low >> 8 * (length - 8) | block.AsUInt64()[1] << 8 * (16 - length));
        }
        else if (length >= 4)
        {
            Unsafe.WriteUnaligned(destination, (uint)low);
            Unsafe.WriteUnaligned(destination + length - 4, (uint)(low >> 8 * (length - 4)));
        }
        else
        {
            destination[0] = (byte)low;
            destination[length / 2] = (byte)(low >> 8 * (length / 2));
            destination[length - 1] = (byte)(low >> 8 * (length - 1));
        }
    }
}
