// By which user name fragment a connectivity check names its peer. RFC 8445 §7.3.
namespace Parley.Media.Engine;

/// <summary>The user name fragments of one engine's peers: one each, and a former one for as long as a restart lasts.</summary>
/// <param name="names">Told of them, where several engines share a port; null where there is one.</param>
internal sealed class PeerUfrags(IPeerNames? names)
{
    private const int MaxLength = 256;

    private readonly Dictionary<string, MediaPeer> _peers = new(StringComparer.Ordinal);

    /// <exception cref="ArgumentException">The name is in use.</exception>
    public void Add(string ufrag, MediaPeer peer)
    {
        if (!_peers.TryAdd(ufrag, peer))
            throw new ArgumentException("The user name fragment is in use.", nameof(ufrag));
        if (names?.TryAdd(ufrag) != false)
            return;
        _peers.Remove(ufrag);
        throw new ArgumentException("The user name fragment is in use by another engine.", nameof(ufrag));
    }

    public void Remove(string ufrag, MediaPeer peer)
    {
        if (_peers.GetValueOrDefault(ufrag) != peer)
            return;
        _peers.Remove(ufrag);
        names?.Remove(ufrag);
    }

    /// <summary>The peer that a check names.</summary>
    /// <param name="ufrag">As it came.</param>
    /// <param name="isFormer">True when it is the one from before a restart.</param>
    public MediaPeer? Find(ReadOnlySpan<byte> ufrag, out bool isFormer)
    {
        isFormer = false;
        if (ufrag.IsEmpty || ufrag.Length > MaxLength)
            return null;
        Span<char> text = stackalloc char[ufrag.Length];
        for (var i = 0; i < ufrag.Length; i++)
            text[i] = (char)ufrag[i];
        if (!_peers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var peer))
            return null;
        isFormer = peer.FormerUfrag is { } former && text.SequenceEqual(former);
        return peer;
    }
}
