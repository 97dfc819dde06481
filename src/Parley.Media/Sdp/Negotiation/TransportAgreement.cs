// What the peer's ICE and DTLS attributes come to, held against what was before. RFC 8839 §4.4, RFC 8842 §5, RFC 9429 §5.10.
using System.Collections.Immutable;
using Parley.Media.Dtls;
using Parley.Media.Ice;

namespace Parley.Media.Sdp.Negotiation;

internal static class TransportAgreement
{
    /// <summary>Reads the remote transport. <see cref="NegotiatedTransport.Local"/> is left as <paramref name="local"/>.</summary>
    public static bool TryRead(
        SessionDescription remote, MediaDescription tagged, TransportDescription attributes, bool isAnswer,
        NegotiatedTransport? before, IceCredentials local, out NegotiatedTransport? transport, out NegotiationError? error)
    {
        transport = null;
        error = null;
        if (attributes.Ufrag is not { } ufrag || attributes.Password is not { } password)
            error = new(NegotiationErrorCode.NoIceCredentials, "The description has no ice-ufrag and ice-pwd for its transport.");
        else if (remote.IceLite)
            error = new(NegotiationErrorCode.BothIceLite, "The peer is ICE-lite as we are, so neither would check connectivity.");
        else if (attributes.Fingerprints.IsEmpty)
            error = new(NegotiationErrorCode.NoFingerprint, "The description has no fingerprint by SHA-256, SHA-384 or SHA-512.");
        else if (before is not null && IsNewAssociation(before, attributes))
            error = new(NegotiationErrorCode.NewDtlsAssociation, "The peer's certificate or tls-id is another one than before.");
        else if (RoleOf(attributes.Setup, isAnswer, before?.Role) is not { } role)
            error = new(NegotiationErrorCode.DtlsRole, $"a=setup does not suit {(isAnswer ? "an answer" : "an offer")}, or the role of before.");
        else
            transport = Make(tagged, attributes, new IceCredentials(ufrag, password), role, before, local);
        return error is null;
    }

    /// <summary>More candidates of the peer, without those that are known.</summary>
    public static ImmutableArray<IceCandidate> Join(ImmutableArray<IceCandidate> known, IEnumerable<IceCandidate> more) =>
        [.. known.Concat(more.Where(static candidate => candidate.Component == 1)).Distinct().Take(SdpLimits.MaxCandidates)];

    private static NegotiatedTransport Make(
        MediaDescription tagged, TransportDescription attributes, IceCredentials credentials, DtlsRole role, NegotiatedTransport? before, IceCredentials local)
    {
        var isSame = before?.Remote == credentials;
        return new NegotiatedTransport
        {
            Local = local,
            Remote = credentials,
            RemoteCandidates = Join(isSame ? before!.RemoteCandidates : [], tagged.Candidates),
            RemoteCandidatesComplete = tagged.EndOfCandidates || (isSame && before!.RemoteCandidatesComplete),
            Fingerprints = before?.Fingerprints ?? attributes.Fingerprints,
            Role = role,
            IceRestarted = before is not null && (!isSame || before.Local != local),
            RemoteTlsId = attributes.TlsId ?? before?.RemoteTlsId,
        };
    }

    private static bool IsNewAssociation(NegotiatedTransport before, TransportDescription attributes) =>
        (attributes.TlsId is { } now && before.RemoteTlsId is { } then && now != then)
        || !attributes.Fingerprints.ToHashSet().SetEquals(before.Fingerprints);

    /// <summary>
    /// Our role: offers are answered as server unless the peer wants to be it; our own offers leave the choice. An association that exists
    /// keeps its roles. Null for what does not fit.
    /// </summary>
    private static DtlsRole? RoleOf(DtlsSetup setup, bool isAnswer, DtlsRole? before)
    {
        DtlsRole? wanted = setup switch
        {
            DtlsSetup.ActivePassive when !isAnswer => before ?? DtlsRole.Server,
            DtlsSetup.Active => DtlsRole.Server,
            // RFC 4145 §4: who says nothing is active.
            DtlsSetup.Unspecified => before ?? DtlsRole.Server,
            DtlsSetup.Passive => DtlsRole.Client,
            _ => null,
        };
        return before is null || wanted == before ? wanted : null;
    }
}
