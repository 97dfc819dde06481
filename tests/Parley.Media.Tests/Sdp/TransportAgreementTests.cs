// ICE and DTLS between both descriptions. RFC 8839 §4.4, RFC 8842 §5.
using Parley.Media.Dtls;
using Parley.Media.Ice;
using Parley.Media.Rtp;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;

namespace Parley.Media.Tests.Sdp;

public sealed class TransportAgreementTests
{
    private const string OtherFingerprint = "sha-256 14:EE:FA:F8:A6:6F:39:0E:46:A8:F4:08:9D:54:02:35:C4:3C:73:FB:94:5D:03:96:71:BC:7F:0C:FD:7C:43:3A";

    [Theory]
    [InlineData("actpass", DtlsRole.Server, DtlsSetup.Passive)]
    [InlineData("active", DtlsRole.Server, DtlsSetup.Passive)]
    [InlineData("passive", DtlsRole.Client, DtlsSetup.Active)]
    public void An_offer_is_answered_as_server_unless_the_peer_is_it(string setup, DtlsRole role, DtlsSetup answered)
    {
        var (answer, session) = Exchange.Negotiation().Answered(Offer(setup));
        Assert.Equal(role, session.Transport!.Role);
        Assert.Equal(answered, answer.Sections[0].Transport.Setup);
    }

    [Fact]
    public void Who_says_nothing_of_its_role_is_the_client()
    {
        var (_, session) = Exchange.Negotiation().Answered(Exchange.Offer(Exchange.Audio(), transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("a=setup:actpass", "a=x", StringComparison.Ordinal)));
        Assert.Equal(DtlsRole.Server, session.Transport!.Role);
    }

