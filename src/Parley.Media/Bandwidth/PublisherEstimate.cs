// What may be sent to us, judged by what arrives: for publishers that number nothing, and go by our estimate (draft-alvestrand-rmcat-remb-03).
namespace Parley.Media.Bandwidth;

/// <summary>
/// The controller of <see cref="BandwidthEstimator"/> at the receiving end: queues on the way are seen by the packets' times of sending, where they carry them, and loss by
/// what is missing.
/// </summary>
internal sealed class PublisherEstimate
{
    private const long StepUs = 100_000;

    /// <summary>Of this loss on, less is asked for; what is half of it is no reason for more.</summary>
    private const double SeriousLoss = 0.1;

    /// <summary>A round trip is not known here; this is longer than most.</summary>
    private const long AssumedRttUs = 200_000;

    /// <summary>Publishers cannot be probed, and encoders leave a part of what they may take: what comes close asks for more.</summary>
    private const double CarriedShare = 0.8;

    private static readonly BandwidthOptions Options = new() { StartBps = 1_000_000 };

    private readonly ArrivalHistory _arrivals = new();
    private readonly TargetRate _rate = new(Options, CarriedShare);
    private int _lastSendTime = -1;
    private long _sendTicks;
    private long _steppedUs;
    private double _loss;
    private bool _hasNewLoss;

    /// <summary>What may be sent, in bits per second.</summary>
    public long TargetBps => _rate.TargetBps;

    /// <summary>Why it is as it is.</summary>
    public RateChangeReason Reason => _rate.Reason;

    /// <summary>A packet has come.</summary>
    /// <param name="sendTime">When it was sent, 24 bits of 6.18 fixed point seconds; -1 when it does not say.</param>
    /// <param name="bytes">Its size, with UDP's and IP's headers.</param>
    /// <param name="nowUs">The time.</param>
    public void NoteArrival(int sendTime, int bytes, long nowUs)
    {
        // What does not say when it was sent shows no queue.
        var sentUs = nowUs;
        if (sendTime >= 0)
        {
            if (_lastSendTime >= 0)
                _sendTicks += (sendTime - _lastSendTime) << 8 >> 8;
            _lastSendTime = sendTime;
            sentUs = _sendTicks * 1_000_000 >> 18;
        }
        else if (_lastSendTime >= 0)
        {
            return;
        }

        _arrivals.Add(sentUs, nowUs, bytes);
        if (nowUs - _steppedUs >= StepUs)
            Step(nowUs);
    }

    /// <summary>The share of packets that did not come of late.</summary>
    public void NoteLoss(double share) => (_loss, _hasNewLoss) = ((_loss + share) / 2, true);

    private void Step(long nowUs)
    {
        _steppedUs = nowUs;
        var received = _arrivals.ReceiveRate(500_000);
        if (_arrivals.TryGetQueueDelay(out var queueUs))
        {
            switch (_rate.HandleQueue(queueUs, _arrivals, received, _loss, AssumedRttUs, nowUs))
            {
                case QueueVerdict.Overuse:
                    return;
                case QueueVerdict.NotOurs:
                    _arrivals.Rebase();
                    break;
                default:
                    break;
            }
        }

        if (_hasNewLoss && _loss > SeriousLoss)
            _rate.HandleLoss(received, nowUs);
        _hasNewLoss = false;
        var isSuspect = _loss > SeriousLoss / 2;
        _rate.FollowArrivals(_arrivals.SteadyRate(500_000), wantsMore: false, isSuspect, nowUs);
        _rate.Grow(received, received, isSuspect, Options.MaxBps, nowUs);
    }
}
