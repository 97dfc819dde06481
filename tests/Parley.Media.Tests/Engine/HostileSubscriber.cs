// A subscriber with good keys and bad manners: reports of all kinds, some true, some made up, some broken; and slots that change all the time.
using Parley.Media.Bandwidth;
using Parley.Media.Forwarding;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Tests.Stage;

namespace Parley.Media.Tests.Engine;

/// <summary>What a subscriber negotiates.</summary>
/// <param name="Profile">How it encrypts.</param>
/// <param name="Numbers">Whether it reports arrivals by transport-wide numbers.</param>
/// <param name="Retransmission">Whether repeats have a stream of their own.</param>
/// <param name="LinkBps">The rate by which it says that packets arrive; 0 for at once.</param>
internal sealed record HostilePlan(SrtpProfile Profile, bool Numbers, bool Retransmission, long LinkBps = 0);

internal sealed class HostileSubscriber
{
    private const byte TransportId = 4;

    private static readonly HeaderExtensionMap Unnumbered = new(
        [(1, HeaderExtension.AudioLevel), (3, HeaderExtension.VideoOrientation), (9, HeaderExtension.Mid), (14, HeaderExtension.DependencyDescriptor)]);

    private static readonly Lazy<byte[][]> Recorded = new(static () => [.. Capture.Lines("rtcp.txt").Select(Convert.FromHexString)]);

    private readonly EngineStage _stage;
    private readonly HostilePlan _plan;
    private readonly Random _random;
    private readonly KeyStreamLedger _ledger;
    private readonly TransportArrivals _arrivals = new();
    private readonly List<(uint Ssrc, ushort Sequence)> _received = [];
    private long _linkFreeUs;
    private uint _nextSsrc = 5000;
    private byte _intraRequests;

    public HostileSubscriber(EngineStage stage, HostilePlan plan, Random random)
    {
        (_stage, _plan, _random) = (stage, plan, random);
        Virtual = stage.Connect(plan.Profile);
        _ledger = new KeyStreamLedger(Virtual);
        for (var slot = 0; slot < 4; slot++)
            Subscribe(slot);
    }

    public VirtualPeer Virtual { get; }

    public List<Subscription> Slots { get; } = [];

    public bool WasPaced { get; private set; }

    public long RepeatsReceived { get; private set; }

    /// <summary>Takes what has left towards it.</summary>
    public void Take(byte[] datagram)
    {
        WasPaced |= Virtual.Peer.IsPaced;
        if (Media.Engine.DatagramRouter.Classify(datagram) == Media.Engine.DatagramKind.Rtcp)
        {
            Virtual.OpenRtcp(datagram);
            return;
        }

        if (Media.Engine.DatagramRouter.Classify(datagram) != Media.Engine.DatagramKind.Rtp)
            return;
        _ledger.Note(datagram, out var header, out _);
        RepeatsReceived += header.Ssrc >= 0x1000_0000 ? 1 : 0;
        _received.Add((header.Ssrc, header.Sequence));
        if (_received.Count > 300)
            _received.RemoveRange(0, 100);
        var arrivalUs = _stage.NowUs;
        if (_plan.LinkBps > 0)
            arrivalUs = _linkFreeUs = Math.Max(_linkFreeUs, _stage.NowUs) + (datagram.Length + 28) * 8_000_000L / _plan.LinkBps;
        foreach (var element in header.Extensions(datagram))
        {
            if (element.Id == TransportId && element.Value.Length == 2 && _random.Next(30) > 0 && arrivalUs - _stage.NowUs < 500_000)
                _arrivals.Record((ushort)(element.Value[0] << 8 | element.Value[1]), arrivalUs);
        }
    }

    /// <summary>Does something with a slot.</summary>
    public void Change(MediaTrack track)
    {
        var at = _random.Next(Slots.Count);
        switch (_random.Next(8))
        {
            case 0 or 1:
                Slots[at].Switch(track);
                break;
            case 2:
                Slots[at].SetLayers(_random.Next(4), _random.Next(4));
                break;
            case 3:
                Slots[at].SetLayers(Subscription.AllLayers, Subscription.AllLayers);
                break;
            case 4:
                Slots[at].Pause();
                break;
            case 5 or 6:
                Slots[at].Resume();
                break;
            default:
                Slots[at].Priority = (LayerPriority)_random.Next(3);
                if (_random.Next(20) == 0)
                {
                    Virtual.Peer.Unsubscribe(Slots[at]);
                    Slots.RemoveAt(at);
                    Subscribe(at);
                }
                else if (_random.Next(10) == 0)
                {
                    Slots[at].Switch(null);
                }

                break;
        }
    }

