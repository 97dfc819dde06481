// One peer: its paths, its keys, what it publishes and what it receives. All calls come from the engine's thread.
using System.Text;
using Parley.Media.Forwarding;
using Parley.Media.Ice;
using Parley.Media.Receive;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Engine;

/// <summary>A transport to one peer: BUNDLE and rtcp-mux, so exactly one.</summary>
public sealed class MediaPeer : IDeadlineOwner
{
    private readonly PeerPaths _paths;
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<Subscription> _news = [];
    private readonly HashSet<uint> _usedSsrcs = [];
    private readonly Deadline _liveness;
    private DropCounters? _drops;
    private byte[] _localPassword;
    private byte[]? _formerPassword;
    private ushort _transportSequence;
    private PeerBandwidth? _bandwidth;
    private long _startedUs;

    internal MediaPeer(MediaEngine engine, PeerId id, IceCredentials local, IceCredentials? remote)
    {
        Engine = engine;
        Id = id;
        Local = local;
        Remote = remote;
        _localPassword = Encoding.ASCII.GetBytes(local.Password);
        _liveness = new Deadline(this, DeadlineReason.Liveness);
        _paths = new PeerPaths(this);
        Receiver = new PeerReceiver(this);
        Feedback = new PeerFeedback(this);
    }

    /// <summary>The peer's number.</summary>
    public PeerId Id { get; }

    /// <summary>Our ICE credentials towards it.</summary>
    public IceCredentials Local { get; private set; }

    /// <summary>Its ICE credentials; null when whoever knows ours is taken for it.</summary>
    public IceCredentials? Remote { get; private set; }

    /// <summary>True when there are keys, and a path to send on.</summary>
    public bool IsConnected => SrtpSender is not null && Selected is not null;

    /// <summary>True when a connectivity check of it was ever good.</summary>
    public bool WasReached { get; private set; }

    /// <summary>True when the peer is gone; it takes nothing any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What it receives.</summary>
    public IReadOnlyList<Subscription> Subscriptions => _subscriptions;

    /// <summary>The same as a list, whose enumerator is no garbage: reports ask for it many times a second.</summary>
    internal List<Subscription> SubscriptionList => _subscriptions;

    /// <summary>What it publishes.</summary>
    public IReadOnlyList<MediaTrack> Tracks => Receiver.Tracks;

    internal MediaEngine Engine { get; }

    internal PeerReceiver Receiver { get; }

    /// <summary>What the way to it carries, in bits per second; 0 while nothing is known of it: then everything is sent.</summary>
    public long EstimateBps => _bandwidth?.EstimateBps ?? 0;

    /// <summary>True while the way to it is known to be full at some rate: then bursts of video are spread over time.</summary>
    public bool IsPaced => _bandwidth?.IsPacing ?? false;

    /// <summary>The longest that a packet of video was held back for that so far, in microseconds.</summary>
    public long LongestPacingWaitUs => _bandwidth?.LongestWaitUs ?? 0;

    internal PeerFeedback Feedback { get; }

    /// <summary>The half that looks after the way to it. Only those who receive need one.</summary>
    internal PeerBandwidth Bandwidth => _bandwidth ??= new PeerBandwidth(this);

    /// <summary>The same, if it receives anything.</summary>
    internal PeerBandwidth? BandwidthInUse => _bandwidth;

    internal TransactionLog Checks { get; } = new();

    /// <summary>When anything authentic last came.</summary>
    internal long HeardUs { get; private set; }

    /// <summary>The path that its media takes: as <see cref="Paths"/> say, and kept here because every packet asks for it.</summary>
    internal NetworkPathState? Selected { get; set; }

    internal PeerPaths Paths => _paths;

    internal SrtpSender? SrtpSender { get; private set; }

    internal SrtpReceiver? SrtpReceiver { get; private set; }

    /// <summary>What is sent when we end the peer; empty while nothing is.</summary>
    internal ReadOnlyMemory<byte> Farewell { get; set; }

    /// <summary>Set while the peer is in the engine's list of those to serve in this turn.</summary>
    internal bool HasNews { get; set; }

    /// <summary>The name that our credentials had before the last restart; null when there was none.</summary>
    internal string? FormerUfrag { get; private set; }

    internal ReadOnlySpan<byte> LocalPassword => _localPassword;

