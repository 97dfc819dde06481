// The configuration's documentation and its reading agree.
using Microsoft.Extensions.Configuration;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Tests.Operations;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_key_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(ProjectRoot(), "docs", "operations", "configuration.md"));
        var keys = ConfigurationLoader.Load(new ConfigurationBuilder().Build()).KnownKeys;
        Assert.True(keys.Count > 20);
        Assert.All(keys, key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Lists_are_read_by_index_and_by_commas()
    {
        var options = Load(("Parley:Http:AllowedOrigins:0", "https://a.example"), ("Parley:Http:AllowedOrigins:1", "https://b.example"), ("Parley:Http:KnownProxies", "10.0.0.0/8, ::1")).Options;
        Assert.Equal(["https://a.example", "https://b.example"], options.Http.AllowedOrigins.Order(StringComparer.Ordinal));
        Assert.Equal(2, options.Http.KnownProxies.Count);
    }

    [Fact]
    public void An_unknown_key_is_guessed_at_and_a_known_one_is_not()
    {
        var result = Load(
            ("Parley:Room:EmptySeconds", "3"),
            ("Parley:Completely:Else", "3"),
            ("Parley:Rooms:emptyseconds", "3"),
            ("Parley:Auth:ApiKeys:school", new string('x', 32)),
            ("Parley:Ice:Servers:0:Urls:0", "stun:x"));
        Assert.Empty(result.Problems);
        Assert.Equal(["Parley:Completely:Else", "Parley:Room:EmptySeconds"], result.Warnings.Select(warning => warning.Key).Order(StringComparer.Ordinal));
        Assert.Contains("Parley:Rooms:EmptySeconds", result.Warnings.Single(warning => warning.Key == "Parley:Room:EmptySeconds").Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(3), result.Options.Rooms.Empty);
    }

    [Fact]
    public void One_grace_period_stands_for_those_that_are_not_given()
    {
        var rooms = Load(("Parley:Rooms:GraceSeconds", "5"), ("Parley:Rooms:EmptySeconds", "90")).Options.Rooms;
        Assert.Equal((TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(5)), (rooms.Empty, rooms.Reconnect));
        Assert.Equal((60, 30, 45), ((int)Load().Options.Rooms.Empty.TotalSeconds, (int)Load().Options.Rooms.Reconnect.TotalSeconds, (int)Load().Options.Rooms.Invitation.TotalSeconds));
    }

    private static ConfigurationResult Load(params (string Key, string Value)[] settings) => ConfigurationLoader.Load(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build());

    // Not by the caller's file: a deterministic build writes that down under another root.
    private static string ProjectRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
                return directory.FullName;
        }

        throw new InvalidOperationException("Parley.slnx is in no parent directory of the tests.");
    }
}
