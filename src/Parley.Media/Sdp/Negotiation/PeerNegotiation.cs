// Offer and answer with one peer, both ways, on one transport. RFC 9429 §3.2 and §5, RFC 3264, RFC 9143.
using System.Buffers.Binary;
using System.Collections.Immutable;
using Parley.Media.Dtls;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>
/// The negotiation with one peer. We are ICE-lite, bundle everything and multiplex RTP with RTCP; what does not fit is rejected section by
/// section, and a description that fits nothing leaves everything as it was. Not safe for use from several threads at a time.
/// </summary>
public sealed class PeerNegotiation
{
    private readonly NegotiationOptions _options;
    private readonly IMediaRandom _random;
    private readonly DescriptionComposer _composer;
    private readonly string _cname;
    private readonly ulong _sessionId;
    private readonly HashSet<uint> _ssrcs = [];
    private readonly List<OutgoingTrack> _tracks = [];
    private readonly List<IncomingSlot> _slots = [];
    private PayloadTypes _payloadTypes = new();
    private ExtensionAgreement _extensions;
    private ImmutableArray<NegotiatedSection> _sections = [];
    private ImmutableArray<string> _bundle = [];
    private NegotiatedTransport? _transport;
    private PendingOffer? _pending;
    private ulong _version;
    private int _filled;
    private bool _restart;

    /// <summary>Begins a negotiation.</summary>
    public PeerNegotiation(NegotiationOptions options, IMediaRandom random)
    {
        _options = options;
        _random = random;
        _extensions = new ExtensionAgreement(options.Capabilities);
        _cname = Word(24);
        _composer = new DescriptionComposer(options, _cname, Word(32));
        // Positive as a signed number, as RFC 9429 §5.2.1 asks for.
        _sessionId = Number() >> 2;
        LocalIce = IceCredentials.Create(random);
    }

    /// <summary>True while an offer of ours waits for its answer.</summary>
    public bool IsOfferPending => _pending is not null;

    /// <summary>Our ICE credentials; those of an offer that waits for its answer once there is one.</summary>
    public IceCredentials LocalIce { get => _pending?.Local ?? field; private set; }

    /// <summary>What the last exchange came to; null before the first.</summary>
    public NegotiatedSession? Session { get; private set; }

    /// <summary>Tracks that shall be sent.</summary>
    public IReadOnlyList<OutgoingTrack> Tracks => _tracks;

    /// <summary>True when something that we want can only come by an offer of ours: a track or slot without a section, or with one too many; ICE anew.</summary>
    public bool NeedsOffer =>
        _restart
        || _tracks.Exists(track => !Offered.Any(section => section.Track == track) && OfferSections.HasPlace(Offered, track.Kind))
        || _slots.Exists(slot => !Offered.Any(section => section.Slot == slot) && OfferSections.HasPlace(Offered, slot.Kind))
        || Offered.Any(static section => section.IsVacated);

    private ImmutableArray<NegotiatedSection> Offered => _pending?.Sections ?? _sections;

    /// <summary>The transport as it is when an exchange changes nothing of it.</summary>
    private NegotiatedTransport? Settled => _transport is null ? null : _transport with { IceRestarted = false };

    /// <summary>Wants to send a track: on the next offered section of its kind that has none, else on one of our own next offer.</summary>
    /// <exception cref="ArgumentException">The id is in use, or a name is not a token of SDP.</exception>
    public void AddTrack(OutgoingTrack track)
    {
        if (!SdpSyntax.IsToken(track.Id) || !SdpSyntax.IsToken(track.StreamId) || !IsGoodMid(track.Mid))
            throw new ArgumentException("The names of a track are tokens of SDP, and its mid has at most 16 characters.", nameof(track));
        if (_tracks.Exists(other => other.Id == track.Id))
            throw new ArgumentException($"There is a track {track.Id} already.", nameof(track));
        _tracks.Add(track);
    }

    /// <summary>Ends a track at once; its section is taken back in the next exchange. False when there is none of this id.</summary>
    public bool RemoveTrack(string id)
    {
        if (_tracks.RemoveAll(track => track.Id == id) == 0)
            return false;
        Vacate(section => section.Track?.Id == id ? section with { Track = null, IsVacated = true } : section);
        return true;
    }

