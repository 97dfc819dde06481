// Candidates one by one. RFC 8839 §5.1, RFC 6544, and what browsers add.
using System.Net;
using Parley.Media.Sdp;

namespace Parley.Media.Tests.Sdp;

public sealed class IceCandidateTests
{
    [Theory]
    [InlineData("candidate:1 1 udp 2130706431 198.51.100.1 7882 typ host")]
    [InlineData("candidate:1 1 udp 2130706431 2001:db8::1 7882 typ host")]
    [InlineData("candidate:4 2 udp 1686052607 203.0.113.20 54400 typ srflx raddr 192.168.1.5 rport 54401")]
    [InlineData("candidate:5 1 udp 41885439 203.0.113.9 3478 typ relay raddr 203.0.113.20 rport 54400")]
    [InlineData("candidate:6 1 udp 1845501695 203.0.113.7 6000 typ prflx raddr 0.0.0.0 rport 0 ufrag abcd")]
    [InlineData("candidate:7 1 tcp 1518280447 198.51.100.1 9 typ host tcptype active")]
    [InlineData("candidate:7 1 tcp 1518280447 198.51.100.1 7882 typ host tcptype passive")]
    [InlineData("candidate:7 1 tcp 1518280447 198.51.100.1 7882 typ host tcptype so")]
    [InlineData("candidate:2441916349 1 udp 2113937151 c39a1983-c69f-43dd-ac2b-e5fd391929fd.local 60192 typ host")]
    public void What_is_written_is_read_as_the_same(string text)
    {
        Assert.True(IceCandidate.TryParse(text, out var candidate));
        Assert.Equal(text, candidate!.ToString());
        Assert.True(IceCandidate.TryParse("a=" + text + "\r\n", out var line));
        Assert.True(IceCandidate.TryParse(text.AsSpan("candidate:".Length), out var value));
        Assert.Equal(candidate, line);
        Assert.Equal(candidate, value);
    }

    [Fact]
    public void Extensions_of_browsers_are_passed_over()
    {
        Assert.True(IceCandidate.TryParse("candidate:1 1 UDP 2122194687 192.0.2.2 52957 TYP HOST generation 0 ufrag 8DNN network-id 1 network-cost 999 odd", out var candidate));
        Assert.Equal("candidate:1 1 udp 2122194687 192.0.2.2 52957 typ host ufrag 8DNN", candidate!.ToString());
        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 52957), candidate.EndPoint);
    }

    [Theory]
    [InlineData("c39a1983-c69f-43dd-ac2b-e5fd391929fd.local")]
    [InlineData("example.org")]
    [InlineData("1")]
    [InlineData("0x7f000001")]
    [InlineData("127.1")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("[::1]")]
    [InlineData("[::1]:80")]
    [InlineData("::g")]
    public void A_name_has_no_address_and_is_not_resolved(string address)
    {
        Assert.True(IceCandidate.TryParse($"candidate:1 1 udp 1 {address} 9 typ host", out var candidate));
        Assert.Equal(address, candidate!.Address);
        Assert.Null(candidate.EndPoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("candidate:")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 kind host")]
    [InlineData("candidate:1 1 sctp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 9 typ token")]
    [InlineData("candidate:1 0 udp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 257 udp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 4294967296 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp -1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 65536 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4 +9 typ host")]
    [InlineData("candidate:1 1 udp 1 1.2.3.4\u0007 9 typ host")]
    [InlineData("candidate:1 1 tcp 1 1.2.3.4 9 typ host")]
    [InlineData("candidate:1 1 tcp 1 1.2.3.4 9 typ host tcptype odd")]
    public void What_is_none_is_refused(string text) => Assert.False(IceCandidate.TryParse(text, out _));

    [Fact]
    public void Host_candidates_are_ranked_udp_first_and_in_the_order_given()
    {
        var candidates = HostCandidates.Of(
            [IPEndPoint.Parse("192.168.1.2:7882"), IPEndPoint.Parse("[2001:db8::1]:7882")], [IPEndPoint.Parse("192.168.1.2:7882"), IPEndPoint.Parse("[2001:db8::1]:7882")]);
        Assert.Equal(
            [
                "candidate:1 1 udp 2130706431 192.168.1.2 7882 typ host",
                "candidate:2 1 udp 2130706175 2001:db8::1 7882 typ host",
                "candidate:3 1 tcp 1520435199 192.168.1.2 7882 typ host tcptype passive",
                "candidate:4 1 tcp 1520434943 2001:db8::1 7882 typ host tcptype passive",
            ],
            candidates.Select(candidate => candidate.ToString()));
    }
}
