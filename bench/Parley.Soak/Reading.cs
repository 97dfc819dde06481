// One look at what the engine and its process hold.
using System.Globalization;
using Parley.Interop.Tests.Stage;

namespace Parley.Soak;

/// <summary>A row of the table.</summary>
internal sealed record Reading(TimeSpan At, long Joined, int Peers, int Sessions, int Descriptors, double ResidentMiB, double ManagedMiB, long Sent, long Drops)
{
    public const string Header =
        "| minute | joined | peers | DTLS sessions | descriptors | resident MiB | managed MiB | datagrams sent | drops |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |";

    public static async Task<Reading> TakeAsync(ForwardingHost host, TimeSpan at)
    {
        // What is garbage is not held.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var statistics = host.Server.ReadStatistics();
        return new Reading(
            at,
            host.Joined,
            await host.ReadAsync(static engine => engine.PeerCount),
            host.Server.LiveDtlsSessions,
            Directory.GetFileSystemEntries("/proc/self/fd").Length,
            Resident(),
            GC.GetTotalMemory(forceFullCollection: false) / 1048576.0,
            statistics.Sum(static worker => worker.DatagramsSent),
            statistics.Sum(static worker => worker.Drops.Total));
    }

    public override string ToString() =>
        $"| {At.TotalMinutes:0.0} | {Joined} | {Peers} | {Sessions} | {Descriptors} | {ResidentMiB:0.0} | {ManagedMiB:0.0} | {Sent} | {Drops} |";

    private static double Resident()
    {
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }
}