    /// <summary>Wants to receive on a section of our own next offer.</summary>
    /// <exception cref="ArgumentException">The id is in use, or a name is not a token of SDP.</exception>
    public void AddSlot(IncomingSlot slot)
    {
        if (!IsGoodMid(slot.Mid) || !slot.Rids.All(static rid => SdpSyntax.IsRid(rid)))
            throw new ArgumentException("The mid of a slot is a token of at most 16 characters; names of layers are letters and digits.", nameof(slot));
        if (_slots.Exists(other => other.Id == slot.Id))
            throw new ArgumentException($"There is a slot {slot.Id} already.", nameof(slot));
        _slots.Add(slot);
    }

    /// <summary>Ends a slot at once; its section is taken back in the next exchange. False when there is none of this id.</summary>
    public bool RemoveSlot(string id)
    {
        if (_slots.RemoveAll(slot => slot.Id == id) == 0)
            return false;
        Vacate(section => section.Slot?.Id == id ? section with { Slot = null, IsVacated = true, HasLostSlot = true } : section);
        return true;
    }

    /// <summary>Lets the next offer restart ICE: new credentials, the same DTLS association and keys.</summary>
    public void RestartIce() => _restart = _transport is not null;

    /// <summary>Takes an offer and answers it.</summary>
    /// <returns>False with an error when it cannot be accepted as a whole; then nothing has changed. Sections that are rejected are no error.</returns>
    public bool TryAnswer(SessionDescription offer, out SessionDescription? answer, out NegotiationError? error)
    {
        answer = null;
        if (_pending is not null)
        {
            error = new(NegotiationErrorCode.WrongState, "An offer of ours waits for its answer: glare.");
            return false;
        }

        error = SectionRules.CheckOffer(offer, _sections);
        if (error is not null)
            return false;
        var bundle = new BundleAgreement(offer);
        var extensions = _extensions.Copy();
        var agreement = new SectionAgreement(_options, offer, bundle, extensions);
        ImmutableArray<NegotiatedSection> sections =
            [.. offer.Sections.Select((section, index) => agreement.WithOffer(section, index < _sections.Length ? _sections[index] : null).Cleared(inAnswer: true))];
        var transport = Settled;
        var withTlsId = false;
        if (sections.Any(static section => !section.IsRejected))
        {
            var (tagged, attributes) = bundle.Tagged(section => sections.Any(ours => !ours.IsRejected && ours.Mid == section.Mid));
            if (!TransportAgreement.TryRead(offer, tagged, attributes, isAnswer: false, _transport, LocalIce, out transport, out error))
                return false;
            withTlsId = attributes.TlsId is not null;
            // The peer's new credentials ask for new ones of ours (RFC 8839 §4.4.3.1.1).
            if (transport!.IceRestarted)
                transport = transport with { Local = IceCredentials.Create(_random) };
        }

        _bundle = [.. bundle.Mids];
        _extensions = extensions;
        Commit(Place(sections, offer), transport);
        _payloadTypes.Avoid(offer.Sections.SelectMany(static section => section.Payloads));
        answer = _composer.Compose(NextOrigin(), _sections, _bundle, LocalIce, transport?.Role ?? DtlsRole.Server, withTlsId);
        if (!bundle.IsOffered)
            answer = answer with { Groups = [] };
        return true;
    }

    /// <summary>Makes an offer of all that we want. Until its answer, or <see cref="Rollback"/>, no offer of the peer is taken.</summary>
    /// <exception cref="InvalidOperationException">An offer waits already, or there is no section to offer.</exception>
    public SessionDescription CreateOffer()
    {
        if (_pending is not null)
            throw new InvalidOperationException("An offer waits for its answer.");
        var (payloadTypes, extensions) = (_payloadTypes.Copy(), _extensions.Copy());
        var maker = new OfferSections(_options.Capabilities, payloadTypes, extensions, NewSsrc);
        var sections = maker.Make([.. _sections.Select(static section => section.Cleared(inAnswer: false))], _tracks, _slots);
        if (sections.IsEmpty)
            throw new InvalidOperationException("There is nothing to offer.");
        var local = _restart ? IceCredentials.Create(_random) : LocalIce;
        _pending = new PendingOffer(sections, local, payloadTypes, extensions, _restart);
        _restart = false;
        // The section that describes the transport stays the first for as long as it lives.
        var mids = _bundle.Concat(sections.Where(static section => !section.IsRejected).Select(static section => section.Mid!)).Distinct(StringComparer.Ordinal);
        return _composer.Compose(NextOrigin(), sections, mids, local, role: null, withTlsId: true);
    }

