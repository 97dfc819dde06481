// The C library's heap: handshakes and the compiler take memory there, and what they free stays with the process until it is asked for.
using System.Runtime.InteropServices;

namespace Parley.Server.Operations;

/// <summary>glibc's malloc_trim(3). Other C libraries have none, and there nothing is done.</summary>
internal static unsafe class NativeHeap
{
    private static readonly delegate* unmanaged<nuint, int> MallocTrim =
        NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, "malloc_trim", out var address)
            ? (delegate* unmanaged<nuint, int>)address
            : null;

    /// <summary>Gives whole free pages back to the system. Takes milliseconds, and whoever allocates there meanwhile waits.</summary>
    /// <returns>True when any were given back.</returns>
    public static bool Trim() => MallocTrim != null && MallocTrim(0) != 0;
}
