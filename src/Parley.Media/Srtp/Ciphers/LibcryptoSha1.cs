// The compression function of SHA-1, as OpenSSL has it for each processor. FIPS 180-4 §6.1.2.
using System.Runtime.InteropServices;

namespace Parley.Media.Srtp.Ciphers;

/// <summary>libcrypto's SHA-1, where the system has libcrypto.</summary>
internal static unsafe class LibcryptoSha1
{
    public const int BlockLength = 64;

    /// <summary>Words of the state, which a context begins with.</summary>
    public const int StateWords = 5;

    /// <summary>Words of a context (SHA_CTX): the state, a count, a block that is not full, its length. All but the state are zero between whole blocks.</summary>
    public const int ContextWords = 24;

    // A call takes about as long as a thread would need to tell the collector that it is away.
    private static readonly delegate* unmanaged[Cdecl, SuppressGCTransition]<uint*, byte*, nuint, int> Update = Find();

    public static bool IsSupported => Update != null;

    /// <summary>Takes whole blocks into the state.</summary>
    public static void Compress(uint* context, byte* blocks, int count) => _ = Update(context, blocks, (nuint)(count * BlockLength));

    private static delegate* unmanaged[Cdecl, SuppressGCTransition]<uint*, byte*, nuint, int> Find() =>
        NativeLibrary.TryLoad("libcrypto.so.3", out var library) && NativeLibrary.TryGetExport(library, "SHA1_Update", out var update)
            ? (delegate* unmanaged[Cdecl, SuppressGCTransition]<uint*, byte*, nuint, int>)update
            : null;
}
