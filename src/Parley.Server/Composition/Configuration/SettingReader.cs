// Reads single settings with their default and range; remembers what was asked for, so that unknown keys can be told apart.
using System.Globalization;

namespace Parley.Server.Composition.Configuration;

/// <summary>A key whose value cannot be used.</summary>
/// <param name="Key">The key as people write it.</param>
/// <param name="Message">What is wrong and what would be right; never contains a secret.</param>
public sealed record ConfigurationProblem(string Key, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>Reads typed settings and collects problems instead of throwing at the first.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Everything that was wrong so far.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => _problems;

    /// <summary>Every key that was read.</summary>
    public IReadOnlyCollection<string> KnownKeys => _known;

    public void Refuse(string key, string message) => _problems.Add(new ConfigurationProblem(key, message));

    public string? Text(string key)
    {
        _known.Add(key);
        var value = configuration[key];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    public bool Flag(string key, bool fallback)
    {
        var text = Text(key);
        if (text is null)
            return fallback;
        if (bool.TryParse(text, out var value))
            return value;
        Refuse(key, $"\"{text}\" is neither true nor false.");
        return fallback;
    }

    public int Number(string key, int fallback, int min, int max)
    {
        var text = Text(key);
        if (text is null)
            return fallback;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max)
            return value;
        Refuse(key, $"\"{text}\" is not a whole number from {min} to {max}.");
        return fallback;
    }

    public TimeSpan Seconds(string key, int fallback, int min, int max) => TimeSpan.FromSeconds(Number(key, fallback, min, max));

    /// <summary>A list: indexed keys (<c>Key:0</c>) or one value with commas.</summary>
    public IReadOnlyList<string> List(string key)
    {
        _known.Add(key);
        var section = configuration.GetSection(key);
        var single = section.Value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var items = new List<string>(single);
        foreach (var child in section.GetChildren())
        {
            _known.Add(child.Path);
            if (!string.IsNullOrWhiteSpace(child.Value))
                items.Add(child.Value.Trim());
        }

        return items;
    }

    /// <summary>The children of a key: list elements or named entries.</summary>
    public IEnumerable<IConfigurationSection> Children(string key)
    {
        _known.Add(key);
        return configuration.GetSection(key).GetChildren();
    }

    public void MarkKnown(string key) => _known.Add(key);
}