    /// <summary>Takes the answer to our offer.</summary>
    /// <returns>False with an error when it cannot be accepted; the offer still waits then.</returns>
    public bool TryAcceptAnswer(SessionDescription answer, out NegotiationError? error)
    {
        if (_pending is not { } pending)
        {
            error = new(NegotiationErrorCode.WrongState, "There is no offer that this would answer.");
            return false;
        }

        var bundle = new BundleAgreement(answer);
        error = SectionRules.CheckAnswer(answer, pending.Sections, bundle);
        if (error is not null)
            return false;
        var agreement = new SectionAgreement(_options, answer, bundle, pending.Extensions);
        ImmutableArray<NegotiatedSection> sections =
            [.. pending.Sections.Zip(answer.Sections).Select(pair => pair.First.IsRejected ? pair.First with { IsEstablished = true } : agreement.WithAnswer(pair.First, pair.Second))];
        var transport = Settled;
        if (sections.Any(static section => !section.IsRejected))
        {
            var (tagged, attributes) = bundle.Tagged(section => sections.Any(ours => !ours.IsRejected && ours.Mid == section.Mid));
            if (!TransportAgreement.TryRead(answer, tagged, attributes, isAnswer: true, _transport, pending.Local, out transport, out error))
                return false;
        }
        else
        {
            // Of a transport that carries nothing any more nothing was said either.
            _restart |= pending.RestartsIce;
        }

        _pending = null;
        // What a number meant in our offer it goes on to mean, taken or not.
        _payloadTypes = pending.PayloadTypes;
        _extensions = pending.Extensions;
        _bundle = [.. bundle.Mids];
        ForgetRefused(pending.Sections, sections);
        Commit(sections, transport);
        return true;
    }

    /// <summary>Takes our offer back, so that one of the peer can be answered. False when none waits.</summary>
    public bool Rollback()
    {
        if (_pending is not { } pending)
            return false;
        _pending = null;
        _restart |= pending.RestartsIce;
        return true;
    }

    /// <summary>Restarts ICE by a fragment, without offer and answer (RFC 9725 §4.3.2).</summary>
    /// <returns>False with an error when the fragment has no new credentials, or there is no transport.</returns>
    public bool TryRestartIce(IceFragment request, out IceFragment? answer, out NegotiationError? error)
    {
        answer = null;
        error = CheckFragment();
        if (error is null && (request.Credentials is not { } remote || remote.Ufrag == _transport!.Remote.Ufrag || remote.Password == _transport.Remote.Password))
            error = new(NegotiationErrorCode.WrongIceCredentials, "ICE is restarted by a new ice-ufrag and a new ice-pwd.");
        if (error is not null)
            return false;
        Commit(_sections, _transport! with
        {
            Local = IceCredentials.Create(_random),
            Remote = request.Credentials!,
            RemoteCandidates = TransportAgreement.Join([], request.Candidates),
            RemoteCandidatesComplete = request.EndOfCandidates,
            IceRestarted = true,
        });
        var live = _sections.Where(static section => !section.IsRejected).ToList();
        answer = new IceFragment
        {
            Ufrag = LocalIce.Ufrag,
            Password = LocalIce.Password,
            IceLite = true,
            IceOptions = DescriptionComposer.IceOptions,
            Mids = [.. live.Select(static section => section.Mid!)],
            Media = live.Count > 0 ? live[0].Media : "audio",
            Candidates = _options.Candidates,
            EndOfCandidates = true,
        };
        return true;
    }

    /// <summary>Takes more candidates of the peer.</summary>
    /// <returns>False with an error when the fragment is not of the peer's credentials in force, or there is no transport.</returns>
    public bool TryTrickle(IceFragment fragment, out NegotiationError? error)
    {
        error = CheckFragment();
        if (error is null && fragment.Ufrag is { } ufrag && ufrag != _transport!.Remote.Ufrag)
            error = new(NegotiationErrorCode.WrongIceCredentials, "The candidates are of other credentials than those in force.");
        if (error is not null)
            return false;
        Commit(_sections, _transport! with
        {
            RemoteCandidates = TransportAgreement.Join(_transport.RemoteCandidates, fragment.Candidates),
            RemoteCandidatesComplete = _transport.RemoteCandidatesComplete || fragment.EndOfCandidates,
            IceRestarted = false,
        });
        return true;
    }

