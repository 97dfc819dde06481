// Two ends that exchange offers and answers at random must always see the same session. A failing seed is in the test's name.
using Parley.Media.Dtls;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class NegotiationPropertyTests
{
    // A few codecs, so that long sessions stay quick: some with retransmissions, one with two modes.
    private static readonly MediaCapabilities Capabilities = MediaCapabilities.Default with
    {
        Codecs = [.. MediaCapabilities.Default.Codecs.Where(codec => codec.Name is "opus" or "red" or "VP8" || codec.Format?.Contains("42e01f", StringComparison.Ordinal) == true)],
    };

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Both_ends_see_the_same_session_whatever_they_do(int seed)
    {
        var random = new Random(seed);
        var ends = new End[] { new(seed, random), new(seed + 1000, random) };
        for (var step = 0; step < 30; step++)
        {
            var (one, other) = random.Next(2) == 0 ? (ends[0], ends[1]) : (ends[1], ends[0]);
            one.Change(random);
            if (random.Next(3) == 0)
                other.Change(random);
            if (!one.Negotiation.NeedsOffer && one.Negotiation.Session is null)
                continue;
            if (random.Next(8) == 0 && one.Negotiation.Session?.Transport is not null)
                one.RestartIce();
            Exchange(one, other, random);
            var isLive = one.Negotiation.Session!.Rejected.Length < one.Sections;
            Assert.Equal(isLive && one.Restarts, one.Negotiation.Session.Transport?.IceRestarted == true);
            one.Restarts &= !isLive;
            AssertAgreed(one, other);
        }
    }

    private static void Exchange(End one, End other, Random random)
    {
        var offer = one.Offer();
        if (random.Next(6) == 0 && other.Negotiation.NeedsOffer)
        {
            // Glare: whoever is polite gives way, and offers again when the other's turn is over.
            other.Negotiation.CreateOffer();
            Assert.False(other.Negotiation.TryAnswer(offer, out _, out _));
            Assert.True(other.Negotiation.Rollback());
        }

        var (answer, _) = other.Negotiation.Answered(offer);
        if (random.Next(6) == 0)
            one.Change(random, keepSlots: true);
        one.Negotiation.Accepted(RenegotiationTests.Plain(answer));
        Assert.Equal(offer.Sections.Length, answer.Sections.Length);
        Assert.True(answer.ToString().Length < SdpLimits.MaxLength);
    }

    private static void AssertAgreed(End one, End other)
    {
        var (ours, theirs) = (one.Negotiation.Session!, other.Negotiation.Session!);
        AssertFlows(ours, theirs);
        AssertFlows(theirs, ours);
        one.Remember();
        other.Remember();
        if (ours.Transport is null || theirs.Transport is null)
            return;
        Assert.Equal(ours.Transport.Local, theirs.Transport.Remote);
        Assert.Equal(ours.Transport.Remote, theirs.Transport.Local);
        Assert.NotEqual(ours.Transport.Role, theirs.Transport.Role);
        Assert.Equal(ours.Transport.Extensions.Entries.OrderBy(entry => entry.Id), theirs.Transport.Extensions.Entries.OrderBy(entry => entry.Id));
    }

    /// <summary>Every track that one sends the other receives, as the same.</summary>
    private static void AssertFlows(NegotiatedSession sender, NegotiatedSession receiver)
    {
        var sent = sender.Sent.Where(track => track.IsActive).ToDictionary(track => track.Parameters.Mid, StringComparer.Ordinal);
        // A track that was taken back while the answer was under way is still expected by the other end.
        Assert.Subset(receiver.Received.Select(track => track.Parameters.Mid).ToHashSet(StringComparer.Ordinal), sent.Keys.ToHashSet(StringComparer.Ordinal));
        foreach (var received in receiver.Received.Where(track => sent.ContainsKey(track.Parameters.Mid)))
        {
            var (track, parameters) = (sent[received.Parameters.Mid].Track, sent[received.Parameters.Mid].Parameters);
            Assert.Equal(track.Kind, received.Parameters.Kind);
            Assert.Equal(new StreamIdentification(track.StreamId, track.Id), received.Msid);
            Assert.Equal(parameters.Codecs.Select(codec => (codec.PayloadType, codec.Name, codec.RetransmissionPayloadType)), received.Parameters.Codecs.Select(codec => (codec.PayloadType, codec.Name, codec.RetransmissionPayloadType)));
            Assert.Equal(parameters.Extensions.Entries.OrderBy(entry => entry.Id), received.Parameters.Extensions.Entries.OrderBy(entry => entry.Id));
            Assert.Equal([new AnnouncedEncoding(parameters.Ssrc, parameters.RetransmissionSsrc)], received.Parameters.Encodings);
        }
    }

    private sealed class End(int seed, Random random)
    {
        private readonly Dictionary<uint, OutgoingTrack> _owners = [];
        private int _named;

        public PeerNegotiation Negotiation { get; } = Sdp.Exchange.Negotiation(Sdp.Exchange.Options with { Capabilities = Capabilities, FillsSections = random.Next(4) == 0, Receives = random.Next(6) != 0 }, seed);

        public int Sections { get; private set; }

        /// <summary>True until an exchange about a transport has restarted ICE.</summary>
        public bool Restarts { get; set; }

        private List<string> Slots { get; } = [];

        public void RestartIce()
        {
            Negotiation.RestartIce();
            Restarts = true;
        }

        public SessionDescription Offer()
        {
            var offer = RenegotiationTests.Plain(Negotiation.Offered());
            Assert.InRange(offer.Sections.Length, Sections, SdpLimits.MaxSections);
            Sections = offer.Sections.Length;
            return offer;
        }

        public void Change(Random random, bool keepSlots = false)
        {
            var kind = random.Next(2) == 0 ? MediaKind.Audio : MediaKind.Video;
            switch (random.Next(5))
            {
                case 0 when Negotiation.Tracks.Count > 0:
                    Negotiation.RemoveTrack(Negotiation.Tracks[random.Next(Negotiation.Tracks.Count)].Id);
                    break;
                case 1 when Slots.Count > 0 && !keepSlots:
                    var slot = Slots[random.Next(Slots.Count)];
                    Slots.Remove(slot);
                    Negotiation.RemoveSlot(slot);
                    break;
                case 2 or 3:
                    Negotiation.AddTrack(new OutgoingTrack($"{seed}-{_named++}", kind) { StreamId = $"stream{random.Next(3)}" });
                    break;
                default:
                    Slots.Add($"slot{_named}");
                    Negotiation.AddSlot(new IncomingSlot($"slot{_named++}", kind));
                    break;
            }
        }

        /// <summary>No number is ever used for two tracks: that would be one key stream for both.</summary>
        public void Remember()
        {
            foreach (var sent in Negotiation.Session!.Sent)
            {
                foreach (var ssrc in new[] { sent.Parameters.Ssrc, sent.Parameters.RetransmissionSsrc ?? sent.Parameters.Ssrc })
                    Assert.Same(sent.Track, _owners.GetValueOrDefault(ssrc) ?? (_owners[ssrc] = sent.Track));
            }
        }
    }
}
