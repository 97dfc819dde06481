// What the sections of a description must keep of those before. RFC 3264 §8, RFC 9429 §5.8 and §5.9.
using System.Collections.Immutable;

namespace Parley.Media.Sdp.Negotiation;

internal static class SectionRules
{
    /// <summary>An offer keeps every section in its place; only a rejected one may become another.</summary>
    public static NegotiationError? CheckOffer(SessionDescription offer, ImmutableArray<NegotiatedSection> before)
    {
        if (offer.Sections.Length < before.Length)
            return new(NegotiationErrorCode.SectionsChanged, "The offer has fewer sections than the session.");
        for (var i = 0; i < before.Length; i++)
        {
            var (was, now) = (before[i], offer.Sections[i]);
            if (!was.IsRejected && !now.IsRejected && (was.Mid != now.Mid || was.Media != now.Media))
                return new(NegotiationErrorCode.SectionsChanged, $"Section {i} is not the one that it was before.");
        }

        return DuplicateMid(offer);
    }

    /// <summary>An answer has the offer's sections; what it accepts is bundled and multiplexed.</summary>
    public static NegotiationError? CheckAnswer(SessionDescription answer, ImmutableArray<NegotiatedSection> offered, BundleAgreement bundle)
    {
        if (answer.Sections.Length != offered.Length)
            return new(NegotiationErrorCode.SectionsChanged, $"The answer has {answer.Sections.Length} sections, the offer {offered.Length}.");
        for (var i = 0; i < offered.Length; i++)
        {
            var (ours, theirs) = (offered[i], answer.Sections[i]);
            if (ours.Media != theirs.Media)
                return new(NegotiationErrorCode.SectionsChanged, $"Section {i} is of another kind than it was offered as.");
            // What we rejected is rejected, whatever the peer writes there; Pion makes it inactive.
            if (ours.IsRejected || theirs.IsRejected)
                continue;
            if (theirs.Mid != ours.Mid)
                return new(NegotiationErrorCode.SectionsChanged, $"Section {i} is not the one that was offered.");
            if (!bundle.Contains(theirs))
                return new(NegotiationErrorCode.NotBundled, $"Section {i} is not in the BUNDLE group.");
            if (!bundle.Multiplexes(theirs))
                return new(NegotiationErrorCode.NotMultiplexed, $"Section {i} does not multiplex RTP and RTCP.");
        }

        return DuplicateMid(answer);
    }

    private static NegotiationError? DuplicateMid(SessionDescription description)
    {
        var mids = new HashSet<string>(StringComparer.Ordinal);
        return description.Sections.Any(section => !section.IsRejected && section.Mid is { } mid && !mids.Add(mid))
            ? new(NegotiationErrorCode.DuplicateMid, "Two sections have the same mid.")
            : null;
    }
}
