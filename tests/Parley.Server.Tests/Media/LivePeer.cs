// A WHIP or WHEP client with media: offers over HTTP, then checks, a DTLS handshake and SRTP over loopback.
using System.Net;
using Parley.Media.Ice;
using Parley.Media.Sdp;
using Parley.Media.Udp.Tests.Workers;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Media;

/// <summary>One client, with one session.</summary>
internal sealed class LivePeer(MediaStage stage, ApiClient user) : IAsyncDisposable
{
    private static int _peers;

    private readonly LoopbackPeer _peer = new(new IPEndPoint(IPAddress.Loopback, stage.Gateway.Server!.Port));
    // Who comes later counts from further down: what is sent on must not run backwards by that.
    private ushort _sequence = (ushort)(31_000 - 1000 * (Interlocked.Increment(ref _peers) % 30));

    public MediaResponse Opened { get; private set; } = null!;

    public string Id => Opened.Location.Split('/')[^1];

    public SessionDescription Answer { get; private set; } = null!;

    /// <summary>How the server's end of the association ended.</summary>
    public Task<string> Ended => _peer.Ended;

    /// <summary>Our credentials.</summary>
    public IceCredentials Local => _peer.Local;

    /// <summary>The SSRC that the server sends on, by section; null where it sends nothing.</summary>
    public IReadOnlyList<uint?> Ssrcs => [.. Answer.Sections.Select(static section => section.Sources.Length > 0 ? section.Sources[0].Ssrc : (uint?)null)];

    /// <summary>Offers, without connecting.</summary>
    public async Task<LivePeer> OfferAsync(string path, params OfferedSection[] sections)
    {
        Opened = await stage.PostAsync(path, SdpText.Offer(_peer.Local, _peer.Fingerprint, sections), user.Token);
        Assert.True(Opened.Status == 201, Opened.Body);
        Assert.True(SessionDescription.TryParse(Opened.Body, out var answer, out _), Opened.Body);
        Answer = answer!;
        return this;
    }

    /// <summary>Offers and connects.</summary>
    public async Task<LivePeer> ConnectAsync(string path, params OfferedSection[] sections)
    {
        await OfferAsync(path, sections);
        var transport = Answer.TransportOf(Answer.Sections[0]);
        _peer.ServerFingerprint = Assert.Single(transport.Fingerprints);
        await _peer.StartAsync(new IceCredentials(transport.Ufrag!, transport.Password!));
        await _peer.KeysAsync();
        return this;
    }

    /// <summary>Makes a check with these credentials of the server's and, after a restart, new ones of ours.</summary>
    public Task CheckAsync(IceCredentials remote, IceCredentials local) => _peer.CheckAsync(remote, local);

    public Task SendAudioAsync(uint ssrc, byte mark) => _peer.SendRtpAsync(ssrc, SdpText.AudioType, _sequence++, new byte[] { 0, mark });

    /// <summary>Sends a keyframe of VP8 (RFC 7741 §4.2 and §4.3), as much of it as a forwarder looks at.</summary>
    public Task SendVideoAsync(uint ssrc, byte mark) =>
        _peer.SendRtpAsync(ssrc, SdpText.VideoType, _sequence++, new byte[] { 0x10, 0, 0, 0, 0x9D, 0x01, 0x2A, 0, 0, 0, 0, mark });

    public Task<ReceivedPacket> ReceiveAsync() => _peer.ReceiveRtpAsync();

    public void SayGoodbye() => _peer.Close();

    public ValueTask DisposeAsync() => _peer.DisposeAsync();
}
