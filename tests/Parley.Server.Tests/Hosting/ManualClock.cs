// A clock that stands still until a test moves it. Timers still run in real time.
namespace Parley.Server.Tests.Hosting;

/// <summary>The server's clock in the hands of a test.</summary>
public sealed class ManualClock : TimeProvider
{
    private readonly long _begin = System.GetUtcNow().Ticks;
    private long _ticks = System.GetUtcNow().Ticks;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _ticks) - _begin;

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
}