    internal ReadOnlySpan<byte> FormerPassword => _formerPassword;

    /// <summary>
    /// Restarts ICE (RFC 8445 §9): new credentials on both sides. Checks with the former ones are answered until the first with the new ones; keys and media go on.
    /// </summary>
    /// <exception cref="ArgumentException">The name of our new credentials is in use.</exception>
    public void RestartIce(IceCredentials local, IceCredentials remote)
    {
        Engine.Ufrags.Add(local.Ufrag, this);
        if (FormerUfrag is { } older)
            Engine.Ufrags.Remove(older, this);
        FormerUfrag = Local.Ufrag;
        _formerPassword = _localPassword;
        Local = local;
        Remote = remote;
        _localPassword = Encoding.ASCII.GetBytes(local.Password);
        _paths.BeginGeneration();
    }

    /// <summary>Begins to take a track.</summary>
    /// <exception cref="InvalidOperationException">The peer has ended, or publishes as many as it may.</exception>
    public MediaTrack AddTrack(ReceiveParameters parameters)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        return Receiver.Add(parameters);
    }

    /// <summary>Ends a track: its subscriptions read nothing from now on.</summary>
    public void RemoveTrack(MediaTrack track) => Receiver.Remove(track);

    /// <summary>Begins to send: to read a track of this peer or another of the same engine, or nothing yet.</summary>
    /// <exception cref="InvalidOperationException">An SSRC was used before on this transport.</exception>
    public Subscription Subscribe(SendParameters parameters, MediaTrack? track = null)
    {
        ObjectDisposedException.ThrowIf(HasEnded, this);
        // One SSRC for two streams would encrypt different packets with one nonce.
        if (!_usedSsrcs.Add(parameters.Ssrc) || (parameters.RetransmissionSsrc is { } ssrc && !_usedSsrcs.Add(ssrc)))
            throw new InvalidOperationException($"SSRC {parameters.Ssrc} was used before on this transport.");
        Span<byte> random = stackalloc byte[2];
        Engine.Random.Fill(random);
        var subscription = new Subscription(this, parameters, BitConverter.ToUInt16(random));
        _subscriptions.Add(subscription);
        _bandwidth!.Add(subscription);
        if (track is not null)
            subscription.Attach(track);
        return subscription;
    }

    /// <summary>Ends a subscription. Its SSRC must not be used again on this transport.</summary>
    public void Unsubscribe(Subscription subscription)
    {
        subscription.Detach();
        if (_subscriptions.Remove(subscription))
            NoteGone(subscription);
        _bandwidth?.Forget(subscription);
    }

    /// <summary>What the peer did, as it is now.</summary>
    public PeerStatistics ReadStatistics()
    {
        var nowUs = Engine.LastUs;
        return new PeerStatistics
        {
            Peer = Id,
            IsConnected = IsConnected,
            Path = Selected?.Key,
            SilentUs = Math.Max(0, nowUs - HeardUs),
            RoundTripUs = _subscriptions.Count == 0 ? 0 : _subscriptions.Max(static subscription => subscription.RoundTripUs),
            EstimateBps = EstimateBps,
            LongestPacingWaitUs = LongestPacingWaitUs,
            Layers = [.. Receiver.ReadStatistics(nowUs)],
            Subscriptions = [.. _subscriptions.Select(SubscriptionStatistics.Of)],
            Drops = _drops is { } drops ? [.. Enum.GetValues<DropReason>().Where(reason => drops[reason] > 0).Select(reason => (reason, drops[reason]))] : [],
        };
    }

    MediaPeer? IDeadlineOwner.Bearer => this;

    void IDeadlineOwner.HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
    {
        if (nowUs >= PatienceEndUs)
        {
            Engine.End(ref sink, this, _paths.WasSelected ? PeerEndReason.ConsentExpired : WasReached ? PeerEndReason.NotNominated : PeerEndReason.NoConnectivity);
            return;
        }

        while (_paths.FindExpired(nowUs) is { } expired)
            Engine.Connectivity.LosePath(ref sink, expired);
        if (_paths.TryLeaveSilent(nowUs))
            sink.Raise(new PathSelected(Id, Selected!.Number));
        Engine.Timers.Set(_liveness, Math.Min(PatienceEndUs, _paths.NextLookUs(nowUs)));
    }

    /// <summary>Something of the peer went nowhere.</summary>
    internal void Drop(DropReason reason)
    {
        Engine.Drops.Count(reason);
        (_drops ??= new DropCounters()).Count(reason);
    }

    /// <summary>Tells the peer, over the path that is still open, that everything we send it has ended.</summary>
    internal void SayGoodbye<TSink>(ref TSink sink)
        where TSink : struct, IMediaSink
    {
        foreach (var subscription in _subscriptions)
            NoteGone(subscription);
        Feedback.SendGoodbyes(ref sink);
    }

    // Whoever never sent anything is known to nobody (RFC 3550 §6.3.7).
    private void NoteGone(Subscription subscription)
    {
        if (subscription.PacketsSent > 0)
            Feedback.NoteGone(subscription.Parameters);
    }

    internal ushort NextTransportSequence() => _transportSequence++;

    /// <summary>Something authentic has come over this path.</summary>
    internal void Heard(NetworkPathState path, long nowUs)
    {
        path.HeardUs = nowUs;
        HeardUs = nowUs;
    }

    /// <summary>A good check has come over a path that was not there before.</summary>
    internal void Reach(NetworkPathState path, long nowUs)
    {
        WasReached = true;
        _paths.Add(path, nowUs);
    }

    /// <summary>Looks at its paths no later than at a time.</summary>
    internal void LookNoLater(long timeUs) => Engine.Timers.SetNoLater(_liveness, timeUs);

    /// <summary>Asks for keyframes: none was of use while nothing could be sent.</summary>
    internal void AskForBeginnings(long nowUs)
    {
        foreach (var subscription in _subscriptions)
            subscription.AskForBeginning(nowUs);
    }

    /// <summary>Begins to wait for it.</summary>
    internal void Start(long nowUs)
    {
        _startedUs = HeardUs = nowUs;
        Engine.Timers.Set(_liveness, PatienceEndUs);
    }

    /// <summary>The first check with the new credentials has come: the former ones are of no use any more.</summary>
    internal void ForgetFormer()
    {
        if (FormerUfrag is { } former)
            Engine.Ufrags.Remove(former, this);
        FormerUfrag = null;
        _formerPassword = null;
    }

    internal void SetKeys(SrtpKeys keys)
    {
        SrtpSender ??= SrtpSender.Create(keys.Profile, keys.SendKey, keys.SendSalt);
        SrtpReceiver ??= SrtpReceiver.Create(keys.Profile, keys.ReceiveKey, keys.ReceiveSalt);
        Feedback.Start();
        AskForBeginnings(Engine.LastUs);
    }

    /// <summary>When the peer is given up. Until a path was chosen for the first time that comes from the start on, however much is heard.</summary>
    private long PatienceEndUs => _paths.WasSelected ? HeardUs + Engine.Options.ConsentTimeoutUs : _startedUs + Engine.Options.ConnectTimeoutUs;

    internal void NoteNews(Subscription subscription)
    {
        if (subscription.HasNews)
            return;
        subscription.HasNews = true;
        _news.Add(subscription);
        if (!HasNews)
            Engine.NoteNews(this);
    }

    /// <summary>Sends what came for the peer in this turn.</summary>
    internal void Flush<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        HasNews = false;
        foreach (var subscription in _news)
        {
            subscription.HasNews = false;
            Serve(ref sink, subscription, nowUs);
        }

        _news.Clear();
    }

    /// <summary>Sends what came for one of the peer's subscriptions.</summary>
    internal void Serve<TSink>(ref TSink sink, Subscription subscription, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (SrtpSender is { } srtp && Selected is { } path)
            subscription.Forward(ref sink, path.Number, srtp, nowUs);
        else
            subscription.Skip();
    }

    internal void Close()
    {
        HasEnded = true;
        Engine.Timers.Clear(_liveness);
        foreach (var subscription in _subscriptions)
            subscription.Detach();
        _subscriptions.Clear();
        _news.Clear();
        Receiver.Close();
        Feedback.Close();
        _bandwidth?.Close();
        SrtpSender?.Dispose();
        SrtpReceiver?.Dispose();
        SrtpSender = null;
        SrtpReceiver = null;
    }
}
