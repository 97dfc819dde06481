// RTCP with one peer: what we report and ask, and what it reports and asks. RFC 3550 §6, RFC 4585, RFC 5506.
using System.Runtime.InteropServices;
using System.Text;
using Parley.Media.Bandwidth;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Engine;

/// <summary>The control half of a peer.</summary>
internal sealed class PeerFeedback : IDeadlineOwner
{
    /// <summary>How often reports go out: a receiver learns of lip-sync, and a sender of its losses, within this.</summary>
    private const long ReportIntervalUs = 1_000_000;

    /// <summary>The first reports come soon: audio and video are in step only after them.</summary>
    private const long FirstReportUs = 100_000;

    /// <summary>How long arrivals are gathered: often enough for an estimator, rarely enough to cost little.</summary>
    private const long ArrivalIntervalUs = 50_000;

    /// <summary>RTCP packets stay below this, so that with SRTCP they fit everywhere.</summary>
    private const int MaxPacket = 1150;

    /// <summary>A sender report without blocks, and what there is in the description of its source beside the name.</summary>
    private const int RoomOfSender = 28 + 8 + 6;

    /// <summary>An estimate without its streams.</summary>
    private const int RoomOfEstimate = 20;

    /// <summary>Bytes of chance in our name: 16 characters (RFC 7022 §4.2).</summary>
    private const int NameBytes = 12;

    /// <summary>Who we are where we only receive; the number means nothing to anybody (RFC 3550 §6.4.2).</summary>
    private const uint OwnSsrc = 1;

    private readonly MediaPeer _peer;
    private readonly Deadline _reports;
    private readonly Deadline _arrivalsDue;
    private readonly Deadline _goodbyeDue;
    private readonly List<uint> _gone = [];
    private byte[]? _name;
    private TransportArrivals? _arrivals;
    private PublisherEstimate? _estimate;
    private uint _arrivalsSsrc;
    private byte _intraRequests;

    public PeerFeedback(MediaPeer peer)
    {
        _peer = peer;
        _reports = new Deadline(this, DeadlineReason.Reports);
        _arrivalsDue = new Deadline(this, DeadlineReason.ArrivalFeedback);
        _goodbyeDue = new Deadline(this, DeadlineReason.Goodbye);
    }

    /// <summary>The name of who reports and asks, for as long as the peer is there.</summary>
    private byte[] Name
    {
        get
        {
            if (_name is not null)
                return _name;
            Span<byte> random = stackalloc byte[NameBytes];
            _peer.Engine.Random.Fill(random);
            return _name = Encoding.ASCII.GetBytes(Convert.ToBase64String(random));
        }
    }

    /// <summary>A packet with a transport-wide number has come.</summary>
    public void NoteArrival(ushort sequence, uint ssrc, long nowUs)
    {
        // Only those who publish need one.
        _arrivals ??= new TransportArrivals();
        _arrivals.Record(sequence, nowUs);
        _arrivalsSsrc = ssrc;
        if (!_arrivalsDue.IsSet)
            _peer.Engine.Timers.Set(_arrivalsDue, nowUs + ArrivalIntervalUs);
    }

    /// <summary>A packet has come of a publisher that goes by our estimate.</summary>
    /// <param name="sendTime">When it was sent, in the form of the extension; -1 when it does not say.</param>
    /// <param name="length">The datagram's length.</param>
    /// <param name="nowUs">The time.</param>
    public void NoteMedia(int sendTime, int length, long nowUs)
    {
        // Only those who number nothing need one.
        _estimate ??= new PublisherEstimate();
        _estimate.NoteArrival(sendTime, length + (_peer.Selected?.HeaderBytes ?? 0), nowUs);
    }

    /// <summary>There are keys: reports begin.</summary>
    public void Start() => _peer.Engine.Timers.SetNoLater(_reports, 0);

    /// <summary>A subscription has something new to report: soon, rather than a second later.</summary>
    public void ReportSoon(long nowUs) => _peer.Engine.Timers.SetNoLater(_reports, nowUs + FirstReportUs);

    /// <summary>A source of ours is gone, for it is never used again: the peer is told soon, or as soon as it can be.</summary>
    public void NoteGone(SendParameters stream)
    {
        _gone.Add(stream.Ssrc);
        if (stream.RetransmissionSsrc is { } retransmission)
            _gone.Add(retransmission);
        _peer.Engine.Timers.SetNoLater(_goodbyeDue, 0);
    }

