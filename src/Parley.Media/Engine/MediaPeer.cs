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
    /// <summary>More paths than any honest peer has at a time; the least used gives way.</summary>
    internal const int MaxPaths = 8;

    /// <summary>A nominated path of lower priority takes over when the selected one has been silent for so long, and another peer an address.</summary>
    internal const long SilentPathUs = 1_000_000;

    /// <summary>
    /// The selected path gives way to one that is heard when it was silent for so long: two of a browser's checks, every 2.5 s at most, and several reports. See docs/decisions/0021.
    /// </summary>
    private const long LeftAfterUs = 5_000_000;

    /// <summary>The same for a path of which there was one check and nothing since: its address may be anybody's.</summary>
    private const long UnprovenLeftAfterUs = 3_000_000;

    /// <summary>A path that takes over was heard within this time.</summary>
    private const long HeardOfLateUs = 3_000_000;

    /// <summary>While a path is silent, and nothing else is heard, how often it is looked for something else.</summary>
    private const long LookAgainUs = 1_000_000;

    private readonly List<NetworkPathState> _paths = [];
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<Subscription> _news = [];
    private readonly HashSet<uint> _usedSsrcs = [];
    private readonly Deadline _liveness;
    private DropCounters? _drops;
    private byte[] _localPassword;
    private byte[]? _formerPassword;
    private ushort _transportSequence;
    private PeerBandwidth? _bandwidth;
    private bool _wasSelected;
    private long _startedUs;
    // Where the peer wants its media: what is selected goes back to it when it is heard again.
    private NetworkPathState? _nominated;
    private int _generation;

    internal MediaPeer(MediaEngine engine, PeerId id, IceCredentials local, IceCredentials? remote)
    {
        Engine = engine;
        Id = id;
        Local = local;
        Remote = remote;
        _localPassword = Encoding.ASCII.GetBytes(local.Password);
        _liveness = new Deadline(this, DeadlineReason.Liveness);
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

    internal NetworkPathState? Selected { get; private set; }

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
        _generation++;
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
            Subscriptions = [.. _subscriptions.Select(static subscription => subscription.ReadStatistics())],
            Drops = _drops is { } drops ? [.. Enum.GetValues<DropReason>().Where(reason => drops[reason] > 0).Select(reason => (reason, drops[reason]))] : [],
        };
    }

    MediaPeer? IDeadlineOwner.Bearer => this;

    void IDeadlineOwner.HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
    {
        if (nowUs >= PatienceEndUs)
        {
            Engine.End(ref sink, this, _wasSelected ? PeerEndReason.ConsentExpired : WasReached ? PeerEndReason.NotNominated : PeerEndReason.NoConnectivity);
            return;
        }

        for (var i = _paths.Count - 1; i >= 0; i--)
        {
            if (ExpiryUs(_paths[i]) <= nowUs)
                Engine.Connectivity.LosePath(ref sink, _paths[i]);
        }

        if (LeaveSilentPath(nowUs) is { } heard)
            sink.Raise(new PathSelected(Id, heard.Number));
        Engine.Timers.Set(_liveness, Math.Min(PatienceEndUs, NextLookUs(nowUs)));
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

    internal void AddPath(NetworkPathState path, long nowUs)
    {
        WasReached = true;
        path.OpenedUs = path.HeardUs = nowUs;
        _paths.Add(path);
        Engine.Timers.SetNoLater(_liveness, NextLookUs(nowUs));
    }

    /// <summary>The path that gives way to a new one; null while there is room.</summary>
    internal NetworkPathState? SurplusPath() =>
        _paths.Count < MaxPaths ? null : _paths.Where(path => path != Selected).MinBy(path => path.HeardUs);

    internal void RemovePath(NetworkPathState path)
    {
        _paths.Remove(path);
        if (Selected == path)
            Selected = null;
        if (_nominated == path)
            _nominated = null;
    }

    internal IEnumerable<NetworkPathState> Paths => _paths;

    /// <summary>The peer nominates the path. True when the media moves to it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isFormer">Whether by the credentials from before the last restart.</param>
    /// <param name="nowUs">The time.</param>
    internal bool Nominate(NetworkPathState path, bool isFormer, long nowUs)
    {
        path.IsNominated = true;
        if (!isFormer)
            path.Generation = _generation;
        // An agent that nominates every pair wants the one of highest priority; after a restart it is another choice, and most choose once.
        if (Selected is { } current && current != path && path.Priority < current.Priority && path.Generation <= current.Generation && nowUs - current.HeardUs < SilentPathUs)
            return false;
        _nominated = path;
        if (Selected == path)
            return false;
        _wasSelected = true;
        Select(path, nowUs);
        return true;
    }

    /// <summary>A check has come over the path. True when it is the nominated one that was left for its silence: the media goes back to it.</summary>
    internal bool TryReturnTo(NetworkPathState path)
    {
        if (path != _nominated || Selected is null || Selected == path)
            return false;
        path.IsNominated = true;
        Selected = path;
        return true;
    }

    /// <summary>
    /// The path in place of a selected one that is gone: of the nominated ones, else of all (RFC 8445 §12.1), the one that was heard last. Null when nothing changes.
    /// </summary>
    internal NetworkPathState? SelectAgain(long nowUs)
    {
        if (Selected is not null || !_wasSelected)
            return null;
        var best = _paths.Where(path => nowUs - path.HeardUs < Engine.Options.ConsentTimeoutUs)
            .OrderByDescending(static path => path.IsNominated).ThenByDescending(static path => path.HeardUs).FirstOrDefault();
        if (best is not null)
            Select(best, nowUs);
        return best;
    }

    private void Select(NetworkPathState path, long nowUs)
    {
        var wasNone = Selected is null;
        Selected = path;
        Engine.Timers.SetNoLater(_liveness, NextLookUs(nowUs));
        if (wasNone)
            AskForBeginnings(nowUs);
    }

    // Nobody's keyframe was of use before.
    private void AskForBeginnings(long nowUs)
    {
        foreach (var subscription in _subscriptions)
            subscription.AskForBeginning(nowUs);
    }

    /// <summary>Where to send what need not wait for nomination: handshakes.</summary>
    internal NetworkPathState? AnyPath()
    {
        if (Selected is { } selected)
            return selected;
        NetworkPathState? best = null;
        foreach (var path in _paths)
        {
            if (best is null || path.HeardUs > best.HeardUs)
                best = path;
        }

        return best;
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
    private long PatienceEndUs => _wasSelected ? HeardUs + Engine.Options.ConsentTimeoutUs : _startedUs + Engine.Options.ConnectTimeoutUs;

    /// <summary>When there is no consent to a path any more (RFC 7675 §5.1). A connection that is not in use says itself when it is gone.</summary>
    private long ExpiryUs(NetworkPathState path) =>
        path.Key.IsTcp && path != Selected ? long.MaxValue : path.HeardUs + Engine.Options.ConsentTimeoutUs;

    /// <summary>The path in place of a selected one that is silent while others are heard; null when there is no need, or no other.</summary>
    private NetworkPathState? LeaveSilentPath(long nowUs)
    {
        if (Selected is not { } silent || nowUs < LeftUs(silent))
            return null;
        NetworkPathState? best = null;
        foreach (var path in _paths)
        {
            if (nowUs - path.HeardUs < HeardOfLateUs && (best is null || path.HeardUs > best.HeardUs))
                best = path;
        }

        if (best is null)
            return null;
        silent.IsNominated = false;
        return Selected = best;
    }

    private static long LeftUs(NetworkPathState path) => path.HeardUs + (path.HeardUs == path.OpenedUs ? UnprovenLeftAfterUs : LeftAfterUs);

    /// <summary>When a path expires, or the selected one may be left for another.</summary>
    private long NextLookUs(long nowUs)
    {
        var next = Selected is { } selected && _paths.Count > 1 ? Math.Max(LeftUs(selected), nowUs + LookAgainUs) : long.MaxValue;
        foreach (var path in _paths)
            next = Math.Min(next, ExpiryUs(path));
        return next;
    }

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
