// What figures were taken on: they mean nothing without it.
using System.Runtime.InteropServices;

namespace Parley.Bench;

internal static class Machine
{
    /// <summary>Of the machine, whatever this process may use of them.</summary>
    public static int Cores { get; } = File.ReadLines("/proc/cpuinfo").Count(line => line.StartsWith("processor", StringComparison.Ordinal));

    /// <summary>A line for the head of a table.</summary>
    public static string Describe(string command)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        return $"`{command}`, {DateTime.UtcNow:yyyy-MM-dd}, {Cores} cores of {processor ?? "an unnamed processor"} shared by server and load, "
            + $"{RuntimeInformation.OSDescription.Split(' ')[0]}, .NET {Environment.Version}.";
    }
}
