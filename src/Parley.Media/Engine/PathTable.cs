// The paths of one engine's peers, by their addresses and by the numbers that the sockets know them by.
namespace Parley.Media.Engine;

/// <summary>Which paths there are. A number is used again when its path is closed.</summary>
internal sealed class PathTable
{
    private readonly Dictionary<PathKey, NetworkPathState> _byKey = [];
    private readonly List<NetworkPathState?> _byNumber = [];
    private readonly Stack<int> _free = [];

    /// <summary>The path of these addresses; null when there is none.</summary>
    public NetworkPathState? Find(in PathKey key) => _byKey.GetValueOrDefault(key);

    /// <summary>The path of a number; null when it was closed, or never was.</summary>
    public NetworkPathState? Find(int number) => (uint)number < (uint)_byNumber.Count ? _byNumber[number] : null;

    /// <exception cref="ArgumentException">The addresses have a path.</exception>
    public NetworkPathState Open(in PathKey key, MediaPeer peer)
    {
        if (!_free.TryPop(out var number))
        {
            number = _byNumber.Count;
            _byNumber.Add(null);
        }

        var path = new NetworkPathState(number, key, peer);
        _byKey.Add(key, path);
        _byNumber[number] = path;
        return path;
    }

    public void Close(NetworkPathState path)
    {
        _byKey.Remove(path.Key);
        _byNumber[path.Number] = null;
        _free.Push(path.Number);
    }
}
