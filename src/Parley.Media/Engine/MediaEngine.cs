// The engine of one worker: peers, their paths, and the turn in which what arrives leaves again. No thread, clock, socket or lock.
using Parley.Media.Ice;
using Parley.Media.Receive;
using Parley.Media.Relay;
using Parley.Media.Rtcp;
using Parley.Media.Srtp;

namespace Parley.Media.Engine;

/// <summary>
/// A selective forwarding unit without IO. Give it datagrams as they arrive, then <see cref="EndTurn"/>; and <see cref="HandleDeadlines"/> when
/// <see cref="NextDeadlineUs"/> has come. All from one thread. Time is in microseconds from any zero, and never goes back.
/// </summary>
public sealed class MediaEngine
{
    /// <summary>The longest datagram that is taken or sent, in bytes.</summary>
    public const int MaxDatagram = 1500;

    private readonly Dictionary<PeerId, MediaPeer> _peers = [];
    private readonly PathTable _paths = new();
    private readonly List<LayerStream> _streamsWithNews = [];
    private readonly List<MediaPeer> _peersWithNews = [];
    private long _lastPeer;

    /// <summary>Makes an engine without peers.</summary>
    /// <param name="random">Where passwords, SSRCs and first sequence numbers come from.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="names">Told of the names of peers, where several engines share a port; null where there is one.</param>
    public MediaEngine(IMediaRandom random, MediaEngineOptions? options = null, IPeerNames? names = null)
    {
        Options = options ?? new MediaEngineOptions();
        Random = random;
        Ufrags = new PeerUfrags(names);
        Connectivity = new ConnectivityHandler(this, _paths);
    }

    /// <summary>How the engine behaves.</summary>
    public MediaEngineOptions Options { get; }

    /// <summary>What was dropped, and why.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>What was lost, and what was done about it.</summary>
    public RepairCounters Repairs { get; } = new();

    /// <summary>How many peers there are.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>When <see cref="HandleDeadlines"/> is to be called; <see cref="long.MaxValue"/> when there is no need.</summary>
    public long NextDeadlineUs => Timers.NextUs();

    /// <summary>The time of the last call: for what is asked of the engine without one.</summary>
    internal long LastUs { get; private set; }

    internal TimerWheel Timers { get; } = new();

    internal PeerUfrags Ufrags { get; }

    internal ConnectivityHandler Connectivity { get; }

    internal EngineCopies Copies { get; } = new();

    /// <summary>Room for what one packet of reports carries.</summary>
    internal ReportBlock[] ReportBlocks { get; } = new ReportBlock[31];

    internal IMediaRandom Random { get; }

    /// <summary>Adds a peer: it ends by itself unless it nominates a path within <see cref="MediaEngineOptions.ConnectTimeoutUs"/>.</summary>
    /// <param name="local">Our credentials towards it: its checks are recognised by their name, which must be unique in the engine.</param>
    /// <param name="remote">Its credentials; null to take whoever knows ours.</param>
    /// <param name="nowUs">The time.</param>
    /// <exception cref="ArgumentException">The name is in use.</exception>
    public MediaPeer AddPeer(IceCredentials local, IceCredentials? remote, long nowUs)
    {
        var peer = new MediaPeer(this, new PeerId(++_lastPeer), local, remote);
        Ufrags.Add(local.Ufrag, peer);
        _peers.Add(peer.Id, peer);
        peer.Start(nowUs);
        return peer;
    }

    /// <summary>The peer of an id; null when it is gone.</summary>
    public MediaPeer? Find(PeerId id) => _peers.GetValueOrDefault(id);

    /// <summary>The number of a path that was opened; -1 for one that is unknown.</summary>
    public int FindPath(in PathKey key) => _paths.Find(in key)?.Number ?? -1;

    /// <summary>Opens a link to another engine, over which either one gets tracks of the other.</summary>
    /// <param name="port">Where its records leave. What arrives is given to <see cref="RelayLink.HandleRecord"/>.</param>
    /// <param name="options">How it behaves.</param>
    public RelayLink OpenLink(IRelayPort port, RelayOptions? options = null)
    {
        var link = new RelayLink(this, port, options ?? new RelayOptions());
        Copies.Add(link);
        return link;
    }

