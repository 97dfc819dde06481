// Server and load on different cores: taskset gives its place to the program, so the process id is the program's.
using System.Diagnostics;

namespace Parley.Bench.Sfu;

internal static class Pinned
{
    public const int ServerCore = 0;
    public const int GeneratorCore = 1;

    public static ProcessStartInfo Program(int core, string program, IEnumerable<string> arguments) =>
        new("taskset", ["-c", $"{core}", program, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
}
