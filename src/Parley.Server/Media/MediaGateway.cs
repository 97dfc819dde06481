// Between REST and the media engine: which meeting is on which worker, and every WHIP and WHEP session from its offer to its end.
using System.Collections.Concurrent;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Sdp;
using Parley.Media.Sdp.Negotiation;
using Parley.Media.Udp;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Media;

/// <summary>Opens, finds and ends sessions. <see cref="MediaHost"/> gives it the media server; without one every offer is refused.</summary>
internal sealed class MediaGateway(ParleyOptions options, ILogger<MediaGateway> logger) : IMediaServerEvents
{
    private readonly Lock _gate = new();
    private readonly Dictionary<MeetingId, MediaRoom> _rooms = [];
    private readonly ConcurrentDictionary<string, MediaSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<PeerHandle, MediaSession> _peers = new();
    private OfferAnswering? _answering;
    private MediaServer? _server;
    private int[] _load = [];
    private long _revocations;

    /// <summary>The media server; null while there is none.</summary>
    public MediaServer? Server => Volatile.Read(ref _server);

    /// <summary>Rises when somebody loses the right to stream. Who was judged before the number that it has now is to be judged anew.</summary>
    public long Revocations => Volatile.Read(ref _revocations);

    /// <summary>Sessions of a kind.</summary>
    public int Count(MediaSessionKind kind) => _sessions.Values.Count(session => session.Kind == kind);

    /// <summary>Begins to take offers.</summary>
    public void Open(MediaServer server)
    {
        lock (_gate)
        {
            _load = new int[server.Workers];
            _answering = new OfferAnswering(server);
            Volatile.Write(ref _server, server);
        }
    }