    /// <summary>Takes a datagram that came over any path.</summary>
    public void HandleDatagram<TSink>(ref TSink sink, in PathKey key, ReadOnlySpan<byte> datagram, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_paths.Find(in key) is { } path)
            HandleKnown(ref sink, path, datagram, nowUs);
        else if (DatagramRouter.Classify(datagram) == DatagramKind.Stun)
            Connectivity.Handle(ref sink, in key, null, datagram, nowUs);
        else
            Drops.Count(DropReason.UnknownAddress);
    }

    /// <summary>Takes a datagram that came over a path whose number is known, which is quicker. One for a path that is gone is dropped.</summary>
    public void HandleDatagram<TSink>(ref TSink sink, int path, ReadOnlySpan<byte> datagram, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (_paths.Find(path) is { } known)
            HandleKnown(ref sink, known, datagram, nowUs);
        else
            Drops.Count(DropReason.UnknownAddress);
    }

    /// <summary>Sends what the datagrams since the last call have made ready, one peer after the other.</summary>
    public void EndTurn<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        LastUs = nowUs;
        if (_streamsWithNews.Count == 1 && _peersWithNews.Count == 0)
        {
            var stream = _streamsWithNews[0];
            _streamsWithNews.Clear();
            stream.HasNews = false;
            if (stream.Readers.Copies is { } itsCopies)
                Copies.NoteNews(itsCopies);
            if (Copies.HasWork)
                Copies.Flush(ref sink, nowUs);
            ServeReaders(ref sink, stream, nowUs);
            return;
        }

        foreach (var stream in _streamsWithNews)
        {
            stream.HasNews = false;
            foreach (var reader in stream.Readers)
                reader.Subscriber.NoteNews(reader);
            if (stream.Readers.Copies is { } copies)
                Copies.NoteNews(copies);
        }

        _streamsWithNews.Clear();
        // Before the peers of this engine are served: those of another are then at the same time.
        if (Copies.HasWork)
            Copies.Flush(ref sink, nowUs);
        // A peer that fails here ends, and takes nobody along.
        for (var i = 0; i < _peersWithNews.Count; i++)
        {
            var peer = _peersWithNews[i];
            try
            {
                if (!peer.HasEnded)
                    peer.Flush(ref sink, nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                End(ref sink, peer, PeerEndReason.Fault, fault);
            }
        }

        _peersWithNews.Clear();
    }

    /// <summary>
    /// The usual turn, where one stream has news: its readers are served as they come. To sort them by peer first would touch every one of them twice, and what a reader
    /// is made of is not in the caches any more when its turn comes.
    /// </summary>
    private void ServeReaders<TSink>(ref TSink sink, LayerStream stream, long nowUs)
        where TSink : struct, IMediaSink
    {
        // Backwards: a reader may leave while it is served, and one that fails takes those of its peer along.
        for (var i = stream.Readers.Count - 1; i >= 0; i--)
        {
            if (i >= stream.Readers.Count)
                continue;
            var reader = stream.Readers[i];
            try
            {
                reader.Subscriber.Serve(ref sink, reader, nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                End(ref sink, reader.Subscriber, PeerEndReason.Fault, fault);
            }
        }
    }

    /// <summary>Serves the deadlines that are due.</summary>
    public void HandleDeadlines<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        LastUs = nowUs;
        while (Timers.Take(nowUs) is { } deadline)
        {
            try
            {
                deadline.Owner.HandleDeadline(ref sink, deadline.Reason, nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Fail(ref sink, deadline.Owner, fault);
            }
        }
    }

    /// <summary>The handshake of a peer is done. Nothing happens when it is gone, or has keys.</summary>
    public void HandleKeys(PeerId id, SrtpKeys keys) => Find(id)?.SetKeys(keys);

    /// <summary>Sends a record of a peer's handshake, over its selected path or whichever was heard last.</summary>
    public void SendDtls<TSink>(ref TSink sink, PeerId id, ReadOnlySpan<byte> record)
        where TSink : struct, IMediaSink
    {
        if (Find(id) is { } peer)
            SendDtls(ref sink, peer, record);
        else
            Drops.Count(DropReason.NoPath);
    }

    /// <summary>
    /// What tells the peer that it is over: its DTLS close_notify. It is sent over the path that is still open when we end the peer, not when the peer is silent or has ended itself.
    /// Nothing happens when the peer is gone.
    /// </summary>
    public void SetFarewell(PeerId id, ReadOnlyMemory<byte> record)
    {
        if (record.Length <= MaxDatagram && Find(id) is { } peer)
            peer.Farewell = record;
    }

    /// <summary>Ends every peer.</summary>
    public void ClosePeers<TSink>(ref TSink sink)
        where TSink : struct, IMediaSink
    {
        foreach (var peer in _peers.Values.ToArray())
            End(ref sink, peer, PeerEndReason.Closed);
    }

    /// <summary>Ends a peer; nothing happens when it is gone.</summary>
    /// <param name="sink">Takes the farewell and the events.</param>
    /// <param name="id">The peer.</param>
    /// <param name="reason">What <see cref="PeerEnded"/> says.</param>
    /// <param name="fault">The exception, when the reason is a fault of ours.</param>
    public void ClosePeer<TSink>(ref TSink sink, PeerId id, PeerEndReason reason = PeerEndReason.Closed, Exception? fault = null)
        where TSink : struct, IMediaSink
    {
        if (Find(id) is { } peer)
            End(ref sink, peer, reason, fault);
    }

    /// <summary>
    /// A path is gone: its connection has ended, or its address speaks for somebody else. The peer's media moves to another path of it when there is one;
    /// else the peer waits for a new one until its consent expires. Nothing happens for a path that is unknown.
    /// </summary>
    public void LosePath<TSink>(ref TSink sink, int path)
        where TSink : struct, IMediaSink
    {
        if (_paths.Find(path) is { } lost)
            Connectivity.LosePath(ref sink, lost);
    }

    internal void NoteNews(LayerStream stream)
    {
        if (stream.HasNews)
            return;
        stream.HasNews = true;
        _streamsWithNews.Add(stream);
    }

    internal void NoteNews(MediaPeer peer)
    {
        peer.HasNews = true;
        _peersWithNews.Add(peer);
    }

    internal void End<TSink>(ref TSink sink, MediaPeer peer, PeerEndReason reason, Exception? fault = null)
        where TSink : struct, IMediaSink
    {
        if (!_peers.Remove(peer.Id))
            return;
        peer.ForgetFormer();
        Ufrags.Remove(peer.Local.Ufrag, peer);
        // Whoever is silent for too long may not be sent anything any more (RFC 7675 §5.1), and whoever has ended it knows.
        if (reason is PeerEndReason.Closed or PeerEndReason.Fault)
            SayFarewell(ref sink, peer);
        foreach (var path in peer.Paths.All.ToArray())
            Connectivity.ClosePath(ref sink, path);
        peer.Close();
        sink.Raise(new PeerEnded(peer.Id, reason, fault));
    }

    /// <summary>What failed in a deadline ends, and with it the peer that it belongs to.</summary>
    private void Fail<TSink>(ref TSink sink, IDeadlineOwner owner, Exception fault)
        where TSink : struct, IMediaSink
    {
        if (owner.Bearer is { } peer)
        {
            End(ref sink, peer, PeerEndReason.Fault, fault);
            return;
        }

        owner.Abandon();
        sink.Raise(new CopyFailed(default, fault));
    }

    private static void SayFarewell<TSink>(ref TSink sink, MediaPeer peer)
        where TSink : struct, IMediaSink
    {
        try
        {
            peer.SayGoodbye(ref sink);
            if (!peer.Farewell.IsEmpty)
                SendDtls(ref sink, peer, peer.Farewell.Span);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // What cannot be sent to ends all the same.
            peer.Drop(DropReason.NoPath);
        }
    }

    private static void SendDtls<TSink>(ref TSink sink, MediaPeer peer, ReadOnlySpan<byte> record)
        where TSink : struct, IMediaSink
    {
        if (peer.Paths.Any is not { } path || record.Length > MaxDatagram)
        {
            peer.Drop(DropReason.NoPath);
            return;
        }

        record.CopyTo(sink.Reserve(path.Number, record.Length));
        sink.Commit(record.Length);
    }

    private void HandleKnown<TSink>(ref TSink sink, NetworkPathState path, ReadOnlySpan<byte> datagram, long nowUs)
        where TSink : struct, IMediaSink
    {
        var peer = path.Peer;
        if (datagram.Length > MaxDatagram)
        {
            peer.Drop(DropReason.TooLong);
            return;
        }

        try
        {
            switch (DatagramRouter.Classify(datagram))
            {
                case DatagramKind.Rtp:
                    if (peer.SrtpReceiver is not { } srtp)
                        peer.Drop(DropReason.NoKeys);
                    else if (peer.Receiver.HandleRtp(ref sink, srtp, datagram, nowUs))
                        peer.Heard(path, nowUs);
                    break;
                case DatagramKind.Rtcp:
                    HandleRtcp(ref sink, path, datagram, nowUs);
                    break;
                case DatagramKind.Stun:
                    Connectivity.Handle(ref sink, path.Key, path, datagram, nowUs);
                    break;
                case DatagramKind.Dtls:
                    sink.Dtls(peer.Id, datagram);
                    break;
                default:
                    peer.Drop(DropReason.Malformed);
                    break;
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            End(ref sink, peer, PeerEndReason.Fault, fault);
        }
    }

    private void HandleRtcp<TSink>(ref TSink sink, NetworkPathState path, ReadOnlySpan<byte> datagram, long nowUs)
        where TSink : struct, IMediaSink
    {
        var peer = path.Peer;
        if (peer.SrtpReceiver is not { } receiver || peer.SrtpSender is not { } sender)
        {
            peer.Drop(DropReason.NoKeys);
            return;
        }

        Span<byte> plain = stackalloc byte[MaxDatagram];
        var result = receiver.UnprotectRtcp(datagram, plain, out var length);
        if (result != SrtpResult.Ok)
        {
            peer.Drop(result is SrtpResult.Replayed or SrtpResult.TooOld ? DropReason.Replayed : DropReason.NotAuthentic);
            return;
        }

        peer.Heard(path, nowUs);
        peer.Feedback.Handle(ref sink, plain[..length], (peer.Selected ?? path).Number, sender, nowUs);
    }
}
