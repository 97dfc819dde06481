// Counters of blocks, ready to be added to a nonce: one instruction a block instead of three.
using System.Runtime.Intrinsics;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>The low byte of a block counter, as a vector, for every value it has.</summary>
internal static unsafe class CounterBlocks
{
    /// <summary>How many values there are.</summary>
    public const int Values = 256;

    // A batch may read past the last value; what it reads there makes keystream that nobody uses.
    private const int Overrun = 16;

    private static readonly PinnedLines Table = Make();

    /// <summary>The vectors of 0, 1, 2 and so on.</summary>
    public static readonly byte* Start = Table.Start;

    /// <summary>The second lowest byte of a block counter, as a vector.</summary>
    public static Vector128<byte> High(int counter) => Vector128.Create(0, (ulong)(byte)(counter >> 8) << 48).AsByte();

    private static PinnedLines Make()
    {
        var table = new PinnedLines((Values + Overrun) * Vector128<byte>.Count);
        for (var value = 0; value < Values; value++)
            Vector128.Create(0, (ulong)value << 56).AsByte().Store(table.Start + value * Vector128<byte>.Count);
        return table;
    }
}