    private NegotiationError? CheckFragment() => _transport is null
        ? new(NegotiationErrorCode.NoTransport, "There is no transport yet.")
        : _pending is not null ? new(NegotiationErrorCode.WrongState, "An offer of ours waits for its answer.") : null;

    /// <summary>Gives offered sections what we send on them, and settles their directions.</summary>
    private ImmutableArray<NegotiatedSection> Place(ImmutableArray<NegotiatedSection> sections, SessionDescription offer)
    {
        var placed = sections.Select(static section => section.Track).OfType<OutgoingTrack>().ToHashSet();
        var result = ImmutableArray.CreateBuilder<NegotiatedSection>(sections.Length);
        for (var i = 0; i < sections.Length; i++)
        {
            var (section, remote) = (sections[i], offer.Sections[i].Direction);
            if (section is { IsRejected: false, Track: null } && remote.Receives() && NextTrack(section, placed) is { } track)
            {
                placed.Add(track);
                section = section with { Track = track, Ssrc = NewSsrc(), RetransmissionSsrc = NewSsrc() };
            }

            var wanted = section.IsRejected ? MediaDirection.Inactive : MediaDirections.Of(section.Track is not null, section.WantsToReceive(_options.Receives));
            result.Add(section with { Wanted = wanted, Agreed = wanted & remote.Reversed() });
        }

        return result.MoveToImmutable();
    }

    private OutgoingTrack? NextTrack(NegotiatedSection section, HashSet<OutgoingTrack> placed)
    {
        var free = _tracks.Where(track => track.Kind == section.Kind && !placed.Contains(track)).ToList();
        var track = free.Find(track => track.Mid == section.Mid) ?? free.Find(static track => track.Mid is null);
        if (track is not null || !_options.FillsSections)
            return track;
        // Sound and picture of one rank make a stream, so that a player keeps them in step.
        var rank = placed.Count(other => other.Kind == section.Kind);
        while (_tracks.Exists(other => other.Id == $"slot-{_filled}"))
            _filled++;
        track = new OutgoingTrack($"slot-{_filled}", section.Kind) { StreamId = $"stream-{rank}", Mid = section.Mid };
        _tracks.Add(track);
        return track;
    }

    private void Vacate(Func<NegotiatedSection, NegotiatedSection> take)
    {
        _sections = [.. _sections.Select(take)];
        _pending = _pending is null ? null : _pending with { Sections = [.. _pending.Sections.Select(take)] };
        _transport = Settled;
        if (Session is not null)
            Session = TrackResults.Of(_sections, _transport, _cname, Session);
    }

    /// <summary>What the peer refused by rejecting its section is not offered again and again.</summary>
    private void ForgetRefused(ImmutableArray<NegotiatedSection> offered, ImmutableArray<NegotiatedSection> agreed)
    {
        foreach (var (before, after) in offered.Zip(agreed))
        {
            if (before.IsRejected || !after.IsRejected)
                continue;
            _tracks.RemoveAll(track => track == before.Track);
            _slots.RemoveAll(slot => slot == before.Slot);
        }
    }

    private void Commit(ImmutableArray<NegotiatedSection> sections, NegotiatedTransport? transport)
    {
        // Likewise of what the peer's own offer stopped.
        ForgetRefused([.. _sections.Take(sections.Length)], sections);
        foreach (var section in sections)
        {
            _payloadTypes.Keep(section.LocalCodecs);
            _payloadTypes.Avoid(section.RemoteCodecs);
        }

        _sections = sections;
        _transport = transport;
        LocalIce = transport?.Local ?? LocalIce;
        Session = TrackResults.Of(_sections, _transport, _cname, Session);
    }

    private SessionOrigin NextOrigin() => new(_sessionId, ++_version);

    private uint NewSsrc()
    {
        uint ssrc;
        do
        {
            ssrc = (uint)Number();
        }
        while (ssrc == 0 || !_ssrcs.Add(ssrc));
        return ssrc;
    }

    private ulong Number()
    {
        Span<byte> bytes = stackalloc byte[8];
        _random.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private string Word(int length)
    {
        var bytes = new byte[(length + 1) / 2];
        _random.Fill(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static bool IsGoodMid(string? mid) => mid is null || (mid.Length <= 16 && SdpSyntax.IsToken(mid));

    private sealed record PendingOffer(ImmutableArray<NegotiatedSection> Sections, IceCredentials Local, PayloadTypes PayloadTypes, ExtensionAgreement Extensions, bool RestartsIce);
}
