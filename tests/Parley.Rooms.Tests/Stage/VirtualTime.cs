// A clock that the test turns, with the timers that hang on it.
namespace Parley.Rooms.Tests;

internal sealed class VirtualTime : TimeProvider
{
    private readonly List<VirtualTimer> _timers = [];

    private DateTimeOffset _now = Stage.Start;

    /// <summary>How many timers are armed.</summary>
    public int Armed
    {
        get
        {
            lock (_timers)
                return _timers.Count(t => t.Due is not null);
        }
    }

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        _ = timer.Change(dueTime, period);
        lock (_timers)
            _timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        var until = _now + time;
        while (Next(until) is { } timer)
        {
            _now = timer.Due > _now ? timer.Due.Value : _now;
            timer.Due = null;
            timer.Fire();
        }

        _now = until;
    }

    private VirtualTimer? Next(DateTimeOffset until)
    {
        lock (_timers)
            return _timers.Where(t => t.Due <= until).MinBy(t => t.Due);
    }

    private sealed class VirtualTimer(VirtualTime time, Action fire) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public Action Fire => fire;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
            return true;
        }

        public void Dispose()
        {
            Due = null;
            lock (time._timers)
                _ = time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