    /// <summary>Tells the peer which sources are gone (RFC 3550 §6.6).</summary>
    public void SendGoodbyes<TSink>(ref TSink sink)
        where TSink : struct, IMediaSink
    {
        while (_gone.Count > 0 && TryReserve(ref sink, out var packet))
        {
            var writer = new RtcpWriter(packet[..MaxPacket]);
            BeginCompound(ref writer);
            var gone = CollectionsMarshal.AsSpan(_gone);
            var told = 0;
            while (told < gone.Length && writer.TryGoodbye(gone.Slice(told, Math.Min(gone.Length - told, RtcpWriter.MaxSources))))
                told = Math.Min(gone.Length, told + RtcpWriter.MaxSources);
            _gone.RemoveRange(0, told);
            Commit(ref sink, packet, writer.Length);
        }
    }

    public void Close()
    {
        _peer.Engine.Timers.Clear(_reports);
        _peer.Engine.Timers.Clear(_goodbyeDue);
        _peer.Engine.Timers.Clear(_arrivalsDue);
    }

    public MediaPeer? Bearer => _peer;

    public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
        where TSink : struct, IMediaSink
    {
        if (reason == DeadlineReason.ArrivalFeedback)
        {
            SendArrivals(ref sink);
            return;
        }

        SendGoodbyes(ref sink);
        if (reason == DeadlineReason.Goodbye)
            return;
        SendReports(ref sink, nowUs);
        _peer.Engine.Timers.Set(_reports, nowUs + ReportIntervalUs);
    }

    /// <summary>Takes a compound, decrypted.</summary>
    public void Handle<TSink>(ref TSink sink, ReadOnlySpan<byte> compound, int path, SrtpSender srtp, long nowUs)
        where TSink : struct, IMediaSink
    {
        foreach (var packet in new RtcpPackets(compound))
        {
            if (SenderInformation.TryRead(packet, out var information))
                HandleSenderReport(information, nowUs);
            foreach (var block in ReportBlocks.In(packet))
            {
                if (Find(block.Ssrc) is { } reported)
                    _peer.Bandwidth.NoteReport(in block, reported.HandleReport(in block, nowUs), reported.RoundTripUs, nowUs);
            }

            foreach (var ssrc in GoodbyeSources.In(packet))
                _peer.Receiver.HandleGoodbye(ssrc, nowUs);
            switch (packet.Type)
            {
                case RtcpType.TransportFeedback when packet.IsFeedback(RtcpType.TransportFeedback, FeedbackFormat.Nack):
                    if (Find(packet.MediaSsrc) is not { } wanted)
                        break;
                    foreach (var number in NackedSequences.In(packet))
                        wanted.Repeat(ref sink, path, srtp, number, nowUs);
                    break;
                case RtcpType.TransportFeedback when TransportFeedback.TryRead(packet, out var feedback):
                    _peer.BandwidthInUse?.Handle(in feedback, nowUs);
                    break;
                case RtcpType.PayloadFeedback when ReceiverEstimate.TryRead(packet, out var limitBps):
                    _peer.BandwidthInUse?.HandleLimit(limitBps, nowUs);
                    break;
                case RtcpType.PayloadFeedback when packet.IsFeedback(RtcpType.PayloadFeedback, FeedbackFormat.PictureLoss):
                    Find(packet.MediaSsrc)?.RequestKeyframe();
                    break;
                case RtcpType.PayloadFeedback:
                    foreach (var request in IntraRequests.In(packet))
                        Find(request.Ssrc)?.RequestKeyframe();
                    break;
            }
        }
    }

    /// <summary>Asks for a keyframe, in the way that the publisher understands.</summary>
    public void SendKeyframeRequest<TSink>(ref TSink sink, uint media, bool byPictureLoss)
        where TSink : struct, IMediaSink
    {
        if (!TryReserve(ref sink, out var packet))
            return;
        var writer = BeginFeedback(packet);
        if (byPictureLoss)
            writer.TryPictureLoss(OwnSsrc, media);
        else
            writer.TryFullIntraRequest(OwnSsrc, new IntraRequest(media, ++_intraRequests));
        Commit(ref sink, packet, writer.Length);
    }

    /// <summary>Asks for packets again.</summary>
    public void SendNack<TSink>(ref TSink sink, uint media, ReadOnlySpan<ushort> numbers)
        where TSink : struct, IMediaSink
    {
        if (!TryReserve(ref sink, out var packet))
            return;
        var writer = BeginFeedback(packet);
        writer.Nack(OwnSsrc, media, numbers);
        Commit(ref sink, packet, writer.Length);
    }

