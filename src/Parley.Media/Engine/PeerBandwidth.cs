// What the way to one peer carries, and what follows from it: which layers are sent, the pace of video where the way is short, and probes for more.
using Parley.Media.Bandwidth;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;

namespace Parley.Media.Engine;

/// <summary>
/// The bandwidth half of a peer that receives. A way that was never found full holds nothing back: what is sent shows what it carries. A peer that reports neither
/// arrivals nor a limit nor losses is sent everything.
/// </summary>
internal sealed class PeerBandwidth : IDeadlineOwner
{
    /// <summary>Reports drive the estimate; this is for when they stay away.</summary>
    private const long TickUs = 250_000;

    /// <summary>How often layers are chosen: at once for less, and without haste for more.</summary>
    private const long ChooseUs = 250_000;

    /// <summary>A peer that negotiates reports of arrivals and sends none for so long is one that knows none.</summary>
    private const long FirstReportUs = 2_000_000;

    /// <summary>Fewer packets than this say nothing of the share that is lost.</summary>
    private const long EnoughPackets = 20;

    /// <summary>So much may be sent without a number until the estimator hears of it.</summary>
    private const int MostUnnumbered = 16 * 1024;

    private static readonly BandwidthOptions Options = new() { StartBps = 1_000_000 };

    private readonly MediaPeer _peer;
    private readonly Deadline _tick;
    private readonly Deadline _pace;
    private readonly BandwidthEstimator _estimator = new(Options) { WantedBps = 0 };
    private readonly PacingBudget _pacing = new(Options.StartBps);
    private readonly List<Subscription> _held = [];
    private LayerDemand[] _demands = [];
    private long _chosenUs = long.MinValue / 2;
    private long _chosenAtBps;
    private long _chosenBps;
    private double _lostPackets;
    private long _reportedPackets;
    private int _headers = NetworkPathState.HeadersIPv4;
    private int _turn;
    private PendingPackets _pending;
    private int _pendingCount;
    private int _pendingUnnumbered;
    private bool _isExact;
    private bool _isNumbered;
    private bool _isChoosing;
    private bool _holdsAll;

    public PeerBandwidth(MediaPeer peer)
    {
        _peer = peer;
        _tick = new Deadline(this, DeadlineReason.Bandwidth);
        _pace = new Deadline(this, DeadlineReason.Pacing);
    }

    /// <summary>The estimate, in bits per second; 0 while there is none.</summary>
    public long EstimateBps => _estimator.IsKnown ? _estimator.TargetBps : 0;

    /// <summary>True while the way is short, so that bursts are spread.</summary>
    public bool IsPacing { get; private set; }

    /// <summary>The longest that a packet was held back.</summary>
    public long LongestWaitUs { get; private set; }

    /// <summary>A subscription of the peer begins.</summary>
    public void Add(Subscription subscription)
    {
        _isNumbered |= subscription.Parameters.Extensions.IdOf(HeaderExtension.TransportSequence) != 0;
        _peer.Engine.Timers.SetNoLater(_tick, _peer.Engine.LastUs + TickUs);
    }

    /// <summary>A subscription is gone.</summary>
    public void Forget(Subscription subscription) => _held.Remove(subscription);

    /// <summary>What is wanted has changed.</summary>
    public void Reconsider(long nowUs) => ChooseLayers(nowUs);

    /// <summary>True when a packet of video may leave now.</summary>
    public bool MaySend(long nowUs) => !IsPacing || _pacing.IsOpen(nowUs);

    /// <summary>A datagram with a transport-wide number has left.</summary>
    public void NoteSent(ushort sequence, int length, long nowUs)
    {
        var bytes = length + _headers;
        _pending[_pendingCount++] = new PendingPacket((uint)nowUs, sequence, (ushort)bytes);
        if (_pendingCount == PendingPackets.Capacity || _isExact)
            Settle(nowUs);
        if (IsPacing)
            _pacing.Charge(bytes, nowUs);
    }

