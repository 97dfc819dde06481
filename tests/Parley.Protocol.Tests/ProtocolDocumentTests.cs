// docs/protocol.md describes the whole contract: a heading and a readable example for every message type.
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Parley.Protocol.Tests;

public sealed partial class ProtocolDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Root(), "docs", "protocol.md"));

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
