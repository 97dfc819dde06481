// How far this node is on its way out: readiness falls first; WebSockets are refused and sent away once load balancers had time to see it.
namespace Parley.Server.Operations;

/// <summary>The node's own lifecycle, as health checks and the upgrade to WebSocket see it.</summary>
public sealed class DrainState
{
    private volatile bool _started;
    private volatile bool _stopping;
    private volatile bool _draining;

    /// <summary>True from the end of start-up on.</summary>
    public bool HasStarted => _started;

    /// <summary>True once the program was asked to stop: readiness is 503, everything else goes on.</summary>
    public bool IsStopping => _stopping;

    /// <summary>True once the drain delay is over: no WebSocket is taken any more.</summary>
    public bool IsDraining => _draining;

    internal void MarkStarted() => _started = true;

    internal void BeginStopping() => _stopping = true;

    internal void BeginDraining() => _draining = true;
}