    /// <summary>Some reports and requests, of which a third are broken.</summary>
    public byte[] Compound()
    {
        if (_random.Next(10) == 0)
            return Broken(Recorded.Value[_random.Next(Recorded.Value.Length)]);
        var buffer = new byte[1400];
        var writer = new RtcpWriter(buffer);
        for (var packets = _random.Next(1, 5); packets > 0 || writer.Length == 0; packets--)
            Write(ref writer);
        return _random.Next(3) == 0 ? Broken(buffer[..writer.Length]) : buffer[..writer.Length];
    }

    /// <summary>What has arrived, truly.</summary>
    public byte[]? TrueArrivals()
    {
        var buffer = new byte[1400];
        var writer = new RtcpWriter(buffer);
        return _plan.Numbers && writer.TryTransportFeedback(1, Slots[0].Parameters.Ssrc, _arrivals) ? buffer[..writer.Length] : null;
    }

    private void Write(ref RtcpWriter writer)
    {
        var ssrc = _random.Next(10) == 0 ? (uint)_random.Next() : Slots[_random.Next(Slots.Count)].Parameters.Ssrc;
        switch (_random.Next(9))
        {
            case 0:
                writer.TrySenderReport(new SenderInformation((uint)_random.Next(), (ulong)_random.NextInt64(), (uint)_random.Next(), 1, 1), [Block(ssrc)]);
                break;
            case 1:
                writer.TryReceiverReport(1, [Block(ssrc), Block(ssrc)]);
                break;
            case 2:
                writer.TrySourceDescription(1, new byte[_random.Next(40)]);
                break;
            case 3:
                writer.TryGoodbye([ssrc, 1]);
                break;
            case 4 when _received.Count > 0:
                var (of, last) = _received[_random.Next(_received.Count)];
                var numbers = new ushort[_random.Next(1, 20)];
                for (var i = 0; i < numbers.Length; i++)
                    numbers[i] = (ushort)(last - _random.Next(_random.Next(10) == 0 ? 0x10000 : 40));
                writer.Nack(1, of, numbers);
                break;
            case 5:
                writer.TryPictureLoss(1, ssrc);
                break;
            case 6:
                writer.TryFullIntraRequest(1, new IntraRequest(ssrc, ++_intraRequests));
                break;
            case 7:
                long[] limits = [0, 1000, 50_000, 300_000, 5_000_000, long.MaxValue];
                writer.TryReceiverEstimate(1, limits[_random.Next(limits.Length)], [ssrc]);
                break;
            default:
                writer.TryTransportFeedback(1, ssrc, _arrivals);
                break;
        }
    }

    private ReportBlock Block(uint ssrc) => new(
        ssrc, (byte)_random.Next(256), _random.Next(-0x80_0000, 0x7F_FFFF), (uint)_random.NextInt64(uint.MaxValue), (uint)_random.Next(), (uint)_random.Next(), (uint)_random.Next(1 << _random.Next(1, 31)));

    private byte[] Broken(byte[] compound)
    {
        var broken = compound.ToArray();
        for (var i = _random.Next(6); i > 0; i--)
            broken[_random.Next(broken.Length)] = (byte)(_random.Next(3) == 0 ? 255 : _random.Next(256));
        return _random.Next(3) == 0 ? broken[.._random.Next(8, broken.Length + 1)] : broken;
    }

    private void Subscribe(int slot)
    {
        var ssrc = _nextSsrc++;
        var codecs = slot == 3 ? HostileCall.Sound : HostileCall.Pictures;
        if (!_plan.Retransmission)
            codecs = [.. codecs.Select(static codec => codec with { RetransmissionPayloadType = null })];
        Slots.Insert(slot, Virtual.Peer.Subscribe(EngineStage.Send($"{slot}", ssrc, codecs) with
        {
            Extensions = _plan.Numbers ? HostilePublisher.Extensions : Unnumbered,
            RetransmissionSsrc = _plan.Retransmission ? 0x1000_0000 + ssrc : null,
        }));
    }
}
