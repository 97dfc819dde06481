// Rewrites the command line into configuration: `--data-dir DIR` is a short form, words that are commands are dropped.
using System.Collections.Frozen;

namespace Parley.Server.Composition;

/// <summary>What of the command line is configuration.</summary>
internal static class CommandLineArguments
{
    // What ASP.NET Core's host takes without a section.
    private static readonly FrozenSet<string> HostOptions = FrozenSet.ToFrozenSet(
        ["urls", "http_ports", "https_ports", "environment", "contentRoot", "webRoot", "applicationName", "AllowedHosts", "shutdownTimeoutSeconds"], StringComparer.OrdinalIgnoreCase);

    /// <summary>The first word that is neither a key nor the value of one; null when there is none.</summary>
    /// <param name="words">What the commands and options left over, in order.</param>
    public static string? FindStray(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || words[i].Length == 2)
                return words[i];
            if (!words[i].Contains('=', StringComparison.Ordinal) && i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal))
                i++;
        }

        return null;
    }

    /// <summary>The first option that nothing takes, such as <c>--port</c>; null when there is none. A key of the configuration has a section before it: <c>--Section:Key</c>.</summary>
    /// <param name="words">What the commands and options left over, in order.</param>
    public static string? FindUnknownOption(IReadOnlyList<string> words)
    {
        foreach (var word in words)
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
                continue;
            var key = word[2..].Split('=')[0];
            if (!key.Contains(':', StringComparison.Ordinal) && !HostOptions.Contains(key))
                return "--" + key;
        }

        return null;
    }

    /// <summary>Keeps every <c>--Key=value</c> and <c>--Key value</c>.</summary>
    public static string[] ToConfiguration(IReadOnlyList<string> args)
    {
        var kept = new List<string>();
        for (var i = 0; i < args.Count; i++)
        {
            var argument = args[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                continue;
            if (!argument.Contains('=', StringComparison.Ordinal))
            {
                if (i + 1 >= args.Count || args[i + 1].StartsWith("--", StringComparison.Ordinal))
                    continue;
                argument = $"{argument}={args[++i]}";
            }

            const string dataDirectory = "--data-dir=";
            kept.Add(argument.StartsWith(dataDirectory, StringComparison.OrdinalIgnoreCase)
                ? $"--Parley:DataDirectory={argument[dataDirectory.Length..]}"
                : argument);
        }

        return [.. kept];
    }
}
