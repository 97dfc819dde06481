// The paths to one peer, and which of them its media takes: the one that it nominated, unless that falls silent. RFC 8445 §8, RFC 7675; docs/decisions/0021.
namespace Parley.Media.Engine;

/// <summary>All calls come from the engine's thread. What is chosen is written to <see cref="MediaPeer.Selected"/>.</summary>
/// <param name="peer">Whose they are.</param>
internal sealed class PeerPaths(MediaPeer peer)
{
    /// <summary>More paths than any honest peer has at a time; the least used gives way.</summary>
    public const int Most = 8;

    /// <summary>A nominated path of lower priority takes over when the selected one has been silent for so long, and another peer an address.</summary>
    public const long SilentUs = 1_000_000;

    /// <summary>
    /// The selected path gives way to one that is heard when it was silent for so long: two of a browser's checks, every 2.5 s at most, and several reports. See docs/decisions/0021.
    /// </summary>
    private const long LeftAfterUs = 5_000_000;

    /// <summary>The same for a path of which there was one check and nothing since: its address may be anybody's.</summary>
    private const long UnprovenLeftAfterUs = 3_000_000;

    /// <summary>A path that takes over was heard within this time.</summary>
    private const long HeardOfLateUs = 3_000_000;

    /// <summary>While a path is silent, and nothing else is heard, how often it is looked for something else.</summary>
    private const long LookAgainUs = 1_000_000;

    private readonly List<NetworkPathState> _paths = [];
    // Where the peer wants its media: what is selected goes back to it when it is heard again.
    private NetworkPathState? _nominated;
    private int _generation;

    /// <summary>All that are open.</summary>
    public IReadOnlyList<NetworkPathState> All => _paths;

    /// <summary>True when one was ever selected.</summary>
    public bool WasSelected { get; private set; }

    /// <summary>The path that gives way to a new one; null while there is room.</summary>
    public NetworkPathState? Surplus => _paths.Count < Most ? null : _paths.Where(path => path != peer.Selected).MinBy(static path => path.HeardUs);

    /// <summary>Where to send what need not wait for nomination: handshakes.</summary>
    public NetworkPathState? Any => peer.Selected ?? HeardLast(long.MinValue);

    /// <summary>ICE was restarted: what is nominated from now on is another choice.</summary>
    public void BeginGeneration() => _generation++;

    /// <summary>A check opened a path.</summary>
    public void Add(NetworkPathState path, long nowUs)
    {
        path.OpenedUs = path.HeardUs = nowUs;
        _paths.Add(path);
        peer.LookNoLater(NextLookUs(nowUs));
    }

    /// <summary>A path is gone.</summary>
    public void Remove(NetworkPathState path)
    {
        _paths.Remove(path);
        if (peer.Selected == path)
            peer.Selected = null;
        if (_nominated == path)
            _nominated = null;
    }

    /// <summary>The peer nominates the path. True when the media moves to it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isFormer">Whether by the credentials from before the last restart.</param>
    /// <param name="nowUs">The time.</param>
    public bool Nominate(NetworkPathState path, bool isFormer, long nowUs)
    {
        path.IsNominated = true;
        if (!isFormer)
            path.Generation = _generation;
        // An agent that nominates every pair wants the one of highest priority; after a restart it is another choice, and most choose once.
        if (peer.Selected is { } current && current != path && path.Priority < current.Priority && path.Generation <= current.Generation && nowUs - current.HeardUs < SilentUs)
            return false;
        _nominated = path;
        if (peer.Selected == path)
            return false;
        WasSelected = true;
        Select(path, nowUs);
        return true;
    }

    /// <summary>A check has come over the path. True when it is the nominated one that was left for its silence: the media goes back to it.</summary>
    public bool TryReturnTo(NetworkPathState path)
    {
        if (path != _nominated || peer.Selected is null || peer.Selected == path)
            return false;
        path.IsNominated = true;
        peer.Selected = path;
        return true;
    }

    /// <summary>
    /// The path in place of a selected one that is gone: of the nominated ones, else of all (RFC 8445 §12.1), the one that was heard last. Null when nothing changes.
    /// </summary>
    public NetworkPathState? SelectAgain(long nowUs)
    {
        if (peer.Selected is not null || !WasSelected)
            return null;
        var best = _paths.Where(path => nowUs - path.HeardUs < peer.Engine.Options.ConsentTimeoutUs)
            .OrderByDescending(static path => path.IsNominated).ThenByDescending(static path => path.HeardUs).FirstOrDefault();
        if (best is not null)
            Select(best, nowUs);
        return best;
    }

    /// <summary>A path without consent; null when there is none.</summary>
    public NetworkPathState? FindExpired(long nowUs) => _paths.FindLast(path => ExpiryUs(path) <= nowUs);

    /// <summary>True when the selected path was silent while another was heard, which is selected instead.</summary>
    public bool TryLeaveSilent(long nowUs)
    {
        if (peer.Selected is not { } silent || nowUs < LeftUs(silent) || HeardLast(nowUs - HeardOfLateUs) is not { } best)
            return false;
        silent.IsNominated = false;
        peer.Selected = best;
        return true;
    }

    /// <summary>When a path expires, or the selected one may be left for another.</summary>
    public long NextLookUs(long nowUs)
    {
        var next = peer.Selected is { } selected && _paths.Count > 1 ? Math.Max(LeftUs(selected), nowUs + LookAgainUs) : long.MaxValue;
        foreach (var path in _paths)
            next = Math.Min(next, ExpiryUs(path));
        return next;
    }

    private void Select(NetworkPathState path, long nowUs)
    {
        var wasNone = peer.Selected is null;
        peer.Selected = path;
        peer.LookNoLater(NextLookUs(nowUs));
        if (wasNone)
            peer.AskForBeginnings(nowUs);
    }

    /// <summary>The path that was heard last, if that was after a time.</summary>
    private NetworkPathState? HeardLast(long afterUs)
    {
        NetworkPathState? best = null;
        foreach (var path in _paths)
        {
            if (path.HeardUs > afterUs && (best is null || path.HeardUs > best.HeardUs))
                best = path;
        }

        return best;
    }

    private static long LeftUs(NetworkPathState path) => path.HeardUs + (path.HeardUs == path.OpenedUs ? UnprovenLeftAfterUs : LeftAfterUs);

    /// <summary>When there is no consent to a path any more (RFC 7675 §5.1). A connection that is not in use says itself when it is gone.</summary>
    private long ExpiryUs(NetworkPathState path) =>
        path.Key.IsTcp && path != peer.Selected ? long.MaxValue : path.HeardUs + peer.Engine.Options.ConsentTimeoutUs;
}
