// Text that both databases can hold and find.
namespace Parley.Data;

/// <summary>Prepares user text for storing and searching.</summary>
internal static class SqlText
{
    /// <summary>PostgreSQL's TEXT refuses U+0000, so that one character is replaced everywhere.</summary>
    public static string Storable(string text) => text.Replace('\0', '\uFFFD');

    /// <inheritdoc cref="Storable(string)"/>
    public static string? StorableOrNull(string? text) => text is null ? null : Storable(text);

    /// <summary>
    /// One form for every case of a text. Folded here and stored, since SQLite folds ASCII alone and PostgreSQL folds as its locale
    /// says: upper then lower case unites ς and σ; ß is written out as it would be in capitals.
    /// </summary>
    public static string Fold(string text) =>
        Storable(text).ToUpperInvariant().ToLowerInvariant().Replace("ß", "ss", StringComparison.Ordinal);

    /// <summary>A LIKE pattern (ESCAPE '\') that finds the text anywhere.</summary>
    public static string ContainsPattern(string folded) =>
        "%" + folded
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal) + "%";

    /// <summary>An enum as it is stored: the snake_case name of its member.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>What <see cref="Name"/> wrote.</summary>
    public static T Parse<T>(string name)
        where T : struct, Enum => Enum.Parse<T>(name.Replace("_", string.Empty, StringComparison.Ordinal), ignoreCase: true);
}
