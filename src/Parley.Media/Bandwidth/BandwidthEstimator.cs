// How much a subscriber's transport carries, from what its reports say. Delay and acknowledged rate as in draft-ietf-rmcat-gcc-02, with the lower
// envelope of the delay instead of its trend; docs/decisions/0017 says why.
using System.Runtime.CompilerServices;
using Parley.Media.Rtcp;

namespace Parley.Media.Bandwidth;

/// <summary>
/// The estimate for one transport. Tell it of every packet that carries a transport-wide number, of every report, and call <see cref="HandleTime"/> at
/// least ten times a second while anything is sent. Rates are in bits per second of whole datagrams, if those are what <see cref="NoteSent"/> is given.
/// </summary>
public sealed class BandwidthEstimator
{
    /// <summary>How often a packet may be called lost on an average: what reports cost is bounded by what is sent.</summary>
    private const long LooksPerPacket = 4;

    /// <summary>How often reports of losses would come.</summary>
    private const long FollowUs = 1_000_000;

    /// <summary>
    /// Media that never comes to so much of the target cannot show that more fits, so probes ask instead: a target that followed it would stand above the way. Arrivals
    /// are what counts: a way spreads them over the time that they take, while each burst that is sent would push the target up.
    /// </summary>
    private const double CarriedShare = 0.95;

    private readonly BandwidthOptions _options;
    // These two are written for every packet: within the object, not elsewhere.
    private NumberedPackets _sent = new();
    private SentRate _sentRate = new();
    private readonly ArrivalHistory _arrivals = new();
    private readonly LossHistory _losses = new();
    private readonly ReportedLimit _reported = new();
    private readonly TargetRate _rate;
    private readonly ProbeSchedule _probes;
    private ProbeMeasurement _measurement;
    private long _highestReported = long.MinValue;
    private long _feedbackUs = long.MinValue;
    private long _firstUnansweredUs = long.MinValue;
    private long _silenceStepUs;
    private long _lastArrivalUs;
    private long _sentOfLastArrivalUs;
    private bool _isSilent;
    private bool _isLimitedByReports;
    private long _followedUs;
    private long _looks;
    private long _sentAtReport;

    /// <summary>An estimator that knows nothing yet.</summary>
    public BandwidthEstimator(BandwidthOptions? options = null)
    {
        _options = options ?? new BandwidthOptions();
        _rate = new TargetRate(_options, CarriedShare);
        _probes = new ProbeSchedule(Prober, _options);
        WantedBps = _options.MaxBps;
    }

    /// <summary>How much may be sent: media, retransmissions and redundancy together.</summary>
    public long TargetBps => _rate.TargetBps;

    /// <summary>
    /// How much there is to send at best: the highest layers of everything that is subscribed to. Nothing is probed for beyond it.
    /// </summary>
    public long WantedBps { get; set; }

    /// <summary>Whether anything is to be gained by more than there is: without it nothing is probed for. What is sent anyway asks for itself.</summary>
    public bool WantsMore { get; set; } = true;

    /// <summary>The share of packets that was lost lately, 0 to 1.</summary>
    public double Loss => HasFeedback ? _losses.Share : _reported.Loss;

    /// <summary>The smoothed round-trip time, in microseconds; 0 while it is unknown.</summary>
    public long RttUs { get; private set; }

    /// <summary>How long packets wait in queues on the way, in microseconds, by the last report.</summary>
    public long QueueDelayUs { get; private set; }

    /// <summary>The rate at which packets arrived lately, in bits per second.</summary>
    public long AcknowledgedBps => _arrivals.ReceiveRate(500_000);

    /// <summary>What last moved the target.</summary>
    public RateChangeReason Reason => _rate.Reason;

    /// <summary>What padding is to be sent.</summary>
    public Prober Prober { get; } = new();

    /// <summary>True while a probe is being sent or its result is awaited.</summary>
    public bool IsProbing => Prober.IsActive || _measurement.IsPending;

    /// <summary>True when the peer sends transport-wide feedback.</summary>
    public bool HasFeedback => _feedbackUs != long.MinValue;

