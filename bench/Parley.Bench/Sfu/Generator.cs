// Runs bench/sfugen against one server.
using System.Diagnostics;
using Parley.Bench.Sfu.Servers;

namespace Parley.Bench.Sfu;

/// <summary>The generator on its own core: every publisher and every subscriber.</summary>
internal sealed class Generator(string program)
{
    /// <summary>So many subscribers decrypt everything and give the latencies; the others count on the wire.</summary>
    private const int Inspected = 10;

    /// <exception cref="InvalidOperationException">The run failed; the message says how.</exception>
    public async Task<Measurement> RunAsync(SfuServer server, Shape shape, RunLength length, bool search, CancellationToken ending)
    {
        var result = Path.GetTempFileName();
        try
        {
            var arguments = await server.GeneratorArgumentsAsync(shape.Meetings);
            using var process = Process.Start(Pinned.Program(Pinned.GeneratorCore, program,
            [
                .. arguments, .. shape.GeneratorArguments(), "-ip", SfuServer.Address, "-pid", $"{server.ProcessId}", "-full", $"{Inspected}",
                "-warm", Seconds(length.WarmUp), "-dur", Seconds(length.Measured), "-label", $"{server.Key}/{shape.Name}", "-o", result, .. search ? ["-search"] : Array.Empty<string>(),
            ])) ?? throw new InvalidOperationException("sfugen does not start.");
            // A closed standard input and an unread standard output would differ from run to run; both are read to the end.
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending);
            limit.CancelAfter(length.WarmUp + length.Measured + TimeSpan.FromSeconds(search ? 240 : 90));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException late)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                throw new InvalidOperationException(ending.IsCancellationRequested ? "ended from outside" : "the generator did not end in time", late);
            }

            await output;
            if (process.ExitCode != 0)
                throw new InvalidOperationException((await errors).Trim());
            return Measurement.Parse((await File.ReadAllLinesAsync(result, ending))[^1]);
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static string Seconds(TimeSpan span) => $"{span.TotalSeconds:0.###}s";
}

/// <summary>How long media flows before the measurement, and within it.</summary>
internal readonly record struct RunLength(TimeSpan WarmUp, TimeSpan Measured);