    /// <summary>Takes no more offers and ends every session.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
            _answering = null;
        await Task.WhenAll(_sessions.Values.Select(session => EndAsync(session, "the server stops")));
        Volatile.Write(ref _server, null);
    }

    /// <summary>The session of an id; null when there is none.</summary>
    public MediaSession? Find(string id) => _sessions.TryGetValue(id, out var session) && session.IsOpen ? session : null;

    /// <summary>The session of a peer; null when it is gone.</summary>
    public MediaSession? Find(PeerHandle peer) => _peers.GetValueOrDefault(peer);

    /// <summary>Every open session.</summary>
    public IReadOnlyList<MediaSession> List() => [.. _sessions.Values.Where(static session => session.IsOpen)];

    /// <summary>What the peers of sessions did; those that are gone are left out.</summary>
    public async Task<IReadOnlyDictionary<PeerHandle, PeerStatistics>> ReadStatisticsAsync(IEnumerable<MediaSession> sessions) => Server is { } server
        ? await server.ReadPeerStatisticsAsync(sessions.Select(static session => session.Peer).OfType<PeerHandle>())
        : new Dictionary<PeerHandle, PeerStatistics>();

    /// <summary>A client's offer to send.</summary>
    /// <param name="place">Where, and who asks.</param>
    /// <param name="offer">The offer.</param>
    public async Task<MediaOpening> PublishAsync(MediaPlace place, SessionDescription offer)
    {
        if (!TryReserve(place, MediaSessionKind.Publisher, static _ => null, out var session, out var answering, out var refused))
            return refused!;
        var opening = await OpenAsync(session!, answering!.ForPublisher(offer), static (session, peer, negotiated) =>
        {
            session.Stage.Publish(session.Id, peer, negotiated.Received);
            return true;
        });
        if (opening is MediaOpening.Opened)
            await RoomSpread.BringAsync(Server, session!, session!.Room.FarStages);
        return opening;
    }

    /// <summary>A client's offer to receive.</summary>
    /// <param name="place">Where, and who asks.</param>
    /// <param name="offer">The offer.</param>
    /// <param name="publisher">The one publisher to receive; null for whoever publishes.</param>
    public async Task<MediaOpening> SubscribeAsync(MediaPlace place, SessionDescription offer, string? publisher)
    {
        MediaSession? source = null;
        MediaRefusal? Look(MediaRoom room)
        {
            if (publisher is null)
                return room.HasPublishers ? null : MediaRefusal.NobodyPublishes;
            source = room.FindPublisher(publisher);
            return source is null ? MediaRefusal.NoSuchPublisher : null;
        }

        if (!TryReserve(place, MediaSessionKind.Subscriber, Look, out var session, out var answering, out var refused))
            return refused!;
        if (source is null)
        {
            return await OpenAsync(session!, answering!.ForEverybody(offer), static (session, peer, negotiated) =>
            {
                session.Stage.SubscribeToAll(session.Id, peer, negotiated.Sent);
                return true;
            });
        }

        return await OpenAsync(session!, answering!.ForSubscriber(offer, source.Id, source.Published), (session, peer, negotiated) =>
            session.Stage.TrySubscribe(source.Id, peer, negotiated.Sent));
    }

    /// <summary>Tells the engine of new ICE credentials.</summary>
    /// <returns>False when the peer is gone.</returns>
    public async Task<bool> RestartIceAsync(MediaSession session, IceCredentials local, IceCredentials remote)
    {
        if (Server is not { } server || session.Peer is not { } handle)
            return false;
        try
        {
            return await server.InvokeAsync(handle.Worker, engine =>
            {
                var peer = engine.Find(handle.Peer);
                peer?.RestartIce(local, remote);
                return peer is not null;
            });
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Ends a session; nothing happens when it is gone.</summary>
    public async Task EndAsync(MediaSession session, string why)
    {
        if (!Forget(session))
            return;
        logger.SessionEnded(session.Kind, session.Id, session.Code, why);
        if (Server is not { } server || session.Peer is not { } peer)
            return;
        await server.ClosePeerAsync(peer);
        await LeaveStageAsync(session);
    }

    /// <summary>Ends what a user streams in a meeting, or everything in it. Does not wait, so that a room's turn may call it.</summary>
    public void End(MeetingId meeting, UserId? user) =>
        EndLater(session => session.Room.Meeting == meeting && (user is null || session.User == user), user is null ? "the meeting is over" : "the user was removed");

    /// <summary>Ends everything that a user streams, without waiting.</summary>
    public void End(UserId user) => EndLater(session => session.User == user, "the user's account was disabled or its password changed");

    /// <inheritdoc/>
    public void Handle(PeerHandle peer, MediaEvent happened)
    {
        // The worker carries everybody's media: the rest is the pool's.
        if (happened is PeerEnded ended && _peers.TryRemove(peer, out var session))
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = HandleEndAsync(session, ended), null);
        else if (happened is KeyframeMissing missing)
            ThreadPool.UnsafeQueueUserWorkItem(_ => TellOfMissing(peer.Worker, missing), null);
    }

    /// <inheritdoc/>
    public void Fault(int worker, Exception fault) => logger.WorkerFault(worker, fault);

    private bool TryReserve(
        MediaPlace place, MediaSessionKind kind, Func<MediaRoom, MediaRefusal?> look, out MediaSession? session, out OfferAnswering? answering, out MediaOpening? refused)
    {
        lock (_gate)
        {
            session = null;
            refused = null;
            answering = _answering;
            var room = _rooms.GetValueOrDefault(place.Meeting);
            var refusal = answering is null ? MediaRefusal.Off
                : place.JudgedAt != _revocations ? MediaRefusal.Stale
                : room is null && kind == MediaSessionKind.Subscriber ? look(new MediaRoom(place.Meeting, 0))
                : room is null ? null
                : room.Count(kind) >= Limit(kind) ? MediaRefusal.Full
                : look(room);
            if (refusal is { } reason)
            {
                refused = new MediaOpening.Refused(reason);
                return false;
            }

            room ??= _rooms[place.Meeting] = new MediaRoom(place.Meeting, Array.IndexOf(_load, _load.Min()), TellSpeaker);
            // A meeting outgrows its worker by those who receive: everybody who sends is where it began.
            var spreads = kind == MediaSessionKind.Subscriber && room.CountOn(room.Worker) >= options.Media.SpreadAbove;
            session = new MediaSession(kind, room, spreads ? Array.IndexOf(_load, _load.Min()) : room.Worker, place.Code, place.Owner);
            room.Sessions.Add(session.Id, session);
            _load[session.Worker]++;
            _sessions[session.Id] = session;
            return true;
        }
    }

    private async Task<MediaOpening> OpenAsync(
        MediaSession session, OfferAnswering.Answered answered, Func<MediaSession, MediaPeer, NegotiatedSession, bool> prepare)
    {
        try
        {
            if (answered.Answer is not { } answer)
            {
                Forget(session);
                return new MediaOpening.Refused(MediaRefusal.Unacceptable, answered.Fault);
            }

            session.Keep(answered.Negotiation);
            if (session.Worker != session.Room.Worker)
                await BringPublishersAsync(session);
            if (Server is not { } server)
            {
                Forget(session);
                return new MediaOpening.Refused(MediaRefusal.Off);
            }

            if (!await ConnectAsync(server, session, answered, prepare))
            {
                await EndAsync(session, "its publisher has left");
                return new MediaOpening.Refused(MediaRefusal.NoSuchPublisher);
            }

            lock (_gate)
            {
                session.IsOpen = !session.HasEnded;
                if (session.IsOpen)
                {
                    logger.SessionOpened(session.Kind, session.Id, session.Code, session.Worker);
                    return new MediaOpening.Opened(session, answer);
                }
            }

            // Whoever ended it meanwhile found no peer yet, or closed this one.
            await server.ClosePeerAsync(session.Peer!.Value);
            await LeaveStageAsync(session);
            return new MediaOpening.Refused(MediaRefusal.Stale);
        }
        catch (ObjectDisposedException) when (Server is null)
        {
            Forget(session);
            return new MediaOpening.Refused(MediaRefusal.Off);
        }
        catch
        {
            await EndAsync(session, "it could not be opened");
            throw;
        }
    }

    private async Task<bool> ConnectAsync(
        MediaServer server, MediaSession session, OfferAnswering.Answered answered, Func<MediaSession, MediaPeer, NegotiatedSession, bool> prepare)
    {
        var (transport, worker) = (answered.Transport, session.Worker);
        var isPrepared = false;
        await server.AddPeerAsync(worker, transport.Local, transport.Remote, transport.StrongestFingerprints, transport.Role, peer =>
        {
            // Known before anything can end it.
            var handle = new PeerHandle(worker, peer.Id);
            session.Bind(handle);
            _peers[handle] = session;
            isPrepared = prepare(session, peer, answered.Negotiation.Session!);
        });
        return isPrepared;
    }

    private void TellOfMissing(int worker, KeyframeMissing missing)
    {
        if (!_peers.TryGetValue(new PeerHandle(worker, missing.Peer), out var session))
            return;
        var publisher = _peers.TryGetValue(new PeerHandle(session.Room.Worker, missing.Publisher), out var source) ? source.Id : "(gone)";
        logger.NoKeyframe(session.Id, session.Code, missing.WaitedUs / 1e6, publisher, missing.Track, missing.Rid ?? "(the only one)", missing.Requests);
    }

    private async Task HandleEndAsync(MediaSession session, PeerEnded ended)
    {
        try
        {
            if (Forget(session))
                logger.PeerEnded(session.Kind, session.Id, session.Code, PeerEndings.Explain(ended.Reason), ended.Fault);
            await LeaveStageAsync(session);
        }
        catch (ObjectDisposedException)
        {
            // The media server has ended, and every stage with it.
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            logger.EndFailed(session.Id, exception);
        }
    }

    private void EndLater(Func<MediaSession, bool> concerned, string why)
    {
        List<MediaSession> sessions;
        lock (_gate)
        {
            Volatile.Write(ref _revocations, _revocations + 1);
            sessions = [.. _sessions.Values.Where(concerned)];
        }

        if (sessions.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = EndAllAsync(sessions, why), null);
    }

    private async Task EndAllAsync(List<MediaSession> sessions, string why)
    {
        foreach (var session in sessions)
        {
            try
            {
                await EndAsync(session, why);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                logger.EndFailed(session.Id, exception);
            }
        }
    }

    /// <summary>Takes a session out of the tables. False when it was out already.</summary>
    private bool Forget(MediaSession session)
    {
        lock (_gate)
        {
            if (session.HasEnded)
                return false;
            session.HasEnded = true;
            session.IsOpen = false;
            _sessions.TryRemove(session.Id, out _);
            session.Room.Sessions.Remove(session.Id);
            _load[session.Worker]--;
            if (session.Room.TakeUnused(session.Worker) is { } unused)
                RoomSpread.Close(_server, unused);
            if (session.Room.Sessions.Count == 0)
                _rooms.Remove(session.Room.Meeting);
            return true;
        }
    }

    private async Task BringPublishersAsync(MediaSession session)
    {
        List<MediaSession> publishers;
        lock (_gate)
            publishers = [.. session.Room.Publishers];
        foreach (var publisher in publishers)
            await RoomSpread.BringAsync(Server, publisher, [new FarStage(session.Worker, session.Stage)]);
    }

    private async Task LeaveStageAsync(MediaSession session)
    {
        if (Server is not { } server)
            return;
        await RoomSpread.LeaveAsync(server, session.Id, new FarStage(session.Worker, session.Stage));
        if (session.Kind != MediaSessionKind.Publisher)
            return;
        foreach (var far in session.Room.FarStages)
            await RoomSpread.LeaveAsync(server, session.Id, far);
    }

    // On the thread of the room's own worker.
    private void TellSpeaker(MediaRoom room, string publisher, string mid) => RoomSpread.TellSpeaker(Server, room, publisher, mid);

    private int Limit(MediaSessionKind kind) => kind == MediaSessionKind.Publisher ? options.Media.MaxPublishers : options.Media.MaxSubscribers;
}

/// <summary>Where somebody wants to stream.</summary>
/// <param name="Meeting">The meeting.</param>
/// <param name="Code">Its code.</param>
/// <param name="Owner">Who.</param>
/// <param name="JudgedAt"><see cref="MediaGateway.Revocations"/> before their right to it was judged.</param>
internal sealed record MediaPlace(MeetingId Meeting, MeetingCode Code, MediaOwner Owner, long JudgedAt);
