// script/bench: measures the server as it is shipped, beside the peers in bench/peers.
using System.Globalization;
using Parley.Bench;
using Parley.Bench.Media;
using Parley.Bench.Peers;
using Parley.Bench.Sfu;

// What the load costs is missing to the server on the other core, and what it waits for is counted as the server's delay.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (args is ["srtp"])
    return SrtpBench.Run();
if (args is ["sfu", ..])
    return await SfuCommand.RunAsync(args);
if (args is not ["signaling", ..])
{
    Console.Error.WriteLine("usage: Parley.Bench signaling [--parley PROGRAM] [--go PROGRAM] [--python SCRIPT] [--only parley,go,python] [--measure memory,relay,joins] [--quick]");
    Console.Error.WriteLine($"       {SfuCommand.Usage}");
    Console.Error.WriteLine("       Parley.Bench srtp");
    return 2;
}

var options = new Options(args);
var only = options.List("only");
var peers = new List<Func<Peer>>();
void Add(string name, Func<string, Peer> create)
{
    if (options.Text(name) is { } path && (only is null || only.Contains(name, StringComparer.Ordinal)))
        peers.Add(() => create(path));
}

Add("parley", path => new ParleyServer(path));
Add("go", ReferenceRelay.Go);
Add("python", ReferenceRelay.Python);

var table = await new SignalingReport(peers, options.List("measure")?.ToHashSet(StringComparer.Ordinal) ?? SignalingReport.AllParts, options.Has("quick")).RunAsync(Console.Error);
Console.WriteLine(Machine.Describe($"script/bench {string.Join(' ', args.Where(word => word is "signaling" or "--quick"))}"));
Console.WriteLine();
Console.Write(table);
return 0;