    /// <summary>A datagram without one has left, or the very same was sent again.</summary>
    public void NoteUnnumbered(int length, long nowUs)
    {
        _pendingUnnumbered += length + _headers;
        if (_pendingUnnumbered > MostUnnumbered)
            Settle(nowUs);
        if (IsPacing)
            _pacing.Charge(length + _headers, nowUs);
    }

    /// <summary>A subscription has more to send than may leave now: it goes on when it may.</summary>
    public void Hold(Subscription subscription)
    {
        if (!_held.Contains(subscription))
            _held.Add(subscription);
        // What waits now sets the pace now: the next report may be far.
        _pacing.SetBacklog(Waiting());
        _peer.Engine.Timers.SetNoLater(_pace, _pacing.OpenUs);
    }

    /// <summary>What was held back leaves.</summary>
    public void NoteWait(long waitedUs) => LongestWaitUs = Math.Max(LongestWaitUs, waitedUs);

    /// <summary>Takes what the peer reports of its arrivals.</summary>
    public void Handle(in TransportFeedback feedback, long nowUs)
    {
        Settle(nowUs);
        _estimator.HandleFeedback(in feedback, nowUs);
        Follow(nowUs);
    }

    /// <summary>Takes what the peer itself says that it can receive (REMB).</summary>
    public void HandleLimit(long bps, long nowUs)
    {
        Settle(nowUs);
        _estimator.HandleRemb(bps, nowUs);
        Follow(nowUs);
    }

    /// <summary>Takes what a receiver report says of one stream.</summary>
    public void NoteReport(in ReportBlock block, long packets, long rttUs, long nowUs)
    {
        // It is of what was sent before, and everything is held back for that already; of the way on which it goes on one day it says nothing.
        if (_holdsAll)
        {
            (_lostPackets, _reportedPackets) = (0, 0);
            return;
        }

        _lostPackets += packets * block.FractionLost / 256.0;
        _reportedPackets += packets;
        if (_reportedPackets < EnoughPackets)
            return;
        Settle(nowUs);
        _estimator.HandleReceiverReport(_lostPackets / _reportedPackets, rttUs, nowUs);
        (_lostPackets, _reportedPackets) = (0, 0);
        Follow(nowUs);
    }

    public void Close()
    {
        _peer.Engine.Timers.Clear(_tick);
        _peer.Engine.Timers.Clear(_pace);
        _held.Clear();
    }

    public MediaPeer? Bearer => _peer;

    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (reason == DeadlineReason.Pacing)
        {
            Release();
            return;
        }

