// Whether this node is going away: readiness answers 503 and new WebSockets are refused from then on.
namespace Parley.Server.Operations;

/// <summary>The node's own lifecycle, as health checks and the upgrade to WebSocket see it.</summary>
public sealed class DrainState
{
    private volatile bool _started;
    private volatile bool _draining;

    /// <summary>True from the end of start-up on.</summary>
    public bool HasStarted => _started;

    /// <summary>True once the program was asked to stop.</summary>
    public bool IsDraining => _draining;

    internal void MarkStarted() => _started = true;

    internal void BeginDraining() => _draining = true;
}
