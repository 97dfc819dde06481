// Signals that .NET sends to nobody: stop, and go on.
using System.Runtime.InteropServices;

namespace Parley.Bench.Sfu.Servers;

internal static partial class Signals
{
    /// <summary>SIGCONT on Linux.</summary>
    public const int Continue = 18;

    /// <summary>SIGSTOP on Linux.</summary>
    public const int Stop = 19;

    /// <summary>To a process that has ended it is nothing.</summary>
    public static void Send(int process, int signal) => _ = Kill(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