    /// <summary>Feedback stands alone where that was agreed for all that the peer publishes, and in the least compound elsewhere (RFC 4585 §3.1, RFC 5506 §4.1).</summary>
    private RtcpWriter BeginFeedback(Span<byte> packet)
    {
        var writer = new RtcpWriter(packet[..MaxPacket]);
        if (!_peer.Receiver.TakesReducedSize)
            BeginCompound(ref writer);
        return writer;
    }

    private void BeginCompound(ref RtcpWriter writer)
    {
        writer.TryReceiverReport(OwnSsrc, []);
        writer.TrySourceDescription(OwnSsrc, Name);
    }

    private void SendArrivals<TSink>(ref TSink sink)
        where TSink : struct, IMediaSink
    {
        while (_arrivals is { HasNews: true } arrivals && TryReserve(ref sink, out var packet))
        {
            var writer = BeginFeedback(packet);
            if (!writer.TryTransportFeedback(OwnSsrc, _arrivalsSsrc, arrivals))
                break;
            Commit(ref sink, packet, writer.Length);
        }
    }

    /// <summary>Tells what we send and what we got: one compound, or several when there is much.</summary>
    private void SendReports<TSink>(ref TSink sink, long nowUs)
        where TSink : struct, IMediaSink
    {
        var blocks = _peer.Engine.ReportBlocks.AsSpan();
        var received = _peer.Receiver.WriteReports(blocks, nowUs);
        var reported = received;
        var next = 0;
        var subscriptions = _peer.SubscriptionList;
        while ((received > 0 || next < subscriptions.Count) && TryReserve(ref sink, out var packet))
        {
            var writer = new RtcpWriter(packet[..MaxPacket]);
            var kept = reported > 0 && _estimate is not null ? RoomOfEstimate + 4 * reported : 0;
            for (; next < subscriptions.Count; next++)
            {
                if (writer.Length > 0 && writer.Room < RoomOfSender + subscriptions[next].Cname.Length + kept)
                    break;
                if (!subscriptions[next].TryReport(nowUs, out var information))
                    continue;
                writer.TrySenderReport(in information, writer.Length == 0 ? blocks[..received] : []);
                writer.TrySourceDescription(information.Ssrc, subscriptions[next].Cname);
                received = 0;
            }

            if (received > 0)
            {
                writer.TryReceiverReport(OwnSsrc, blocks[..received]);
                writer.TrySourceDescription(OwnSsrc, Name);
                received = 0;
            }

            if (reported > 0 && _estimate is { } estimate)
                WriteEstimate(ref writer, estimate, blocks[..reported]);
            reported = 0;
            Commit(ref sink, packet, writer.Length);
        }
    }

    // With each report what may be sent; of many streams those that have room stand for all, since it is the sum that counts.
    private static void WriteEstimate(ref RtcpWriter writer, PublisherEstimate estimate, ReadOnlySpan<ReportBlock> blocks)
    {
        Span<uint> ssrcs = stackalloc uint[blocks.Length];
        var lost = 0.0;
        for (var i = 0; i < blocks.Length; i++)
        {
            ssrcs[i] = blocks[i].Ssrc;
            lost = Math.Max(lost, blocks[i].FractionLost / 256.0);
        }

        estimate.NoteLoss(lost);
        writer.TryReceiverEstimate(OwnSsrc, estimate.TargetBps, ssrcs[..Math.Clamp((writer.Room - RoomOfEstimate) / 4, 0, ssrcs.Length)]);
    }

    private bool TryReserve<TSink>(ref TSink sink, out Span<byte> packet)
        where TSink : struct, IMediaSink
    {
        packet = default;
        if (_peer.SrtpSender is not { } srtp || _peer.Selected is not { } path)
            return false;
        packet = sink.Reserve(path.Number, MaxPacket + srtp.RtcpOverhead);
        return true;
    }

    private void Commit<TSink>(ref TSink sink, Span<byte> packet, int length)
        where TSink : struct, IMediaSink =>
        sink.Commit(length == 0 ? 0 : _peer.SrtpSender!.ProtectRtcp(packet, length));

    private void HandleSenderReport(in SenderInformation information, long nowUs)
    {
        if (_peer.Receiver.HandleSenderReport(in information, nowUs) is { } layer)
            layer.HandleReport(information.Ntp, information.Timestamp, nowUs, nowUs);
    }

    private Subscription? Find(uint ssrc)
    {
        foreach (var subscription in _peer.SubscriptionList)
        {
            if (subscription.Parameters.Ssrc == ssrc)
                return subscription;
        }

        return null;
    }
}
