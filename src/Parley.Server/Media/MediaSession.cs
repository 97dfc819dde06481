// One WHIP or WHEP session (RFC 9725 §4.1): who opened it, what was negotiated, and the engine's peer behind it.
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Parley.Media.Ice;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Udp;
using Parley.Protocol;

namespace Parley.Server.Media;

/// <summary>Which way a session's media goes.</summary>
internal enum MediaSessionKind
{
    /// <summary>The client sends (WHIP).</summary>
    Publisher,

    /// <summary>The client receives (WHEP).</summary>
    Subscriber,
}

/// <summary>A session. The gateway owns it, and changes its state; the negotiation is guarded by the session's own lock.</summary>
internal sealed class MediaSession(MediaSessionKind kind, MediaRoom room, int worker, MeetingCode code, MediaOwner owner)
{
    private const int TagBytes = 12;

    private readonly Lock _negotiating = new();
    private PeerNegotiation? _negotiation;
    // In a box: the worker's thread sets it, and others read it whole or not at all.
    private StrongBox<PeerHandle>? _peer;

    /// <summary>The last segment of its address. A publisher's is known to its subscribers: what protects a session is its owner's token.</summary>
    public string Id { get; } = Guid.CreateVersion7().ToString();

    public MediaSessionKind Kind => kind;

    public MediaRoom Room => room;

    /// <summary>Who carries it.</summary>
    public int Worker => worker;

    /// <summary>The stage that it is on.</summary>
    public RoomStage Stage { get; } = room.StageOn(worker);

    public MeetingCode Code => code;

    /// <summary>Who opened it, and alone may change or end it.</summary>
    public MediaOwner Owner => owner;

    /// <summary>The owner's user.</summary>
    public UserId User => owner.User;

    /// <summary>Names the ICE session; another one after each restart.</summary>
    public string EntityTag { get; private set; } = NewTag();

    /// <summary>The engine's peer; null until there is one.</summary>
    public PeerHandle? Peer => Volatile.Read(ref _peer)?.Value;

    /// <summary>True from the moment that the engine carries it.</summary>
    public bool IsOpen { get; set; }

    /// <summary>True when it is gone.</summary>
    public bool HasEnded { get; set; }

    /// <summary>Tracks that a publisher sends.</summary>
    public IReadOnlyList<ReceivedTrack> Published => _negotiation?.Session?.Received ?? [];

    /// <summary>The engine has a peer for it.</summary>
    public void Bind(PeerHandle peer) => Volatile.Write(ref _peer, new StrongBox<PeerHandle>(peer));

    /// <summary>Keeps the negotiation for later changes.</summary>
    public void Keep(PeerNegotiation negotiation) => _negotiation = negotiation;

    /// <summary>Takes more candidates.</summary>
    /// <returns>Null, or why they are refused.</returns>
    public NegotiationError? Trickle(IceFragment fragment)
    {
        lock (_negotiating)
            return Negotiated().TryTrickle(fragment, out var error) ? null : error;
    }

    /// <summary>True when the fragment brings credentials other than those in force, and so asks for a restart.</summary>
    public bool IsRestart(IceFragment fragment)
    {
        lock (_negotiating)
            return fragment.Credentials is { } credentials && credentials != Negotiated().Session?.Transport?.Remote;
    }

    /// <summary>Restarts ICE: the entity tag changes, and the engine is told of the credentials in the order of the restarts.</summary>
    /// <param name="fragment">The client's new credentials.</param>
    /// <param name="isMeant">Whether the client means the session with this entity tag: another may have restarted it a moment ago.</param>
    /// <param name="tell">Hands our and the client's credentials on without waiting.</param>
    public IceRestart Restart(IceFragment fragment, Func<string, bool> isMeant, Func<IceCredentials, IceCredentials, Task<bool>> tell)
    {
        lock (_negotiating)
        {
            if (!isMeant(EntityTag))
                return new IceRestart.Stale();
            var negotiation = Negotiated();
            if (!negotiation.TryRestartIce(fragment, out var answer, out var error))
                return new IceRestart.Refused(error!);
            EntityTag = NewTag();
            return new IceRestart.Done(answer!, EntityTag, tell(negotiation.LocalIce, fragment.Credentials!));
        }
    }

    private static string NewTag() => $"\"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TagBytes))}\"";

    private PeerNegotiation Negotiated() => _negotiation ?? throw new InvalidOperationException("The session is not open yet.");
}

/// <summary>What became of a restart of ICE.</summary>
internal abstract record IceRestart
{
    /// <summary>It was restarted since the client last heard of it.</summary>
    public sealed record Stale : IceRestart;

    /// <summary>The fragment cannot be accepted.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Refused(NegotiationError Error) : IceRestart;

    /// <summary>It is restarted.</summary>
    /// <param name="Answer">Our new credentials and candidates.</param>
    /// <param name="EntityTag">Names the session from now on.</param>
    /// <param name="Told">True when the engine has it; false when the peer is gone.</param>
    public sealed record Done(IceFragment Answer, string EntityTag, Task<bool> Told) : IceRestart;
}
