// Memory that vectors are loaded from.
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>Zeroed memory that never moves and begins at a cache line, which no vector in it then crosses needlessly.</summary>
internal sealed unsafe class PinnedLines
{
    private const int LineLength = 64;

    // Pinned from its birth, so that pointers into it hold for as long as this object lives.
    private readonly byte[] _memory;

    public PinnedLines(int length)
    {
        _memory = GC.AllocateArray<byte>(length + LineLength - 1, pinned: true);
        Start = (byte*)(((nuint)Unsafe.AsPointer(ref _memory[0]) + LineLength - 1) & ~(nuint)(LineLength - 1));
    }

    public byte* Start { get; }

    /// <summary>Overwrites everything.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(_memory);
}
