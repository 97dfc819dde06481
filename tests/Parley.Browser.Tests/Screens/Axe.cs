// axe-core in the page: the rules that a machine can check.
using System.Text;
using System.Text.Json;
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Screens;

/// <summary>Runs axe on what a participant sees.</summary>
internal static class Axe
{
    private static readonly string Script = Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js");

    /// <summary>Why axe cannot run, or null.</summary>
    public static string? Missing => File.Exists(Script) ? null : "axe-core is not installed (npm ci in web/)";

    /// <summary>Serious and critical violations, one line each; empty when there are none.</summary>
    public static async Task<string> ViolationsAsync(Participant person)
    {
        // Through the debugger, because the page's own policy rightly refuses foreign scripts.
        await person.Page.EvaluateAsync(await File.ReadAllTextAsync(Script) + "\n;undefined");
        var found = await person.Page.EvaluateAsync<JsonElement>(
            """
            async () => {
              const result = await axe.run(document, { resultTypes: ['violations'] });
              return result.violations.filter((each) => each.impact === 'serious' || each.impact === 'critical')
                .map((each) => ({ id: each.id, help: each.help, where: each.nodes.map((node) => node.target.join(' ') + ' ' + node.failureSummary) }));
            }
            """);
        var text = new StringBuilder();
        foreach (var violation in found.EnumerateArray())
            text.Append(violation.GetProperty("id").GetString()).Append(": ").AppendLine(string.Join(" | ", violation.GetProperty("where").EnumerateArray()));
        return text.ToString();
    }
}
