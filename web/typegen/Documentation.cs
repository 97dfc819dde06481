// The sentences of the C# XML documentation, as plain text for TSDoc.
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Parley.Typegen;

/// <summary>Summaries by type and by property.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, string> _sentences = new(StringComparer.Ordinal);

    public static Documentation Load(Assembly assembly)
    {
        var documentation = new Documentation();
        var document = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        foreach (var member in document.Descendants("member"))
        {
            var name = member.Attribute("name")!.Value;
            if (member.Element("summary") is { } summary)
                documentation._sentences[name] = Plain(summary);
            foreach (var parameter in name.StartsWith("T:", StringComparison.Ordinal) ? member.Elements("param") : [])
                documentation._sentences[$"P:{name[2..]}.{parameter.Attribute("name")!.Value}"] = Plain(parameter);
        }

        return documentation;
    }

    public string? Of(Type type) => _sentences.GetValueOrDefault($"T:{type.FullName}");

    public string? Of(Type type, string member)
    {
        for (var owner = type; owner is not null; owner = owner.BaseType)
        {
            if ((_sentences.GetValueOrDefault($"P:{owner.FullName}.{member}") ?? _sentences.GetValueOrDefault($"F:{owner.FullName}.{member}")) is { } sentence)
                return sentence;
        }

        return null;
    }

    private static string Plain(XElement element)
    {
        foreach (var reference in element.DescendantNodes().OfType<XElement>().ToList())
        {
            var target = reference.Attribute("cref")?.Value ?? reference.Attribute("name")?.Value ?? reference.Value;
            reference.ReplaceWith(new XText(target[(target.LastIndexOfAny([':', '.']) + 1)..]));
        }

        return Spaces().Replace(element.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();
}