    /// <summary>True when there is more to the target than a first guess: arrivals were reported, or other reports say that not everything fits.</summary>
    public bool IsKnown => HasFeedback || _isLimitedByReports;

    /// <summary>
    /// True while the way is known to be full at some rate, by overuse, loss or the peer's own limit. Before it ever was, and once it turns out to carry more,
    /// there is no reason to hold anything back.
    /// </summary>
    public bool IsShort => HasFeedback ? _rate.IsShort : _isLimitedByReports;

    /// <summary>
    /// True from a silence of the peer until the way is found to be full: the target went down because nothing is known, not because little fits, and what is sent is what
    /// will be reported of.
    /// </summary>
    public bool IsUncertain { get; private set; }

    /// <summary>When the first packet left; <see cref="long.MaxValue"/> before.</summary>
    internal long FirstSentUs => _sentRate.FirstUs;

    /// <summary>A datagram with a transport-wide number has left. Numbers follow one another.</summary>
    /// <param name="sequence">The number.</param>
    /// <param name="bytes">Its size; with UDP's and IP's headers if the estimate is to include them.</param>
    /// <param name="nowUs">When it left.</param>
    public void NoteSent(ushort sequence, int bytes, long nowUs)
    {
        byte cluster = 0;
        if (Prober.Count(bytes, nowUs))
        {
            cluster = Prober.Cluster;
            _measurement.NoteSent(_sent.IsEmpty ? 0x1_0000 + sequence : _sent.Highest + 1);
        }

        _sent.Add(sequence, bytes, nowUs, cluster, mayGrow: HasFeedback);
        _sentRate.Add(bytes, nowUs);
        if (_firstUnansweredUs == long.MinValue)
            _firstUnansweredUs = nowUs;
    }

    /// <summary>A datagram has left that carries no transport-wide number: it counts for what is sent, and nothing is reported of its way.</summary>
    public void NoteUnnumbered(int bytes, long nowUs) => _sentRate.Add(bytes, nowUs);

    /// <summary>Takes a transport-wide report. Numbers that were not sent, or were reported before, are passed over.</summary>
    public void HandleFeedback(ReadOnlySpan<PacketArrival> arrivals, long nowUs)
    {
        BeginReport(nowUs);
        foreach (var arrival in arrivals)
            NoteFate(arrival, nowUs);
        EndReport(nowUs);
    }

    /// <summary>Takes a transport-wide report as it came.</summary>
    internal void HandleFeedback(in TransportFeedback feedback, long nowUs)
    {
        BeginReport(nowUs);
        // In a few bytes a report may speak of 65,535 packets that it calls lost: only those that are remembered are looked at, and not again and again.
        var (next, end) = _sent.Remembered(feedback.BaseSequence, feedback.Count);
        foreach (var arrival in feedback)
        {
            var position = (ushort)(arrival.Sequence - feedback.BaseSequence);
            NoteLosses(feedback.BaseSequence, next, Math.Min(position, end), nowUs);
            NoteFate(new PacketArrival(arrival.Sequence, arrival.ArrivalUs), nowUs);
            next = Math.Max(next, position + 1);
        }

        NoteLosses(feedback.BaseSequence, next, end, nowUs);
        EndReport(nowUs);
    }

    /// <summary>Takes a receiver report (RFC 3550 §6.4.1), which limits the target of a peer that sends nothing better.</summary>
    /// <param name="fractionLost">The share lost since the report before, 0 to 1.</param>
    /// <param name="rttUs">The round-trip time; 0 while it is unknown.</param>
    /// <param name="nowUs">The time.</param>
    public void HandleReceiverReport(double fractionLost, long rttUs, long nowUs)
    {
        if (rttUs > 0 && !HasFeedback)
            NoteRtt(rttUs);
        _reported.HandleReport(fractionLost);
        _followedUs = nowUs;
        FollowReports(nowUs);
    }

    /// <summary>Takes what the peer says it can receive (REMB); it limits the target of a peer that sends nothing better.</summary>
    public void HandleRemb(long bps, long nowUs)
    {
        _reported.HandleRemb(bps, nowUs);
        FollowReports(nowUs);
    }

