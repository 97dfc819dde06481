// script/bench: measures the server as it is shipped, beside the relays in bench/peers.
using System.Globalization;
using System.Runtime.InteropServices;
using Parley.Bench;
using Parley.Bench.Peers;

// What the load costs is missing to the server on the other core, and what it waits for is counted as the server's delay.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

if (args is not ["signaling", ..])
{
    Console.Error.WriteLine("usage: Parley.Bench signaling [--parley PROGRAM] [--go PROGRAM] [--python SCRIPT] [--only parley,go,python] [--measure memory,relay,joins] [--quick]");
    return 2;
}

var only = Option("--only")?.Split(',');
var peers = new List<Func<Peer>>();
void Add(string name, Func<string, Peer> create)
{
    if (Option($"--{name}") is { } path && (only is null || only.Contains(name, StringComparer.Ordinal)))
        peers.Add(() => create(path));
}

Add("parley", path => new ParleyServer(path));
Add("go", ReferenceRelay.Go);
Add("python", ReferenceRelay.Python);

var table = await new SignalingReport(peers, Option("--measure")?.Split(',').ToHashSet(StringComparer.Ordinal) ?? SignalingReport.AllParts, args.Contains("--quick", StringComparer.Ordinal)).RunAsync(Console.Error);
var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
Console.WriteLine($"`script/bench {string.Join(' ', args.Where(word => word is "signaling" or "--quick"))}`, {DateTime.UtcNow:yyyy-MM-dd}, "
    + $"{Environment.ProcessorCount} cores of {processor ?? "an unnamed processor"} shared by server and load, {RuntimeInformation.OSDescription.Split(' ')[0]}, .NET {Environment.Version}.");
Console.WriteLine();
Console.Write(table);
return 0;
