// docs/protocol.md describes the whole contract: a heading and a readable example for every message type, every REST call, every code over HTTP.
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Protocol.Tests;

public sealed partial class ProtocolDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));

    private static readonly string RestSection = Document[Document.IndexOf("## 1. REST", StringComparison.Ordinal)..Document.IndexOf("## 2. ", StringComparison.Ordinal)];

    private static readonly string ServerSource = string.Join('\n', Directory
        .EnumerateFiles(Path.Combine(Root(), "src", "Parley.Server"), "*.cs", SearchOption.AllDirectories)
        .Select(File.ReadAllText));

    [Fact]
    public void Every_client_message_has_a_heading_and_an_example_that_the_codec_reads()
    {
        var examples = Examples("### Client messages", "### Server messages");

        Assert.Equal(MessageCatalog.Client.Keys.Order(StringComparer.Ordinal), examples.Select(e => e.Type).Order(StringComparer.Ordinal));
        foreach (var (type, json) in examples)
        {
            var decoded = MessageCodec.DecodeClient(Encoding.UTF8.GetBytes(json));
            Assert.True(decoded.Fault is null, $"{type}: {decoded.Fault?.Message}");
            Assert.Equal(type, decoded.Message?.Type);
        }
    }

    [Fact]
    public void Every_server_message_has_a_heading_and_an_example_that_the_program_writes_alike()
    {
        var examples = Examples("### Server messages", "### Presence");

        Assert.Equal(MessageCatalog.Server.Keys.Order(StringComparer.Ordinal), examples.Select(e => e.Type).Order(StringComparer.Ordinal));
        foreach (var (type, json) in examples)
        {
            var decoded = MessageCodec.DecodeServer(Encoding.UTF8.GetBytes(json));
            Assert.True(decoded.Message is not null, $"{type}: {decoded.Fault?.Message}");
            using var expected = JsonDocument.Parse(json);
            using var written = JsonDocument.Parse(MessageCodec.Encode(decoded.Message));
            Assert.True(JsonElement.DeepEquals(expected.RootElement, written.RootElement), $"{type} is written as {written.RootElement}");
        }
    }

    [Fact]
    public void Every_mapped_call_has_its_row_and_every_row_its_call()
    {
        var mapped = MappedCall().Matches(ServerSource).Select(m =>
            $"{(m.Groups["verb"].Value is "OpenApi" ? "GET" : m.Groups["verb"].Value.ToUpperInvariant())} {(m.Groups["on"].Value is "api" ? "/api" : "")}{m.Groups["path"].Value}");
        var rows = from row in CallRow().Matches(RestSection)
                   from verb in row.Groups["verbs"].Value.Split(", ")
                   from path in row.Groups["paths"].Value.Split(", ")
                   select $"{verb} {path}";

        Assert.Equal(mapped.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_over_http_has_its_line_with_its_status()
    {
        var answered = ProblemCode().Matches(ServerSource).Select(m => $"{m.Groups["code"].Value} {m.Groups["status"].Value}");
        var lines = CodeLine().Matches(RestSection).Select(m => $"{m.Groups["code"].Value} {m.Groups["status"].Value}");

        Assert.Equal(answered.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"\b(?<on>\w+)\s*\.Map(?<verb>Get|Post|Put|Patch|Delete|OpenApi)\(\s*""(?<path>/[^""]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MappedCall();

    [GeneratedRegex(@"^\| (?<verbs>[A-Z]+(, [A-Z]+)*) (?<paths>/[^ ,?]+(, /[^ ,?]+)*)[ ?]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CallRow();

    [GeneratedRegex(@"\bnew(\s+Problem)?\(\s*(StatusCodes\.Status)?(?<status>[0-9]{3})\w*,\s*""(?<code>[a-z_]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"^\| `(?<code>[a-z_]+)` \| (?<status>[0-9]{3}) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeLine();

    [GeneratedRegex("^#### (?<type>[a-z_]+)\n(?:(?!^#).*\n)*?```json\n(?<json>.*)\n```$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Example();

    private static List<(string Type, string Json)> Examples(string from, string to)
    {
        var start = Document.IndexOf(from, StringComparison.Ordinal);
        var section = Document[start..Document.IndexOf(to, start, StringComparison.Ordinal)];
        return [.. Example().Matches(section).Select(m => (m.Groups["type"].Value, m.Groups["json"].Value))];
    }

    private static string Root()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
                return directory.FullName;
        }

        throw new InvalidOperationException("Parley.slnx is in no parent directory of the tests.");
    }
}
