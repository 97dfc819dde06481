// Times and bounds of the handshakes.
using Parley.Media.Srtp;

namespace Parley.Media.Udp.Dtls;

/// <summary>Times and bounds of <see cref="DtlsHandshakes"/>.</summary>
public sealed record DtlsOptions
{
    /// <summary>What SRTP is protected with, the best first: as the server of a handshake we take the first that the client has.</summary>
    public IReadOnlyList<SrtpProfile> Profiles { get; init; } = [SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm, SrtpProfile.Aes128CmHmacSha1Tag80];

    /// <summary>How long a handshake may take, from its start on.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>When a flight is sent again for the first time. RFC 6347 §4.2.4.1 says one second and allows less; a call should not wait that long for a lost packet.</summary>
    public TimeSpan FirstRetransmission { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The pause between two retransmissions doubles up to this.</summary>
    public TimeSpan LongestRetransmission { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Datagrams of one association that may wait for their handshake thread; more are dropped.</summary>
    public int QueuePerPeer { get; init; } = 32;

    /// <summary>Datagrams of all associations that may wait; each takes 2 KiB.</summary>
    public int QueueInAll { get; init; } = 1024;
}