    [Theory]
    [InlineData("active", DtlsRole.Server)]
    [InlineData("passive", DtlsRole.Client)]
    public void Our_offer_leaves_the_role_to_the_peer(string setup, DtlsRole role)
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        var offer = negotiation.Offered();
        Assert.Equal(DtlsSetup.ActivePassive, offer.Sections[0].Transport.Setup);
        Assert.Equal(role, negotiation.Accepted(Answer(setup)).Transport!.Role);
        // An association that exists keeps its roles, whoever offers next.
        var (answer, session) = negotiation.Answered(Offer("actpass"));
        Assert.Equal(role, session.Transport!.Role);
        Assert.Equal(role == DtlsRole.Server ? DtlsSetup.Passive : DtlsSetup.Active, answer.Sections[0].Transport.Setup);
        negotiation.AddTrack(Exchange.Track("a", MediaKind.Audio));
        Assert.Equal(DtlsSetup.ActivePassive, negotiation.Offered().Sections[0].Transport.Setup);
    }

    [Theory]
    [InlineData("actpass")]
    [InlineData("holdconn")]
    public void An_answer_that_leaves_the_role_open_is_refused(string setup)
    {
        var negotiation = Exchange.Negotiation();
        negotiation.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        negotiation.CreateOffer();
        Assert.False(negotiation.TryAcceptAnswer(Answer(setup), out var error));
        Assert.Equal(NegotiationErrorCode.DtlsRole, error!.Code);
        Assert.True(negotiation.IsOfferPending);
        Assert.Equal(DtlsRole.Server, negotiation.Accepted(Answer("active")).Transport!.Role);
    }

    [Fact]
    public void Both_ends_in_one_role_are_refused()
    {
        var server = Exchange.Negotiation();
        server.Answered(Offer("actpass"));
        Assert.Equal(NegotiationErrorCode.DtlsRole, server.RefusedOffer(Offer("passive")));
        var client = Exchange.Negotiation();
        client.Answered(Offer("passive"));
        Assert.Equal(NegotiationErrorCode.DtlsRole, client.RefusedOffer(Offer("active")));
        client.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        client.CreateOffer();
        Assert.False(client.TryAcceptAnswer(Answer("active", 2), out var error));
        Assert.Equal(NegotiationErrorCode.DtlsRole, error!.Code);
    }

    [Fact]
    public void Another_certificate_needs_another_peer()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Offer("actpass"));
        Assert.Equal(NegotiationErrorCode.NewDtlsAssociation, negotiation.RefusedOffer(Offer("actpass", OtherFingerprint)));
        Assert.Equal(Exchange.PeerFingerprint, negotiation.Session!.Transport!.Fingerprints.Single().ToString());
    }

    [Fact]
    public void Another_tls_id_needs_another_peer_and_ours_stays()
    {
        var negotiation = Exchange.Negotiation();
        var (answer, _) = negotiation.Answered(Offer("actpass\na=tls-id:abcdefghijklmnopqrstuvwxyz"));
        var ours = answer.Sections[0].Transport.TlsId;
        Assert.InRange(ours!.Length, 20, 255);
        var (again, _) = negotiation.Answered(Offer("actpass\na=tls-id:abcdefghijklmnopqrstuvwxyz"));
        Assert.Equal(ours, again.Sections[0].Transport.TlsId);
        Assert.Equal(NegotiationErrorCode.NewDtlsAssociation, negotiation.RefusedOffer(Offer("actpass\na=tls-id:zyxwvutsrqponmlkjihgfedcba")));
        negotiation.AddTrack(Exchange.Track("v"));
        Assert.Equal(ours, negotiation.Offered().Sections[0].Transport.TlsId);
    }

    [Fact]
    public void Of_several_fingerprints_the_strongest_counts()
    {
        var (sha384, sha512) = ("sha-384 " + string.Join(':', Enumerable.Repeat("CD", 48)), "sha-512 " + string.Join(':', Enumerable.Repeat("AB", 64)));
        var (_, session) = Exchange.Negotiation().Answered(
            Offer($"actpass\na=fingerprint:{sha384}\na=fingerprint:{sha512}\na=fingerprint:sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"));
        Assert.Equal([Exchange.PeerFingerprint, sha384, sha512], session.Transport!.Fingerprints.Select(fingerprint => fingerprint.ToString()));
        Assert.Equal(sha512, session.Transport.StrongestFingerprints.Single().ToString());
    }

    [Fact]
    public void Of_several_fingerprints_by_the_strongest_hash_all_count_and_eight_at_most()
    {
        string[] strong = [.. Enumerable.Range(1, 9).Select(static i => "sha-384 " + string.Join(':', Enumerable.Repeat($"C{i}", 48)))];
        var (_, session) = Exchange.Negotiation().Answered(Offer($"actpass\n{string.Join('\n', strong.Select(static value => $"a=fingerprint:{value}"))}"));
        Assert.Equal(8, session.Transport!.Fingerprints.Length);
        // Beside the one by SHA-256 that every offer here has.
        Assert.Equal(strong[..7], session.Transport.StrongestFingerprints.Select(static fingerprint => fingerprint.ToString()));
    }

    [Fact]
    public void A_fingerprint_by_a_broken_hash_alone_is_refused() => Assert.Equal(
        NegotiationErrorCode.NoFingerprint,
        Exchange.Negotiation().RefusedOffer(Offer("actpass", "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB")));

    [Fact]
    public void New_credentials_in_an_offer_restart_ICE_and_nothing_else()
    {
        var negotiation = Exchange.Negotiation();
        var (first, before) = negotiation.Answered(Capture.Read("chromium-reoffer-video-recycled"));
        Assert.False(before.Transport!.IceRestarted);
        var (second, same) = negotiation.Answered(Capture.Read("chromium-reoffer-video-recycled"));
        Assert.False(same.Transport!.IceRestarted);
        Assert.Equal(before.Transport.Local, same.Transport.Local);
        Assert.Equal(first.Origin.SessionId, second.Origin.SessionId);
        Assert.Equal(first.Origin.Version + 1, second.Origin.Version);

        var (answer, after) = negotiation.Answered(Capture.Read("chromium-reoffer-ice-restart"));
        Assert.True(after.Transport!.IceRestarted);
        Assert.Equal("j+AL", after.Transport.Remote.Ufrag);
        Assert.Empty(after.Transport.RemoteCandidates);
        Assert.NotEqual(before.Transport.Local.Ufrag, after.Transport.Local.Ufrag);
        Assert.NotEqual(before.Transport.Local.Password, after.Transport.Local.Password);
        Assert.Equal(after.Transport.Local, negotiation.LocalIce);
        Assert.Equal(after.Transport.Local.Ufrag, answer.Sections[0].Transport.Ufrag);
        Assert.Equal(before.Transport.Fingerprints, after.Transport.Fingerprints);
        Assert.Equal(before.Transport.Role, after.Transport.Role);
        // The media goes on as it is.
        Assert.Equal(before.Received.Length, after.Received.Length);
        Assert.All(before.Received.Zip(after.Received), pair => Assert.Same(pair.First, pair.Second));
    }

    [Fact]
    public void We_restart_ICE_by_our_own_offer()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.RestartIce();
        Assert.False(negotiation.NeedsOffer);
        negotiation.AddSlot(new IncomingSlot("mic", MediaKind.Audio));
        negotiation.CreateOffer();
        var before = negotiation.Accepted(Answer("active")).Transport!;
        negotiation.RestartIce();
        Assert.True(negotiation.NeedsOffer);

        var offer = negotiation.Offered();
        Assert.NotEqual(before.Local.Ufrag, offer.Sections[0].Transport.Ufrag);
        Assert.Equal(offer.Sections[0].Transport.Ufrag, negotiation.LocalIce.Ufrag);
        negotiation.Rollback();
        Assert.Equal(before.Local, negotiation.LocalIce);
        Assert.True(negotiation.NeedsOffer);

        offer = negotiation.Offered();
        var after = negotiation.Accepted(Answer("active", ufrag: "NEWU")).Transport!;
        Assert.True(after.IceRestarted);
        Assert.Equal(offer.Sections[0].Transport.Ufrag, after.Local.Ufrag);
        Assert.Equal("NEWU", after.Remote.Ufrag);
        Assert.False(negotiation.NeedsOffer);
    }

    [Fact]
    public void ICE_is_restarted_by_a_fragment()
    {
        var negotiation = Exchange.Negotiation();
        var fragment = new IceFragment { Ufrag = "NEWU", Password = "NEWP+7guAsNTkr6mwgkYBIOP" };
        Assert.False(negotiation.TryRestartIce(fragment, out _, out var error));
        Assert.Equal(NegotiationErrorCode.NoTransport, error!.Code);
        var (_, before) = negotiation.Answered(Exchange.Offer($"{Exchange.Audio()}\n{Exchange.Video()}"));

        Assert.True(negotiation.TryRestartIce(fragment with { Candidates = Exchange.Options.Candidates }, out var answer, out _));
        var transport = negotiation.Session!.Transport!;
        Assert.True(transport.IceRestarted);
        Assert.Equal(fragment.Credentials, transport.Remote);
        Assert.Equal(Exchange.Options.Candidates, transport.RemoteCandidates);
        Assert.NotEqual(before.Transport!.Local, transport.Local);
        Assert.Equal(transport.Local, answer!.Credentials);
        Assert.Equal(Exchange.Options.Candidates, answer.Candidates);
        Assert.True(answer is { IceLite: true, EndOfCandidates: true });
        Assert.Equal(["0", "1"], answer.Mids);
        Assert.Same(before.Received[0], negotiation.Session.Received[0]);

        Assert.False(negotiation.TryRestartIce(fragment, out _, out error));
        Assert.Equal(NegotiationErrorCode.WrongIceCredentials, error!.Code);
        Assert.False(negotiation.TryRestartIce(new IceFragment(), out _, out error));
        Assert.Equal(NegotiationErrorCode.WrongIceCredentials, error!.Code);
    }

    [Fact]
    public void Candidates_trickle_in_for_the_credentials_in_force()
    {
        var negotiation = Exchange.Negotiation();
        Assert.False(negotiation.TryTrickle(new IceFragment(), out var error));
        Assert.Equal(NegotiationErrorCode.NoTransport, error!.Code);
        negotiation.Answered(Exchange.Offer(Exchange.Audio()));
        Assert.True(IceCandidate.TryParse("candidate:1 1 udp 1 192.0.2.9 5000 typ host", out var candidate));
        var fragment = new IceFragment { Ufrag = "8DNN", Candidates = [candidate!] };

        Assert.True(negotiation.TryTrickle(fragment, out _));
        Assert.True(negotiation.TryTrickle(fragment with { Ufrag = null, EndOfCandidates = true }, out _));
        Assert.Equal([candidate!], negotiation.Session!.Transport!.RemoteCandidates);
        Assert.True(negotiation.Session.Transport.RemoteCandidatesComplete);

        Assert.False(negotiation.TryTrickle(fragment with { Ufrag = "OTHER" }, out error));
        Assert.Equal(NegotiationErrorCode.WrongIceCredentials, error!.Code);
        // An offer with the same credentials knows of candidates that came meanwhile, or not.
        var (_, session) = negotiation.Answered(Exchange.Offer(Exchange.Audio(more: "a=candidate:2 1 udp 1 192.0.2.10 5000 typ host")));
        Assert.Equal(2, session.Transport!.RemoteCandidates.Length);
    }

    [Fact]
    public void However_many_candidates_trickle_in_only_so_many_are_kept()
    {
        var negotiation = Exchange.Negotiation();
        negotiation.Answered(Exchange.Offer(Exchange.Audio()));
        for (var i = 0; i < 300; i++)
        {
            Assert.True(IceCandidate.TryParse($"candidate:1 1 udp 1 192.0.2.9 {5000 + i} typ host", out var candidate));
            Assert.True(negotiation.TryTrickle(new IceFragment { Candidates = [candidate!] }, out _));
        }

        Assert.Equal(SdpLimits.MaxCandidates, negotiation.Session!.Transport!.RemoteCandidates.Length);
    }

    private static SessionDescription Offer(string setup, string fingerprint = Exchange.PeerFingerprint) => Exchange.Offer(
        Exchange.Audio(), transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("setup:actpass", "setup:" + setup, StringComparison.Ordinal).Replace(Exchange.PeerFingerprint, fingerprint, StringComparison.Ordinal));

    private static SessionDescription Answer(string setup, int sections = 1, string ufrag = "8DNN") => Exchange.Offer(
        string.Join('\n', Enumerable.Range(0, sections).Select(mid => Exchange.Audio($"{mid}", "sendonly").Replace("111", "96", StringComparison.Ordinal))),
        transport: Exchange.PeerTransport.ReplaceLineEndings("\n").Replace("setup:actpass", "setup:" + setup, StringComparison.Ordinal).Replace("8DNN", ufrag, StringComparison.Ordinal));
}
