// One timer that exists only while somebody wants to be woken: an idle actor holds none.
namespace Parley.Rooms;

/// <summary>Wakes an actor at its next deadline.</summary>
/// <param name="time">The injected clock.</param>
/// <param name="ring">What is called, on any thread.</param>
internal sealed class Alarm(TimeProvider time, Action ring) : IDisposable
{
    private ITimer? _timer;
    private long _armedTicks;

    /// <summary>Called by the actor's loop alone.</summary>
    public void Set(DateTimeOffset? at)
    {
        if (at is not { } due)
        {
            Dispose();
            return;
        }

        if (Interlocked.Read(ref _armedTicks) == due.UtcTicks)
            return;
        var delay = due - time.GetUtcNow();
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        _ = Interlocked.Exchange(ref _armedTicks, due.UtcTicks);

        // Timers have the resolution of a millisecond and fire early by less than that: a wake-up a little late is due for certain.
        delay += TimeSpan.FromMilliseconds(1);
        if (_timer is null)
            _timer = time.CreateTimer(static state => ((Alarm)state!).Fire(), this, delay, Timeout.InfiniteTimeSpan);
        else
            _ = _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _timer = null;
        _ = Interlocked.Exchange(ref _armedTicks, 0);
    }

    private void Fire()
    {
        _ = Interlocked.Exchange(ref _armedTicks, 0);
        ring();
    }
}
