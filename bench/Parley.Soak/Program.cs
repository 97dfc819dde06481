// script/soak: the engine under clients that come and go for a long time; what it holds of the system must not grow.
using System.Diagnostics;
using System.Globalization;
using Parley.Interop.Tests.Stage;
using Parley.Media.Engine;
using Parley.Soak;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [var crowd, var text] || !double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) || minutes is not (>= 0.5 and <= 1440))
{
    Console.Error.WriteLine("usage: Parley.Soak CROWD MINUTES (0.5 to 1440)");
    return 2;
}

const int Rows = 20;
var length = TimeSpan.FromMinutes(minutes);
await using var host = await ForwardingHost.StartAsync();
using var process = new Process
{
    StartInfo = new ProcessStartInfo(crowd, ["-server", host.Origin, "-duration", $"{length.TotalSeconds:0}s"]) { UseShellExecute = false, RedirectStandardInput = true },
};
Console.WriteLine(Reading.Header);
Console.WriteLine(await Reading.TakeAsync(host, TimeSpan.Zero));
process.Start();

var clock = Stopwatch.StartNew();
var readings = new List<Reading>();
using var timer = new PeriodicTimer(length / Rows);
while (clock.Elapsed < length - length / Rows / 2 && !process.HasExited && await timer.WaitForNextTickAsync())
{
    readings.Add(await Reading.TakeAsync(host, clock.Elapsed));
    Console.WriteLine(readings[^1]);
}

await process.WaitForExitAsync();
// Who vanished is given up when consent has run out.
var patience = clock.Elapsed + TimeSpan.FromSeconds(60);
Reading last;
do
{
    await Task.Delay(1000);
    last = await Reading.TakeAsync(host, clock.Elapsed);
}
while ((last.Peers > 0 || last.Sessions > 0) && clock.Elapsed < patience);
Console.WriteLine(last);
Console.WriteLine($"dropped: {string.Join(", ", Enum.GetValues<DropReason>().Where(reason => host.Drops[reason] > 0).Select(reason => $"{host.Drops[reason]} {reason}"))}");

var failures = Verdict.Of(readings, last);
if (process.ExitCode != 0)
    failures.Add("the crowd ended early");
foreach (var failure in failures)
    Console.WriteLine($"NOT FLAT: {failure}");
return failures.Count == 0 ? 0 : 1;
