// What a failed test leaves behind: a picture of every screen, the consoles, the messages, the server's log.
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

internal static class Evidence
{
    public static async Task SaveAsync(ITestContext test, IReadOnlyList<Participant> people, ParleyProcess? parley)
    {
        var name = $"{test.TestClass?.TestClassSimpleName}.{test.TestMethod?.MethodName}";
        var directory = Directory.CreateDirectory(Path.Combine(Repository.Results, name)).FullName;
        for (var i = 0; i < people.Count; i++)
            await SaveAsync(directory, $"{i + 1}-{people[i].Name}", people[i]);
        if (parley is not null)
            await File.WriteAllTextAsync(Path.Combine(directory, "server.log"), parley.Log);
        test.TestOutputHelper?.WriteLine($"Evidence: {directory}");
    }

    private static async Task SaveAsync(string directory, string name, Participant person)
    {
        try
        {
            await person.Page.ScreenshotAsync(new() { Path = Path.Combine(directory, $"{name}.png") });
            var trace = await person.Probe.TraceAsync();
            var page = await person.Page.Locator("body").AriaSnapshotAsync();
            await File.WriteAllTextAsync(
                Path.Combine(directory, $"{name}.txt"), $"{person.Page.Url}\n\n{page}\n\n--- console\n{person.Console}\n\n--- signaling\n{trace}\n");
        }
        catch (PlaywrightException gone)
        {
            // A page that has crashed has no picture; the rest of the evidence still counts.
            await File.WriteAllTextAsync(Path.Combine(directory, $"{name}.txt"), $"{gone.Message}\n{person.Console}");
        }
    }
}
