// SSRCs that have no place any more: their keys are still those of the transport, and what was recorded then is authentic now. RFC 3711 §3.3.2.
using Parley.Media.Srtp;

namespace Parley.Media.Receive;

/// <summary>What a peer has sent before. None is forgotten while the peer lives: whoever recorded it could begin it anew.</summary>
internal sealed class FormerStreams
{
    /// <summary>Those that a peer may send at all, with what it sends now. More come only from somebody who begins streams for their own sake; they belong nowhere.</summary>
    public const int MaxSsrcs = 8192;

    /// <summary>Replay windows of removed tracks' streams, which may come back. The oldest of more are as good as retired.</summary>
    public const int MaxStates = 512;

    private readonly OrderedDictionary<uint, SrtpReceiveState> _states = [];
    private readonly HashSet<uint> _retired = [];

    /// <summary>How many there are.</summary>
    public int Count => _states.Count + _retired.Count;

    /// <summary>The stream's track was removed; another may have it.</summary>
    public void Keep(IncomingStream stream)
    {
        if (!stream.Srtp.HasStarted)
            return;
        if (_states.Count == MaxStates)
        {
            _retired.Add(_states.GetAt(0).Key);
            _states.RemoveAt(0);
        }

        _states.Add(stream.Ssrc, stream.Srtp);
    }

    /// <summary>Others have taken the stream's place in its layer.</summary>
    public void Retire(IncomingStream stream) => _retired.Add(stream.Ssrc);

    /// <summary>True for one that is never followed again.</summary>
    public bool IsRetired(uint ssrc) => _retired.Contains(ssrc);

    /// <summary>True for one that has a replay window here.</summary>
    public bool Holds(uint ssrc) => _states.ContainsKey(ssrc);

    /// <summary>The replay window of an SSRC; the default where it has none.</summary>
    public SrtpReceiveState Find(uint ssrc) => _states.GetValueOrDefault(ssrc);

    /// <summary>The same, which the stream keeps itself from now on.</summary>
    public SrtpReceiveState Take(uint ssrc)
    {
        _states.Remove(ssrc, out var state);
        return state;
    }
}
