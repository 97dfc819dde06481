// Finds out whether the way carries more: for some tens of milliseconds everything together is sent at a higher rate, padding filling what media leaves.
namespace Parley.Media.Bandwidth;

/// <summary>
/// What padding is to be sent. While a cluster is under way, whatever is sent counts for it; ask <see cref="PaddingDue"/> in each turn and at
/// <see cref="NextUs"/>, and send so many bytes of retransmissions or padding (RFC 4588, RFC 3550 §5.1) with numbers of their own.
/// </summary>
public sealed class Prober
{
    /// <summary>How long a cluster takes.</summary>
    public const long ClusterUs = 25_000;

    /// <summary>Fewer packets than this measure nothing, so a slow cluster takes longer.</summary>
    public const int LeastPackets = 6;

    /// <summary>The size of a packet of padding; more is due only when so much is missing, or the cluster ends.</summary>
    public const int PaddingBytes = 1100;

    /// <summary>A cluster that nobody serves is given up.</summary>
    private const long PatienceUs = 200_000;

    private long _calledUs;
    private long _beganUs;
    private long _wantedBytes;
    private long _sentBytes;
    private int _sentPackets;

    /// <summary>True while a cluster is being sent.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The rate at which media and padding together are to leave now; 0 outside clusters. The pacer must let it pass.</summary>
    public long RateBps { get; private set; }

    /// <summary>When padding is due next; <see cref="long.MaxValue"/> when none is.</summary>
    public long NextUs => IsActive ? _beganUs + _sentBytes * 8_000_000 / RateBps : long.MaxValue;

    /// <summary>Whether anything was sent for the last cluster.</summary>
    internal bool HasSent => _sentPackets > 0;

    /// <summary>The cluster's number, 1 to 255; meaningless while there is none.</summary>
    internal byte Cluster { get; private set; }

    /// <summary>How many bytes of padding are to leave now so that the cluster keeps its rate; 0 when none.</summary>
    public int PaddingDue(long nowUs)
    {
        if (!IsActive)
            return 0;
        // Its time counts from its first packet on, but the first must come in time as well.
        if (!HasSent)
            _beganUs = nowUs;
        if (HasSent ? nowUs - _beganUs > PatienceUs && nowUs - NextUs > PatienceUs : nowUs - _calledUs > PatienceUs)
        {
            IsActive = false;
            return 0;
        }

        // What is due at this instant includes the first packet of the interval that begins now.
        var due = (nowUs - _beganUs) * RateBps / 8_000_000 + PaddingBytes - _sentBytes;
        return due < PaddingBytes ? 0 : (int)Math.Min(due, Math.Max(_wantedBytes - _sentBytes, PaddingBytes));
    }

    internal void Begin(long rateBps, long nowUs)
    {
        Cluster = (byte)(Cluster == byte.MaxValue ? 1 : Cluster + 1);
        RateBps = rateBps;
        _wantedBytes = Math.Max(rateBps * ClusterUs / 8_000_000, LeastPackets * PaddingBytes);
        _calledUs = _beganUs = nowUs;
        _sentBytes = 0;
        _sentPackets = 0;
        IsActive = true;
    }

    internal void Cancel() => IsActive = false;

    /// <summary>Counts what has left; true when it belongs to the cluster.</summary>
    internal bool Count(int bytes, long nowUs)
    {
        if (!IsActive)
            return false;
        if (_sentPackets++ == 0)
            _beganUs = nowUs;
        _sentBytes += bytes;
        if (_sentBytes >= _wantedBytes && _sentPackets >= LeastPackets)
            IsActive = false;
        return true;
    }
}
