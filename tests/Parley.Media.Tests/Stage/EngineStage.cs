// An engine with virtual peers around it, in virtual time.
using System.Net;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Stage;

internal sealed class EngineStage : IDisposable
{
    public static readonly TransportAddress Here = TransportAddress.From(IPAddress.Parse("192.0.2.1"), 7882);

    public static readonly TransportAddress HereByIPv6 = TransportAddress.From(IPAddress.IPv6Loopback, 7882);

    public static readonly HeaderExtensionMap Extensions = new(
        [(1, HeaderExtension.Mid), (2, HeaderExtension.RtpStreamId), (3, HeaderExtension.RepairedRtpStreamId), (4, HeaderExtension.AudioLevel)]);

    private readonly SeededRandom _random;
    private readonly List<VirtualPeer> _peers = [];
    private readonly bool _isIPv6;

    public EngineStage(int seed = 1, MediaEngineOptions? options = null, bool isIPv6 = false)
    {
        _isIPv6 = isIPv6;
        _random = new SeededRandom(seed);
        Engine = new MediaEngine(_random, options);
    }

    public MediaEngine Engine { get; }

    public Outbox Outbox { get; } = new();

    public long NowUs { get; private set; } = 5_000_000;

    public static CodecParameters Opus(byte type = 111) => new() { PayloadType = type, Name = "opus", ClockRate = 48_000, Channels = 2 };

    /// <summary>A format that the engine looks no further into: any packet is a beginning.</summary>
    public static CodecParameters Video(byte type = 96, byte? rtx = 97, string name = "H265") => new()
    {
        PayloadType = type,
        Name = name,
        ClockRate = 90_000,
        RetransmissionPayloadType = rtx,
        Feedback = ["nack", "nack pli", "transport-cc"],
    };

    public static ReceiveParameters Receive(string mid, params CodecParameters[] codecs) => new()
    {
        Mid = mid,
        Kind = codecs[0].Channels == 2 ? MediaKind.Audio : MediaKind.Video,
        Codecs = [.. codecs],
        Extensions = Extensions,
    };

    public static SendParameters Send(string mid, uint ssrc, params CodecParameters[] codecs) => new()
    {
        Mid = mid,
        Kind = codecs[0].Channels == 2 ? MediaKind.Audio : MediaKind.Video,
        Codecs = [.. codecs],
        Extensions = Extensions,
        Ssrc = ssrc,
        Cname = "cname",
    };

    /// <summary>Where others are, in the family of this stage.</summary>
    public TransportAddress AddressOf(int host, int port = 5000) => _isIPv6 ? TransportAddress.From(IPAddress.Parse($"2001:db8::{host:x}"), port) : Address(host, port);

    public static TransportAddress Address(int host, int port = 5000) => TransportAddress.From(new IPAddress([198, 51, 100, (byte)host]), port);

    /// <summary>Adds a peer that was not heard of yet.</summary>
    public VirtualPeer Add(SrtpProfile profile = SrtpProfile.AeadAes128Gcm)
    {
        var remote = IceCredentials.Create(_random);
        var peer = Engine.AddPeer(IceCredentials.Create(_random), remote, NowUs);
        var exported = new byte[profile.ExportedLength()];
        _random.Fill(exported);
        var virtualPeer = new VirtualPeer(
            this, peer, remote, new PathKey(_isIPv6 ? HereByIPv6 : Here, AddressOf(_peers.Count + 1)), new SrtpKeys(profile, exported, isClient: true));
        _peers.Add(virtualPeer);
        _pending[virtualPeer] = new SrtpKeys(profile, exported, isClient: false);
        return virtualPeer;
    }

    /// <summary>Adds a peer that has a path and keys.</summary>
    public VirtualPeer Connect(SrtpProfile profile = SrtpProfile.AeadAes128Gcm)
    {
        var peer = Add(profile);
        peer.Send(peer.Check());
        HandShake(peer);
        Outbox.Take(peer.PathNumber);
        Assert.True(peer.Peer.IsConnected);
        return peer;
    }

    /// <summary>The handshake of a peer is done.</summary>
    public void HandShake(VirtualPeer peer) => Engine.HandleKeys(peer.Peer.Id, _pending[peer]);

    /// <summary>Lets datagrams arrive, in one turn.</summary>
    public void Send(PathKey path, params byte[][] datagrams)
    {
        var sink = new CollectingSink(Outbox);
        foreach (var datagram in datagrams)
            Engine.HandleDatagram(ref sink, in path, datagram, NowUs);
        Engine.EndTurn(ref sink, NowUs);
    }

    /// <summary>Ends a turn in which no datagram came.</summary>
    public void EndTurn()
    {
        var sink = new CollectingSink(Outbox);
        Engine.EndTurn(ref sink, NowUs);
    }

    /// <summary>Lets time pass, serving deadlines when they are due.</summary>
    public void Pass(TimeSpan time)
    {
        var end = NowUs + (long)time.TotalMicroseconds;
        var sink = new CollectingSink(Outbox);
        while (Engine.NextDeadlineUs <= end)
        {
            NowUs = Math.Max(NowUs, Engine.NextDeadlineUs);
            Engine.HandleDeadlines(ref sink, NowUs);
            Engine.EndTurn(ref sink, NowUs);
        }

        NowUs = end;
        Engine.HandleDeadlines(ref sink, NowUs);
        Engine.EndTurn(ref sink, NowUs);
    }

    public void Dispose()
    {
        foreach (var peer in _peers)
            peer.Dispose();
    }

    private readonly Dictionary<VirtualPeer, SrtpKeys> _pending = [];
}
