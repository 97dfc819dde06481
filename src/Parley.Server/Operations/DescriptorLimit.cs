// File descriptors: running out of them aborts a .NET process, so the limit is raised at start and connections stay below it.
using System.Runtime.InteropServices;

namespace Parley.Server.Operations;

/// <summary>The process's limit of open descriptors (getrlimit(2), RLIMIT_NOFILE).</summary>
internal static partial class DescriptorLimit
{
    private const int NoFile = 7;

    /// <summary>What everything but client connections needs: files, database, listeners, the runtime.</summary>
    private const ulong Reserve = 256;

    private const long Unlimited = 1_000_000;

    /// <summary>More peers than a machine carries.</summary>
    private const ulong MaxMediaSockets = 32_768;

    private static readonly Lock Gate = new();

    /// <summary>The soft limit in force; 0 where the system does not tell.</summary>
    public static ulong Current()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        return GetLimit(NoFile, out var limit) == 0 ? limit.Soft : 0;
    }

    /// <summary>Raises the soft limit to the hard one, which needs no privilege. Returns what is in force.</summary>
    public static ulong Raise()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        lock (Gate)
        {
            if (GetLimit(NoFile, out var limit) != 0)
                return 0;
            if (limit.Soft < limit.Hard)
            {
                var raised = limit with { Soft = limit.Hard };
                if (SetLimit(NoFile, in raised) == 0)
                    return raised.Soft;
            }

            return limit.Soft;
        }
    }

    /// <summary>How many connections fit below the limit, beside the media server's sockets.</summary>
    public static long SafeConnections()
    {
        var limit = Raise();
        if (limit == 0 || limit > Unlimited)
            return Unlimited;
        return (long)(limit > 2 * Reserve ? limit - Reserve : Math.Max(16, limit / 2)) - SafeMediaSockets();
    }

    /// <summary>How many descriptors the media server's peers may take: their own sockets and TCP connections.</summary>
    public static int SafeMediaSockets()
    {
        var limit = Raise();
        return limit == 0 ? 0 : (int)Math.Min(MaxMediaSockets, limit / 8);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
