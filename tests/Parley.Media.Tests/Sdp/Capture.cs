// The descriptions under Captures/, by the names of their files.
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

internal static class Capture
{
    public static IEnumerable<string> Names => typeof(Capture).Assembly.GetManifestResourceNames().Where(static name => !name.Contains('.')).Order(StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Names];

    public static TheoryData<string> Offers => [.. Names.Where(static name => name.Contains("-offer-", StringComparison.Ordinal) && !name.Contains("-to-our-", StringComparison.Ordinal) || name == "safari-shaped-offer")];

    public static string Text(string name)
    {
        using var stream = typeof(Capture).Assembly.GetManifestResourceStream(name) ?? throw new ArgumentException($"There is no capture {name}.", nameof(name));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static SessionDescription Read(string name) => Exchange.Read(Text(name));
}
