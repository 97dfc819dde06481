// Fragments for trickling and restarting. RFC 8840 §9, RFC 9725 §4.3.
using Parley.Media.Ice;
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

public sealed class IceFragmentTests
{
    [Fact]
    public void The_example_of_RFC_9725_is_read()
    {
        var fragment = Read(
            """
            a=group:BUNDLE 0 1
            m=audio 9 UDP/TLS/RTP/SAVPF 111
            a=mid:0
            a=ice-ufrag:EsAw
            a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
            a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
            a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2
            a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0 ufrag EsAw network-id 1
            a=end-of-candidates
            """);
        Assert.Equal(new IceCredentials("EsAw", "P2uYro0UCOQ4zxjKXaWCBui1"), fragment.Credentials);
        Assert.Equal(["0", "1"], fragment.Mids);
        Assert.Equal(3, fragment.Candidates.Length);
        Assert.True(fragment.EndOfCandidates);
    }

    [Fact]
    public void Credentials_may_stand_before_any_section()
    {
        var fragment = Read("a=ice-ufrag:EsAw\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\nm=audio 9 RTP/AVP 0\na=mid:0\na=candidate:1 1 UDP 1 192.0.2.1 61764 typ host");
        Assert.Equal("EsAw", fragment.Ufrag);
        Assert.Equal(["0"], fragment.Mids);
        Assert.Single(fragment.Candidates);
        Assert.False(fragment.EndOfCandidates);
    }

    [Fact]
    public void A_fragment_may_be_attributes_alone()
    {
        var fragment = Read("a=candidate:1 1 udp 1 192.0.2.1 61764 typ host\na=end-of-candidates");
        Assert.Null(fragment.Credentials);
        Assert.Single(fragment.Candidates);
        Assert.True(fragment.EndOfCandidates);
        Assert.Empty(fragment.Mids);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var written = new IceFragment
        {
            Ufrag = "289b31b754eaa438",
            Password = "0b66f472495ef0ccac7bda653ab6be49ea13114472a5d10a",
            IceLite = true,
            IceOptions = ["trickle", "ice2"],
            Mids = ["0", "1"],
            Candidates = Exchange.Options.Candidates,
            EndOfCandidates = true,
        };
        Assert.Equal(
            """
            a=ice-lite
            a=ice-options:trickle ice2
            a=group:BUNDLE 0 1
            m=audio 9 UDP/TLS/RTP/SAVPF 0
            a=mid:0
            a=ice-ufrag:289b31b754eaa438
            a=ice-pwd:0b66f472495ef0ccac7bda653ab6be49ea13114472a5d10a
            a=candidate:1 1 udp 2130706431 198.51.100.1 7882 typ host
            a=candidate:2 1 udp 2130706175 2001:db8::1 7882 typ host
            a=candidate:3 1 tcp 1520435199 198.51.100.1 7882 typ host tcptype passive
            a=end-of-candidates

            """.ReplaceLineEndings("\r\n"),
            written.ToString());
        var read = Read(written.ToString());
        Assert.Equal(written.ToString(), read.ToString());
    }

    [Theory]
    [InlineData("a=ice-pwd:short")]
    [InlineData("candidate")]
    [InlineData("m=audio")]
    public void What_is_none_is_refused(string text)
    {
        Assert.False(IceFragment.TryParse(text, out var fragment, out var error));
        Assert.Null(fragment);
        Assert.NotNull(error);
    }

    private static IceFragment Read(string text)
    {
        Assert.True(IceFragment.TryParse(text, out var fragment, out var error), error?.ToString());
        return fragment!;
    }
}
