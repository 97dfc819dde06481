// Connectivity checks, and the paths that they open: the lite side of ICE. RFC 8445 §2.5, §7.3; RFC 8489 §9.1.
using Parley.Media.Ice;
using Parley.Media.Stun;

namespace Parley.Media.Engine;

/// <summary>Answers the checks of an engine's peers, and opens and closes their paths.</summary>
/// <param name="engine">Whose peers they are.</param>
/// <param name="paths">The engine's paths.</param>
internal sealed class ConnectivityHandler(MediaEngine engine, PathTable paths)
{
    /// <summary>Takes a STUN message; the path is null where its addresses have none.</summary>
    public void Handle<TSink>(ref TSink sink, in PathKey key, NetworkPathState? path, ReadOnlySpan<byte> datagram, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (!StunMessage.TryRead(datagram, out var message))
        {
            engine.Drops.Count(DropReason.Malformed);
            return;
        }

        if (message.Type != StunConstants.BindingRequest || !message.HasFingerprint)
        {
            // An indication keeps a binding alive on its way; there is nothing to do for us.
            if (message.Type != StunConstants.BindingIndication)
                engine.Drops.Count(DropReason.Malformed);
            return;
        }

        if (engine.Ufrags.Find(ConnectivityCheck.LocalUfrag(in message), out var isFormer) is not { } peer)
        {
            engine.Drops.Count(DropReason.UnknownUser);
            return;
        }

        // Not whoever had the address before: the peer whom the check is for.
        try
        {
            HandleCheck(ref sink, in key, path, peer, isFormer, in message, nowUs);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            engine.End(ref sink, peer, PeerEndReason.Fault, fault);
        }
    }

    private void HandleCheck<TSink>(ref TSink sink, in PathKey key, NetworkPathState? path, MediaPeer peer, bool isFormer, in StunMessage message, long nowUs)
        where TSink : struct, IMediaSink
    {
        var password = isFormer ? peer.FormerPassword : peer.LocalPassword;
        if ((!isFormer && !ConnectivityCheck.IsFrom(in message, peer.Remote)) || !message.IsAuthentic(password))
        {
            peer.Drop(DropReason.NotAuthentic);
            return;
        }

        // Its own peer is heard there just now: who sends this may have given a false source. Whoever really has the address asks again, and this check is as good as new then.
        if (path is not null && path.Peer != peer && nowUs - path.HeardUs < PeerPaths.SilentUs)
        {
            peer.Drop(DropReason.UnknownAddress);
            return;
        }

        if (!peer.Checks.TryNote(message.TransactionId))
        {
            // The answer may have been lost: it is given again, to an address that has shown itself by another check or this one. Nothing else follows from a check that anybody may have captured.
            if (path?.Peer == peer)
                Answer(ref sink, path, in message, password);
            else
                peer.Drop(DropReason.Replayed);
            return;
        }

        if (!isFormer && peer.FormerUfrag is not null)
            peer.ForgetFormer();
        var accepted = false;
        // A browser may give a port of an ended connection to the next one: the address now speaks for the other peer.
        if (path is not null && path.Peer != peer)
        {
            accepted = Answer(ref sink, path, in message, password);
            if (!accepted)
                return;
            LosePath(ref sink, path);
            path = null;
        }

        path ??= OpenPath(ref sink, in key, peer, nowUs);
        path.Priority = message.Priority ?? 0;
        peer.Heard(path, nowUs);
        if (!accepted && !Answer(ref sink, path, in message, password))
            return;
        if (message.UseCandidate ? peer.Paths.Nominate(path, isFormer, nowUs) : peer.Paths.TryReturnTo(path))
            sink.Raise(new PathSelected(peer.Id, path.Number));
        else if (peer.Paths.SelectAgain(nowUs) is { } next)
            sink.Raise(new PathSelected(peer.Id, next.Number));
    }

    private static bool Answer<TSink>(ref TSink sink, NetworkPathState path, in StunMessage check, ReadOnlySpan<byte> password)
        where TSink : struct, IMediaSink
    {
        var (length, accepted) = ConnectivityCheck.Answer(in check, path.Key.Remote, password, sink.Reserve(path.Number, StunWriter.MaxResponse));
        sink.Commit(length);
        return accepted;
    }

    private NetworkPathState OpenPath<TSink>(ref TSink sink, in PathKey key, MediaPeer peer, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (peer.Paths.Surplus is { } surplus)
            ClosePath(ref sink, surplus);
        var path = paths.Open(in key, peer);
        peer.Reach(path, nowUs);
        sink.Raise(new PathOpened(peer.Id, path.Number, key));
        return path;
    }

    /// <summary>A path is gone: its peer goes on over another, if it has one.</summary>
    public void LosePath<TSink>(ref TSink sink, NetworkPathState path)
        where TSink : struct, IMediaSink
    {
        var peer = path.Peer;
        ClosePath(ref sink, path);
        if (peer.Paths.SelectAgain(engine.LastUs) is { } next)
            sink.Raise(new PathSelected(peer.Id, next.Number));
    }

    /// <summary>Ends a path.</summary>
    public void ClosePath<TSink>(ref TSink sink, NetworkPathState path)
        where TSink : struct, IMediaSink
    {
        path.Peer.Paths.Remove(path);
        paths.Close(path);
        sink.Raise(new PathClosed(path.Peer.Id, path.Number));
    }
}