    /// <summary>Lets time pass: begins probes, and grows careful when the peer is silent.</summary>
    public void HandleTime(long nowUs)
    {
        if (!HasFeedback)
        {
            FollowTime(nowUs);
            return;
        }

        if (_firstUnansweredUs != long.MinValue && nowUs - Math.Max(_firstUnansweredUs, _feedbackUs) > SilenceUs)
        {
            GrowCareful(nowUs);
            return;
        }

        if (IsProbing)
        {
            GiveUpProbe(nowUs);
            return;
        }

        // Where nothing is sent nothing is reported, and the queue is not ours any more.
        if (_rate.IsDraining && nowUs - _feedbackUs > SilenceUs + QueueDelayUs)
            _rate.FinishDraining();
        if (_rate.IsDraining || _isSilent || !WantsMore)
            return;
        if (_probes.Next(_rate, WantedBps, _sentRate.Bps(nowUs), nowUs) is > 0 and var rate)
        {
            Prober.Begin(rate, nowUs);
            _measurement.Begin(Prober.Cluster, rate);
        }
    }

    // Of nothing there are no reports of losses, whatever else the peer repeats. Without them the last ones are forgotten: more is tried after a while.
    private void FollowTime(long nowUs)
    {
        if (!_isLimitedByReports || nowUs - _followedUs < FollowUs || _sentRate.Bps(nowUs) > ProbeSchedule.IdleBps)
            return;
        _reported.Forget();
        _followedUs = nowUs;
        FollowReports(nowUs);
    }

    private void FollowReports(long nowUs)
    {
        if (HasFeedback)
            return;
        var sentBps = _sentRate.Bps(nowUs);
        // Until a report speaks against it, what is sent fits.
        var target = _isLimitedByReports ? TargetBps : Math.Max(TargetBps, sentBps + sentBps / 2);
        _rate.Follow(_reported.Apply(target, sentBps, nowUs), WantedBps);
        if (Reason is RateChangeReason.Loss or RateChangeReason.PeerLimit)
            _isLimitedByReports = true;
        // That nothing fits shows nothing.
        else if (WantedBps > 0 && TargetBps >= WantedBps * TargetRate.WantedMargin)
            _isLimitedByReports = false;
    }

    private long SilenceUs => Math.Max(600_000, 3 * RttUs);

    private void BeginReport(long nowUs)
    {
        _looks = Math.Min(_looks + LooksPerPacket * (_sent.Highest - _sentAtReport), LooksPerPacket * NumberedPackets.LastCapacity);
        _sentAtReport = _sent.Highest;
        _losses.Advance(nowUs);
        _lastArrivalUs = long.MinValue;
    }

    private void NoteLosses(ushort sequence, int first, int end, long nowUs)
    {
        for (; first < end && _looks > 0; first++, _looks--)
            NoteFate(new PacketArrival((ushort)(sequence + first), PacketArrival.Lost), nowUs);
    }

    private void NoteFate(PacketArrival arrival, long nowUs)
    {
        ref var packet = ref _sent.Find(arrival.Sequence, out var extended);
        if (Unsafe.IsNullRef(ref packet) || packet.Fate is PacketFate.Unused or PacketFate.Received)
            return;
        _highestReported = Math.Max(_highestReported, extended);
        var sentUs = NumberedPackets.SentUs(in packet, nowUs);
        if (!arrival.HasArrived)
        {
            NoteLoss(ref packet, sentUs, nowUs);
            return;
        }

        NoteArrival(ref packet, sentUs, arrival.ArrivalUs);
        if (arrival.ArrivalUs > _lastArrivalUs)
            (_lastArrivalUs, _sentOfLastArrivalUs) = (arrival.ArrivalUs, sentUs);
    }

    private void EndReport(long nowUs)
    {
        if (_lastArrivalUs == long.MinValue)
            return;
        NoteRtt(nowUs - _sentOfLastArrivalUs);
        Hear(nowUs);
        Judge(nowUs);
        HandleTime(nowUs);
    }

    private void NoteArrival(ref NumberedPacket packet, long sentUs, long arrivalUs)
    {
        _losses.CountReceived(packet.Fate == PacketFate.Lost);
        packet.Fate = PacketFate.Received;
        _arrivals.Add(sentUs, arrivalUs, packet.Bytes);
        if (packet.Cluster != 0)
            _measurement.NoteArrival(packet.Cluster, packet.Bytes, sentUs, arrivalUs);
    }

