// Layers of one track: by rid (RFC 8853), and by announced sources (RFC 5576) from the time before.
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class SimulcastNegotiationTests
{
    private const string RidExtensions = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\na=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    [Fact]
    public void Layers_are_received_in_the_order_of_the_offer()
    {
        var (answer, parameters) = Answered("a=rid:f send\na=rid:q send\na=rid:h send\na=simulcast:send q;h;f");
        Assert.Equal(["q", "h", "f"], parameters.Rids);
        Assert.Contains("a=rid:q recv\r\na=rid:h recv\r\na=rid:f recv\r\na=simulcast:recv q;h;f\r\n", answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_alternatives_the_first_that_is_possible_is_taken_and_nothing_is_paused()
    {
        var (answer, parameters) = Answered("a=rid:a send pt=111\na=rid:b send pt=111,96;max-width=640\na=rid:c send\na=simulcast:send a,b;~c");
        Assert.Equal(["b", "c"], parameters.Rids);
        Assert.Contains("a=rid:b recv pt=96;max-width=640\r\n", answer.ToString(), StringComparison.Ordinal);
        Assert.Contains("a=simulcast:recv b;c\r\n", answer.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a=simulcast:send q;h")] // no rids
    [InlineData("a=rid:q send\na=rid:h send")] // no simulcast
    [InlineData("a=rid:q recv\na=rid:h recv\na=simulcast:recv q;h")] // the other direction
    [InlineData("a=rid:q send strange=1\na=simulcast:send q")] // a restriction that may mean something to us
    [InlineData("a=rid:q send\na=simulcast:send q;;h")] // not well formed
    public void What_is_no_simulcast_is_one_layer(string lines)
    {
        var (answer, parameters) = Answered(lines);
        Assert.Empty(parameters.Rids);
        Assert.Null(answer.Sections[0].Simulcast);
        Assert.Empty(answer.Sections[0].Rids);
    }

    [Fact]
    public void Without_the_header_extension_layers_cannot_be_told_apart()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(Exchange.Video("0", "sendonly", "a=rid:q send\na=rid:h send\na=simulcast:send q;h")));
        Assert.Empty(session.Received.Single().Parameters.Rids);
        Assert.Null(answer.Sections[0].Simulcast);
    }

    [Fact]
    public void Only_so_many_layers_are_taken()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 8).Select(number => $"a=rid:r{number} send")) + "\na=simulcast:send r0;r1;r1;r2;r3;r4;r5;r6;r7";
        var (_, parameters) = Answered(lines);
        Assert.Equal(["r0", "r1", "r2", "r3"], parameters.Rids);
    }

    [Fact]
    public void Layers_stay_in_our_own_offer()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer(Section("a=rid:q send\na=rid:h send\na=simulcast:send q;h")));
        negotiation.AddTrack(Exchange.Track("v"));
        Assert.Contains("a=simulcast:recv q;h\r\n", negotiation.Offered().ToString(), StringComparison.Ordinal);
        var answer = Exchange.Offer(
            $"{Section("a=rid:h send\na=simulcast:send h")}\n{Exchange.Video("1", "recvonly")}", transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("actpass", "active", StringComparison.Ordinal));
        Assert.Equal(["h"], negotiation.Accepted(answer).Received.Single().Parameters.Rids);
    }

    [Fact]
    public void A_layer_that_we_did_not_ask_for_is_not_taken()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddSlot(new IncomingSlot("cam", MediaKind.Video) { Rids = ["lo", "hi"] });
        var extensions = negotiation.Offered().Sections[0].Extensions;
        var lines = string.Join('\n', extensions.Select(mapping => $"a=extmap:{mapping.Id} {mapping.Uri}"));
        var section = Exchange.Video("0", "sendonly").Replace("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid", lines, StringComparison.Ordinal) + "\na=rid:lo send\na=rid:other send\na=simulcast:send lo;other";
        var session = negotiation.Accepted(Exchange.Offer(section, transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("actpass", "active", StringComparison.Ordinal)));
        Assert.Equal(["lo"], session.Received.Single().Parameters.Rids);
    }

    [Fact]
    public void Announced_layers_are_in_the_order_of_their_group_each_with_its_retransmissions()
    {
        var (_, parameters) = Answered(
            "a=ssrc-group:FID 10 11\na=ssrc-group:FID 20 21\na=ssrc-group:FID 30 31\na=ssrc-group:SIM 30 20 10\na=ssrc-group:FEC-FR 30 40\n"
            + string.Join('\n', new[] { 10, 11, 20, 21, 30, 31, 40 }.Select(ssrc => $"a=ssrc:{ssrc} cname:x")));
        Assert.Equal([new(30, 31), new(20, 21), new AnnouncedEncoding(10, 11)], parameters.Encodings);
    }

    [Fact]
    public void A_source_belongs_to_the_first_section_that_announces_it()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer($"{Exchange.Video("0", more: "a=ssrc:5 cname:x")}\n{Exchange.Video("1", more: "a=ssrc:5 cname:x\na=ssrc:6 cname:x")}"));
        Assert.Equal([[5u], [6u]], session.Received.Select(track => track.Parameters.Encodings.Select(encoding => encoding.Ssrc)));
    }

    [Fact]
    public void However_many_sources_are_announced_only_so_many_are_kept()
    {
        var (_, parameters) = Answered(string.Join('\n', Enumerable.Range(1, 200).Select(ssrc => $"a=ssrc:{ssrc} cname:x")));
        Assert.Equal(16, parameters.Encodings.Length);
    }

    private static string Section(string lines) => Exchange.Video("0", "sendonly", $"{RidExtensions}\n{lines}");

    private static (SessionDescription Answer, ReceiveParameters Parameters) Answered(string lines)
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer(Section(lines)));
        return (answer, session.Received.Single().Parameters);
    }
}
