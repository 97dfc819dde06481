using System.Diagnostics;

namespace Parley.Data.Tests;

public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Kills = 6;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_process_is_killed()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var directory = Directory.CreateTempSubdirectory("parley-crash-");
        var acknowledged = new List<(string Table, string Id)>();
        for (var kill = 0; kill < Kills; kill++)
        {
            var fresh = await RunAndKillAsync(directory.FullName, kill, random.Next(1, 600));
            acknowledged.AddRange(fresh);

            // What earlier victims left must be there still, after each recovery.
            await AssertStoredAsync(directory.FullName, acknowledged);
        }

        output.WriteLine($"{acknowledged.Count} acknowledged rows survived {Kills} kills");
        directory.Delete(recursive: true);
    }

    /// <summary>Starts a writer, kills it in the middle of its work after some acknowledgements, and returns all it had got out.</summary>
    private static async Task<List<(string Table, string Id)>> RunAndKillAsync(string directory, int seed, int after)
    {
        // This very program, whether it was started by itself or through dotnet.
        var self = Environment.ProcessPath!;
        string[] arguments = [CrashWriter.Argument, directory, $"{seed}"];
        if (Path.GetFileNameWithoutExtension(self) == "dotnet")
            arguments = [typeof(CrashWriter).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(self, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var rows = new List<(string Table, string Id)>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            // A line that the kill has torn was not acknowledged.
            if (line.Split(' ') is [var table, [.. var id, ';']])
                rows.Add((table, id));
            if (rows.Count == after)
                process.Kill();
        }

        await process.WaitForExitAsync();
        Assert.True(rows.Count >= after, $"The writer ended by itself after {rows.Count} rows: {await errors}");
        return rows;
    }

    private static async Task AssertStoredAsync(string directory, List<(string Table, string Id)> acknowledged)
    {
        await using var database = Database.Open(new DatabaseOptions { DataDirectory = directory });
        Assert.Equal("ok", await database.ReadAsync(static session => session.ScalarAsync<string>("PRAGMA integrity_check")));
        foreach (var table in acknowledged.GroupBy(static row => row.Table, static row => row.Id))
        {
            var stored = await database.ReadAsync(session => session.QueryAsync<string>($"SELECT id FROM {table.Key}"));
            Assert.Empty(table.Except(stored, StringComparer.Ordinal));
        }
    }
}