    private void NoteLoss(ref NumberedPacket packet, long sentUs, long nowUs)
    {
        if (packet.Fate == PacketFate.Lost)
            return;
        packet.Fate = PacketFate.Lost;
        // What was sent into a dead way says nothing of a living one.
        if (!_isSilent && nowUs - sentUs < SilenceUs + RttUs)
            _losses.CountLost();
    }

    private void NoteRtt(long rttUs) => RttUs = RttUs == 0 ? rttUs : RttUs + (rttUs - RttUs) / 8;

    private void Hear(long nowUs)
    {
        if (_feedbackUs == long.MinValue)
            _probes.Start(nowUs);
        if (_isSilent)
        {
            _isSilent = false;
            _arrivals.Reset();
            _losses.Restart();
            _measurement.Abandon();
            Prober.Cancel();
            _probes.Restart(_rate.BeforeSilenceBps, nowUs);
            _rate.EndSilence();
        }

        _feedbackUs = nowUs;
        _firstUnansweredUs = long.MinValue;
    }

    private void Judge(long nowUs)
    {
        JudgeWay(nowUs);
        IsUncertain &= !_rate.IsShort;
    }

    private void JudgeWay(long nowUs)
    {
        if (_measurement.TryFinish(_highestReported, out var result))
            JudgeProbe(result, nowUs);

        var sentBps = _sentRate.Bps(nowUs);
        if (_arrivals.TryGetQueueDelay(out var delayUs))
        {
            QueueDelayUs = delayUs;
            switch (_rate.HandleQueue(delayUs, _arrivals, sentBps, _losses.Excess, RttUs, nowUs))
            {
                case QueueVerdict.Overuse:
                    _probes.NoteOveruse(nowUs);
                    Prober.Cancel();
                    return;
                case QueueVerdict.NotOurs:
                    _arrivals.Rebase();
                    break;
                default:
                    break;
            }
        }

        if (_losses.Excess > TargetRate.ExcessLoss && _rate.HandleLoss(_arrivals.ReceiveRate(1_000_000), nowUs))
        {
            _losses.Restart();
            _probes.NoteOveruse(nowUs);
        }

        var receivedBps = _arrivals.SteadyRate(500_000);
        _rate.FollowArrivals(receivedBps, WantsMore, _losses.IsSuspect, nowUs);
        // What is lost on a way that loses anyway has passed the bottleneck, or would have.
        if (_rate.Grow(sentBps, (long)(receivedBps / Math.Max(1 - _losses.Share, 0.5)), _losses.IsSuspect, WantedBps, nowUs))
            _probes.NoteGrowth(nowUs);
    }

    private void JudgeProbe(long resultBps, long nowUs)
    {
        var end = _measurement.HasMetEnd ? resultBps : long.MaxValue;
        var confirmedEnd = _probes.NoteEnd(end);
        if (_probes.Judge(_rate, resultBps, nowUs))
            _rate.Raise(resultBps, WantedBps);
        else if (_rate.IsAbove(confirmedEnd))
            _rate.Lower(confirmedEnd);
        else if (_rate.IsAbove(end))
            _probes.Confirm(nowUs);
    }

    private void GrowCareful(long nowUs)
    {
        if (_isSilent && nowUs - _silenceStepUs < SilenceUs)
            return;
        Prober.Cancel();
        _measurement.Abandon();
        _rate.HandleSilence(isFirst: !_isSilent);
        _isSilent = IsUncertain = true;
        _silenceStepUs = nowUs;
    }

    // A cluster whose report never comes must not block the next.
    private void GiveUpProbe(long nowUs)
    {
        Prober.PaddingDue(nowUs);
        if (Prober.IsActive || !_measurement.IsPending)
            return;
        if (!Prober.HasSent)
            _probes.NoteUnserved(nowUs);
        else if (nowUs - _probes.BeganUs <= 1_000_000 + 2 * RttUs)
            return;
        _measurement.Abandon();
    }
}
