// From the message catalog to TypeScript: one interface a record, one union a direction.
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Parley.Protocol;

namespace Parley.Typegen;

/// <summary>Writes the whole generated file.</summary>
internal sealed class ProtocolTypes
{
    private const string Header = """
        // Generated from the records of Parley.Protocol by script/types. Do not edit: script/test fails when it is stale.

        """;

    private readonly StringBuilder _text = new(Header);
    private readonly TypeNames _names = new();
    private readonly Documentation _documentation = Documentation.Load(typeof(MessageCatalog).Assembly);

    public string Write()
    {
        WriteCodes("ErrorCode", "Codes that an `error` message carries.", Constants(typeof(ErrorCodes)).Select(code => $"'{code}'"));
        WriteCloseCodes();
        WriteDirection("Client", "client", MessageCatalog.Client, Direction.FromClient);
        WriteDirection("Server", "server", MessageCatalog.Server, Direction.FromServer);
        WriteReferenced();
        return _text.ToString();
    }

    private void WriteDirection(string name, string who, IReadOnlyDictionary<string, JsonTypeInfo> catalog, Direction direction)
    {
        var messages = catalog.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        foreach (var (discriminator, info) in messages)
            WriteInterface($"{name}{TypeNames.Pascal(discriminator)}", info, direction, discriminator);
        WriteCodes($"{name}Message", $"Every message that the {who} sends.", messages.Select(entry => $"{name}{TypeNames.Pascal(entry.Key)}"));
    }

    /// <summary>Records and enums that messages are made of, and those that these are made of in turn.</summary>
    private void WriteReferenced()
    {
        while (_names.TryTakeReferenced(out var type, out var direction))
        {
            if (type.IsEnum)
            {
                var values = Enum.GetNames(type).Select(value => $"'{JsonNamingPolicy.SnakeCaseLower.ConvertName(value)}'");
                WriteCodes(TypeNames.Of(type), _documentation.Of(type), values);
            }
            else
            {
                WriteInterface(TypeNames.Of(type), MessageJson.Default.GetTypeInfo(type)!, direction, discriminator: null);
            }
        }
    }

    private void WriteInterface(string name, JsonTypeInfo info, Direction direction, string? discriminator)
    {
        _text.Append('\n');
        WriteDocumentation(_documentation.Of(info.Type), indent: "");
        _text.Append("export interface ").Append(name).Append(" {\n");
        foreach (var property in info.Properties)
        {
            if (property.Name == "type" && discriminator is not null)
            {
                _text.Append("  readonly type: '").Append(discriminator).Append("';\n");
                continue;
            }

            var shape = new PropertyShape(info.Type, property, direction);
            WriteDocumentation(_documentation.Of(info.Type, shape.Member), indent: "  ");
            _text.Append("  readonly ").Append(property.Name).Append(shape.Optional ? "?: " : ": ")
                .Append(_names.Of(info.Type, property, direction)).Append(shape.MayBeNull ? " | null" : "").Append(shape.Optional && direction == Direction.FromClient ? " | undefined" : "").Append(";\n");
        }

        _text.Append("}\n");
    }

    private void WriteCodes(string name, string? documentation, IEnumerable<string> members)
    {
        _text.Append('\n');
        WriteDocumentation(documentation, indent: "");
        _text.Append("export type ").Append(name).Append(" =\n").AppendJoin('\n', members.Select(member => $"  | {member}")).Append(";\n");
    }

    private void WriteCloseCodes()
    {
        _text.Append("\n/** Codes a WebSocket is closed with. */\nexport const CloseCodes = {\n");
        foreach (var code in Enum.GetValues<CloseCode>().Where(code => code != CloseCode.None))
        {
            WriteDocumentation(_documentation.Of(typeof(CloseCode), code.ToString()), indent: "  ");
            _text.Append("  ").Append(JsonNamingPolicy.CamelCase.ConvertName(code.ToString())).Append(": ").Append((int)code).Append(",\n");
        }

        _text.Append("} as const;\n");
    }

    private void WriteDocumentation(string? sentence, string indent)
    {
        if (!string.IsNullOrEmpty(sentence))
            _text.Append(indent).Append("/** ").Append(sentence.Replace("*/", "* /", StringComparison.Ordinal)).Append(" */\n");
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
}
