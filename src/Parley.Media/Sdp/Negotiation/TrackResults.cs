// From sections to what the engine is given; what is like before stays the same instance, so that a change is seen by reference.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal static class TrackResults
{
    public static NegotiatedSession Of(
        ImmutableArray<NegotiatedSection> sections, NegotiatedTransport? transport, string cname, NegotiatedSession? before)
    {
        var live = sections.Where(static section => section is { IsRejected: false, IsEstablished: true }).ToList();
        var received = live.Where(static section => section.Agreed.Receives() && section.WantsToReceive(receives: true)).Select(Received);
        var sent = live.Where(static section => section.Track is not null && !section.RemoteCodecs.IsEmpty).Select(section => Sent(section, cname));
        return new NegotiatedSession
        {
            Transport = transport is null ? null : transport with
            {
                Extensions = new HeaderExtensionMap(live.SelectMany(static section => section.Extensions)
                    .Select(static mapping => (mapping.Id, HeaderExtensionUris.Find(mapping.Uri)))),
                MixedExtensions = live.Count > 0 && live.TrueForAll(static section => section.MixedExtensions),
            },
            Received = [.. received.Select(track => before?.Received.FirstOrDefault(former => IsSame(former, track)) ?? track)],
            Sent = [.. sent.Select(track => before?.Sent.FirstOrDefault(former => IsSame(former, track)) ?? track)],
            Rejected = [.. sections.Select(static (section, index) => new RejectedSection(index, section.Mid, section.Rejection)).Where(static section => section.Reason != SectionRejection.None)],
        };
    }

    private static ReceivedTrack Received(NegotiatedSection section) => new(
        new ReceiveParameters
        {
            Mid = section.Mid!,
            Kind = section.Kind,
            Codecs = section.LocalCodecs,
            Extensions = section.ExtensionsOf(MediaDirection.ReceiveOnly),
            Rids = [.. section.Rids.Select(static rid => rid.Id)],
            Encodings = section.Encodings,
            ReducedSizeRtcp = section.ReducedSizeRtcp,
        },
        section.RemoteMsid,
        section.Slot?.Id);

    private static SentTrack Sent(NegotiatedSection section, string cname) => new(
        section.Track!,
        new SendParameters
        {
            Mid = section.Mid!,
            Kind = section.Kind,
            Codecs = section.RemoteCodecs,
            Extensions = section.ExtensionsOf(MediaDirection.SendOnly),
            Ssrc = section.Ssrc,
            RetransmissionSsrc = section.HasRetransmission ? section.RetransmissionSsrc : null,
            Cname = cname,
            ReducedSizeRtcp = section.ReducedSizeRtcp,
        },
        section.Agreed.Sends());

    private static bool IsSame(ReceivedTrack one, ReceivedTrack other)
    {
        var (a, b) = (one.Parameters, other.Parameters);
        return one.Msid == other.Msid && one.SlotId == other.SlotId && a.Mid == b.Mid && a.Kind == b.Kind && a.ReducedSizeRtcp == b.ReducedSizeRtcp
            && AreSame(a.Codecs, b.Codecs) && a.Extensions.Entries.SequenceEqual(b.Extensions.Entries)
            && a.Rids.SequenceEqual(b.Rids) && a.Encodings.SequenceEqual(b.Encodings);
    }

    private static bool IsSame(SentTrack one, SentTrack other)
    {
        var (a, b) = (one.Parameters, other.Parameters);
        return one.Track == other.Track && one.IsActive == other.IsActive && a.Mid == b.Mid && a.Kind == b.Kind && a.Ssrc == b.Ssrc
            && a.RetransmissionSsrc == b.RetransmissionSsrc && a.ReducedSizeRtcp == b.ReducedSizeRtcp
            && AreSame(a.Codecs, b.Codecs) && a.Extensions.Entries.SequenceEqual(b.Extensions.Entries);
    }

    private static bool AreSame(ImmutableArray<CodecParameters> one, ImmutableArray<CodecParameters> other) =>
        one.Length == other.Length && one.Zip(other).All(static pair =>
            pair.First with { Feedback = [] } == pair.Second with { Feedback = [] } && pair.First.Feedback.SequenceEqual(pair.Second.Feedback));
}