        _headers = _peer.Selected?.HeaderBytes ?? _headers;
        Settle(nowUs);
        _estimator.HandleTime(nowUs);
        _isExact = _estimator.Prober.IsActive;
        Probe(ref sink, nowUs);
        Follow(nowUs);
        if (_peer.SubscriptionList.Count > 0)
            _peer.Engine.Timers.SetNoLater(_tick, nowUs + TickUs);
    }

    private void Follow(long nowUs)
    {
        if (nowUs - _chosenUs >= ChooseUs || _estimator.TargetBps < _chosenAtBps)
            ChooseLayers(nowUs);
        IsPacing = _estimator.IsShort;
        _isExact = _estimator.Prober.IsActive;
        if (IsPacing)
        {
            // What is sent whole though it does not fit gains nothing by waiting: only what stands out of it is spread.
            _pacing.SetTarget(Math.Max(_estimator.TargetBps, _chosenBps), _estimator.Prober.IsActive ? _estimator.Prober.RateBps : 0);
            _pacing.SetBacklog(Waiting());
        }

        if (_estimator.Prober.IsActive)
            _peer.Engine.Timers.SetNoLater(_tick, Math.Max(_estimator.Prober.NextUs, nowUs + TimerWheel.TickUs));
    }

    // The estimator is spread over many places in memory: it hears of packets some at a time, and always before it decides anything.
    private void Settle(long nowUs)
    {
        for (var i = 0; i < _pendingCount; i++)
        {
            ref readonly var packet = ref _pending[i];
            // The latest time before now that has the low half.
            _estimator.NoteSent(packet.Sequence, packet.Bytes, nowUs - (uint)((uint)nowUs - packet.SentUs));
        }

        _pendingCount = 0;
        if (_pendingUnnumbered > 0)
            _estimator.NoteUnnumbered(_pendingUnnumbered, nowUs);
        _pendingUnnumbered = 0;
    }

    // Each in its turn goes first, so that nobody waits for all that another has.
    private void Release()
    {
        var first = _turn++;
        for (var i = 0; i < _held.Count; i++)
            _peer.NoteNews(_held[(int)((uint)(first + i) % (uint)_held.Count)]);
        _held.Clear();
    }

    private long Waiting()
    {
        long waiting = 0;
        foreach (var subscription in _held)
            waiting += subscription.BytesWaiting;
        return waiting;
    }

    private void ChooseLayers(long nowUs)
    {
        // Beginning to send another layer may ask for another choice.
        if (_isChoosing)
            return;
        _isChoosing = true;
        (_chosenUs, _chosenAtBps) = (nowUs, _estimator.TargetBps);
        var subscriptions = _peer.SubscriptionList;
        if (_demands.Length != subscriptions.Count)
            _demands = new LayerDemand[subscriptions.Count];
        var pictures = 0;
        foreach (var subscription in subscriptions)
            pictures += subscription is { Parameters.Kind: MediaKind.Video, Track: not null, IsPaused: false } ? 1 : 0;
        for (var i = 0; i < _demands.Length; i++)
            (_demands[i] = subscriptions[i].Demand).Fill(subscriptions[i], pictures == 1, nowUs);

        var isGuess = !_estimator.IsKnown && _isNumbered && (_estimator.FirstSentUs == long.MaxValue || nowUs - _estimator.FirstSentUs < FirstReportUs);
        var isFree = !_estimator.IsKnown && !isGuess;
        _chosenBps = isFree ? 0 : LayerAllocator.Allocate(_demands, _estimator.TargetBps, nowUs);
        _estimator.WantedBps = LayerAllocator.Wanted(_demands);
        _estimator.WantsMore = LayerAllocator.WantsMore(_demands);
        // What the peer is asked by while it is not heard is the picture that matters most.
        var kept = _estimator.IsUncertain ? FindOnlyHope() : -1;
        var (holds, sends) = (false, false);
        for (var i = 0; i < _demands.Length; i++)
        {
            if (isFree)
                subscriptions[i].AllowAll();
            else
                subscriptions[i].Allow(_demands[i].Choice, orLowest: isGuess || i == kept);
            holds |= subscriptions[i].IsHeldBack;
            sends |= _demands[i].IsWanted && !subscriptions[i].IsHeldBack;
        }

        _holdsAll = holds && !sends;
        _isChoosing = false;
    }

    /// <summary>The picture that matters most, if none was chosen; else -1.</summary>
    private int FindOnlyHope()
    {
        var best = -1;
        for (var i = 0; i < _demands.Length; i++)
        {
            var demand = _demands[i];
            if (demand.IsAudio || !demand.IsWanted)
                continue;
            if (demand.Choice != LayerChoice.None)
                return -1;
            if (best < 0 || demand.Priority > _demands[best].Priority)
                best = i;
        }

        return best;
    }

    private void Probe<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        var due = _estimator.Prober.PaddingDue(nowUs);
        if (due == 0 || _peer.SrtpSender is not { } srtp || _peer.Selected is not { } path)
            return;
        foreach (var subscription in _peer.SubscriptionList)
        {
            if (subscription.Parameters.Kind != MediaKind.Video)
                continue;
            due -= subscription.SendProbe(ref sink, path.Number, srtp, due, nowUs);
            if (due <= 0)
                return;
        }
    }

    /// <summary>A packet that the estimator has not heard of yet.</summary>
    private readonly record struct PendingPacket(uint SentUs, ushort Sequence, ushort Bytes);

    [System.Runtime.CompilerServices.InlineArray(Capacity)]
    private struct PendingPackets
    {
        public const int Capacity = 32;
        private PendingPacket _first;
    }
}
