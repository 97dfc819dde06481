// Whether a key stream was ever used for two packets, and whether a receiver can follow: of everything that left towards one peer.
using Parley.Media.Rtp;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Stage;

/// <summary>What one transport was sent, by SSRC and index.</summary>
internal sealed class KeyStreamLedger(VirtualPeer peer)
{
    private readonly Dictionary<(uint Ssrc, ulong Index), ulong> _tags = [];

    /// <summary>Notes an RTP datagram. The same number twice is the very same packet, or the test fails (RFC 3711 §9.1); so it does when its receiver cannot read it.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="header">Its header.</param>
    /// <param name="index">The rollover counter and the number.</param>
    /// <returns>Its payload; null when it came before.</returns>
    public byte[]? Note(byte[] datagram, out RtpHeader header, out ulong index)
    {
        var result = peer.TryOpen(datagram, out header, out index, out var payload);
        Assert.True(result is SrtpResult.Ok or SrtpResult.Replayed or SrtpResult.TooOld, $"{result}: SSRC {header.Ssrc}, index {index}");
        // The tag is of the key stream, the header and the payload: two packets have the same one only if they are the same.
        var tag = BitConverter.ToUInt64(datagram.AsSpan(datagram.Length - sizeof(ulong)));
        if (!_tags.TryAdd((header.Ssrc, index), tag))
            Assert.True(_tags[(header.Ssrc, index)] == tag, $"SSRC {header.Ssrc} has two packets of index {index}");
        return result == SrtpResult.Ok ? payload : null;
    }
}
