// What is read is written, and read again as the same.
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

public sealed class RoundTripTests
{
    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void A_capture_is_the_same_after_a_round(string name)
    {
        var first = Capture.Read(name);
        var text = first.ToString();
        var second = Exchange.Read(text);
        Assert.Equal(text, second.ToString());
        Assert.Equal(first.Sections.Length, second.Sections.Length);
        Assert.Equal(first.Origin, second.Origin);
        foreach (var (one, other) in first.Sections.Zip(second.Sections))
        {
            Assert.Equal((one.Media, one.Port, one.Protocol, one.Mid, one.Direction), (other.Media, other.Port, other.Protocol, other.Mid, other.Direction));
            Assert.Equal(one.Payloads.Select(codec => codec.ToString()), other.Payloads.Select(codec => codec.ToString()));
            Assert.Equal(one.Extensions, other.Extensions);
            Assert.Equal(one.Candidates, other.Candidates);
            Assert.Equal(one.Sources, other.Sources);
            Assert.Equal(one.Others, other.Others);
        }
    }

    [Theory]
    [MemberData(nameof(Capture.All), MemberType = typeof(Capture))]
    public void Every_line_that_means_something_to_us_is_still_there(string name)
    {
        // What stands for itself: neither folded into another line nor moved between session and section.
        string[] kept = ["m=", "a=mid:", "a=candidate:", "a=ice-", "a=setup:", "a=rtpmap:", "a=fmtp:", "a=extmap", "a=msid:", "a=rid:", "a=simulcast:", "a=ssrc-group:", "a=rtcp-mux", "a=rtcp-rsize", "a=group:", "a=bundle-only", "a=end-of"];
        static IEnumerable<string> Lines(string text, string[] kept) => text.Split('\n').Select(line => Normal(line.TrimEnd('\r', ' ')))
            .Where(line => Array.Exists(kept, start => line.StartsWith(start, StringComparison.Ordinal))).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var before = Capture.Text(name);
        Assert.Equal(Lines(before, kept), Lines(Exchange.Read(before).ToString(), kept));
    }

    /// <summary>The same line as we write it: protocols in lower case, one channel and what we know nothing of not said.</summary>
    private static string Normal(string line)
    {
        if (line.StartsWith("a=candidate:", StringComparison.Ordinal))
            return $"a={(IceCandidate.TryParse(line, out var candidate) ? candidate : null)}";
        line = line.StartsWith("a=rtpmap:", StringComparison.Ordinal) && line.EndsWith("/1", StringComparison.Ordinal) ? line[..^2] : line;
        return line;
    }
}
