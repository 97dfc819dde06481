// An expanded AES key, and behind it what is derived from it. FIPS 197 §5.2.
using System.Runtime.Intrinsics;
using X86 = System.Runtime.Intrinsics.X86;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>The round keys of an AES key of 16 or 32 bytes.</summary>
internal sealed unsafe class AesNiKey
{
    private const int RoundKeysLength = 256; // at most 15 blocks, and the next begins a cache line

    private readonly PinnedLines _memory;

    /// <summary>Expands a key.</summary>
    /// <param name="key">16 or 32 bytes; not kept.</param>
    /// <param name="derivedLength">Bytes wanted at <see cref="Derived"/>.</param>
    public AesNiKey(ReadOnlySpan<byte> key, int derivedLength = 0)
    {
        _memory = new PinnedLines(RoundKeysLength + derivedLength);
        RoundKeys = _memory.Start;
        Derived = RoundKeys + RoundKeysLength;
        Rounds = key.Length / 4 + 6;
        Expand(key);
    }

    /// <summary>True when the machine has the instructions.</summary>
    public static bool IsSupported => X86.Aes.IsSupported;

    /// <summary>The first round key; the others follow.</summary>
    public byte* RoundKeys { get; }

    /// <summary>What else belongs to this key; zero at first.</summary>
    public byte* Derived { get; }

    /// <summary>10 or 14.</summary>
    public int Rounds { get; }

    /// <summary>Encrypts a single block.</summary>
    public Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= Vector128.Load(RoundKeys);
        AesNiRounds.Encrypt(RoundKeys, Rounds, ref block);
        return block;
    }

    /// <summary>Overwrites the key and everything derived from it.</summary>
    public void Clear() => _memory.Clear();

    private void Expand(ReadOnlySpan<byte> key)
    {
        var words = (uint*)RoundKeys;
        key.CopyTo(new Span<byte>(words, key.Length));
        var keyWords = key.Length / 4;
        uint roundConstant = 1;
        for (var i = keyWords; i < 4 * (Rounds + 1); i++)
        {
            var word = words[i - 1];
            if (i % keyWords == 0)
            {
                word = Substitute(uint.RotateRight(word, 8)) ^ roundConstant;
                roundConstant = roundConstant << 1 ^ (roundConstant >> 7) * 0x11B;
            }
            else if (keyWords > 6 && i % keyWords == 4)
            {
                word = Substitute(word);
            }

            words[i] = words[i - keyWords] ^ word;
        }
    }

    // The first word of this instruction's result is the substituted second word of its operand.
    private static uint Substitute(uint word) => X86.Aes.KeygenAssist(Vector128.Create(0, word, 0, 0).AsByte(), 0).AsUInt32()[0];
}
