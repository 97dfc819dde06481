// Which header extensions are used, and under which ids. RFC 8285 §5 and §6.
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class ExtensionAgreementTests
{
    private const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
    private const string SendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    private const string Sequence = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    private const string Level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    private static readonly NegotiationOptions Filling = Exchange.Options with { FillsSections = true };

    [Fact]
    public void Directions_bind_each_way()
    {
        var (answer, session) = Exchange.Negotiation(Filling).Answered(Exchange.Offer(Exchange.Video(mid: "0", more: $"a=extmap:1/sendonly {SendTime}\na=extmap:2/recvonly {Sequence}\na=extmap:3/inactive urn:3gpp:video-orientation")));
        Assert.Equal([HeaderExtension.Mid, HeaderExtension.AbsoluteSendTime], session.Received.Single().Parameters.Extensions.Entries.Select(entry => entry.Extension));
        Assert.Equal([HeaderExtension.Mid, HeaderExtension.TransportSequence], session.Sent.Single().Parameters.Extensions.Entries.Select(entry => entry.Extension));
        var text = answer.ToString();
        Assert.Contains($"a=extmap:1/recvonly {SendTime}\r\n", text, StringComparison.Ordinal);
        Assert.Contains($"a=extmap:2/sendonly {Sequence}\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("video-orientation", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_extension_is_taken_for_the_kind_that_has_it()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer($"{Exchange.Audio(more: "a=extmap:5 urn:ietf:params:rtp-hdrext:toffset")}\n{Exchange.Video(more: $"a=extmap:6 {Level}")}"));
        Assert.All(session.Received, track => Assert.Equal([HeaderExtension.Mid], track.Parameters.Extensions.Entries.Select(entry => entry.Extension)));
    }

    [Fact]
    public void Two_byte_ids_need_the_consent_to_mix()
    {
        var section = Exchange.Video(mid: "0", more: $"a=extmap:15 urn:3gpp:video-orientation\na=extmap:20 {SendTime}");
        var (_, without) = Exchange.Negotiation().Answered(Exchange.Offer(section));
        Assert.Equal(0, without.Received.Single().Parameters.Extensions.IdOf(HeaderExtension.AbsoluteSendTime));
        var (answer, with) = Exchange.Negotiation().Answered(Exchange.Offer(section + "\na=extmap-allow-mixed"));
        Assert.Equal(20, with.Received.Single().Parameters.Extensions.IdOf(HeaderExtension.AbsoluteSendTime));
        // 15 is reserved in one-byte headers.
        Assert.Equal(0, with.Received.Single().Parameters.Extensions.IdOf(HeaderExtension.VideoOrientation));
        Assert.True(answer.MixedExtensions);
        Assert.True(with.Transport!.MixedExtensions && !without.Transport!.MixedExtensions);
    }

    [Fact]
    public void Mixing_that_only_one_section_offers_is_answered_there()
    {
        var (answer, session) = Exchange.Negotiation().Answered(Exchange.Offer($"{Exchange.Audio()}\n{Exchange.Video(more: "a=extmap-allow-mixed")}"));
        Assert.Equal([false, true], answer.Sections.Select(section => section.MixedExtensions));
        Assert.False(answer.MixedExtensions);
        Assert.False(session.Transport!.MixedExtensions);
    }

    [Fact]
    public void One_extension_under_two_ids_is_taken_once()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer(Exchange.Audio(more: $"a=extmap:7 {Mid}")));
        Assert.Equal([(4, HeaderExtension.Mid)], session.Received.Single().Parameters.Extensions.Entries.Select(entry => ((int)entry.Id, entry.Extension)));
    }

    [Fact]
    public void An_id_keeps_its_meaning_for_as_long_as_the_session_lives()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer(Exchange.Audio(more: "a=extmap:5 urn:unknown")));
        // The peer gives 5 to another extension later; we would have been free to do so in our own offer as well.
        var (_, session) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio()}\n{Exchange.Video(more: $"a=extmap:5 {SendTime}\na=extmap:6 {Sequence}")}"));
        Assert.Equal([HeaderExtension.Mid, HeaderExtension.TransportSequence], session.Received[1].Parameters.Extensions.Entries.Select(entry => entry.Extension));
        negotiation.AddTrack(Exchange.Track("v"));
        var offered = negotiation.Offered().Sections[2].Extensions;
        Assert.DoesNotContain(offered, mapping => mapping.Id == 5);
        Assert.Equal(4, offered.Single(mapping => mapping.Uri == Mid).Id);
        Assert.Equal(6, offered.Single(mapping => mapping.Uri == Sequence).Id);
        Assert.Equal(offered.Length, offered.Select(mapping => mapping.Id).Distinct().Count());
        Assert.DoesNotContain(offered, mapping => mapping.Id == 15);
    }

    [Fact]
    public void What_names_layers_is_offered_where_layers_may_come()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddTrack(Exchange.Track("v"));
        negotiation.AddSlot(new IncomingSlot("s", MediaKind.Video));
        var sections = negotiation.Offered().Sections;
        Assert.DoesNotContain(sections[0].Extensions, mapping => mapping.Uri.Contains("stream-id", StringComparison.Ordinal));
        Assert.Equal(2, sections[1].Extensions.Count(mapping => mapping.Uri.Contains("stream-id", StringComparison.Ordinal)));
    }

    [Fact]
    public void Names_are_known_both_ways()
    {
        foreach (var extension in Enum.GetValues<HeaderExtension>().Where(extension => extension != HeaderExtension.None))
            Assert.Equal(extension, HeaderExtensionUris.Find(HeaderExtensionUris.UriOf(extension)));
        Assert.Equal(HeaderExtension.None, HeaderExtensionUris.Find("urn:unknown"));
    }
}
