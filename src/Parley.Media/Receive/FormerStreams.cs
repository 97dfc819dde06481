// Replay windows of streams that have no place any more: their keys are still those of the transport, and what was recorded then is authentic now. RFC 3711 §3.3.2.
using Parley.Media.Srtp;

namespace Parley.Media.Receive;

/// <summary>The last SSRCs that a peer has sent and may send again.</summary>
internal sealed class FormerStreams
{
    /// <summary>More come only from somebody who begins streams for their own sake; the oldest are forgotten.</summary>
    public const int MaxStreams = 512;

    private readonly OrderedDictionary<uint, (SrtpReceiveState Srtp, bool IsRetired)> _states = [];

    /// <summary>The stream's track was removed, or others have taken its place in its layer.</summary>
    public void Keep(IncomingStream stream, bool isRetired)
    {
        if (!stream.Srtp.HasStarted)
            return;
        if (_states.Count == MaxStreams)
            _states.RemoveAt(0);
        _states.Add(stream.Ssrc, (stream.Srtp, isRetired));
    }

    /// <summary>What is remembered of an SSRC; the default when that is nothing. One that was retired is never followed again.</summary>
    public (SrtpReceiveState Srtp, bool IsRetired) Find(uint ssrc) => _states.GetValueOrDefault(ssrc);

    /// <summary>The same, which the stream keeps itself from now on.</summary>
    public SrtpReceiveState Take(uint ssrc)
    {
        _states.Remove(ssrc, out var state);
        return state.Srtp;
    }
}
