// Deadlines are served once, not early, and not later than a tick after they are due, whatever is set, moved and cleared meanwhile.
using Parley.Media.Engine;

namespace Parley.Media.Tests.Engine;

public sealed class TimerWheelTests
{
    private sealed class Owner : IDeadlineOwner
    {
        public MediaPeer? Bearer => null;

        public void HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
            where TSink : struct, IMediaSink => throw new NotSupportedException();
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Each_is_served_once_when_it_is_due(int seed)
    {
        var random = new Random(seed);
        var wheel = new TimerWheel();
        var owner = new Owner();
        var deadlines = Enumerable.Range(0, 50).Select(_ => new Deadline(owner, DeadlineReason.Reports)).ToArray();
        var due = new Dictionary<Deadline, long>();
        long now = random.Next(10_000_000);
        for (var step = 0; step < 20_000; step++)
        {
            var deadline = deadlines[random.Next(deadlines.Length)];
            switch (random.Next(4))
            {
                case 0:
                    due[deadline] = now + random.Next(1, random.Next(2) == 0 ? 20_000 : 3_000_000);
                    wheel.Set(deadline, due[deadline]);
                    break;
                case 1:
                    wheel.Clear(deadline);
                    due.Remove(deadline);
                    break;
                case 2:
                    var sooner = now + random.Next(1, 100_000);
                    wheel.SetNoLater(deadline, sooner);
                    due[deadline] = Math.Min(due.GetValueOrDefault(deadline, long.MaxValue), sooner);
                    break;
                default:
                    var next = wheel.NextUs();
                    Assert.True(due.Count == 0 || next < due.Values.Min() + 2 * TimerWheel.TickUs, $"seed {seed}, step {step}");
                    now = random.Next(10) == 0 ? now + random.Next(5_000_000) : Math.Max(now, Math.Min(next, now + random.Next(50_000)));
                    while (wheel.Take(now) is { } taken)
                    {
                        Assert.True(due.Remove(taken, out var at), $"seed {seed}, step {step}: served twice");
                        Assert.True(at <= now, $"seed {seed}, step {step}: early by {at - now}");
                    }

                    Assert.True(due.Values.All(at => at > now - TimerWheel.TickUs), $"seed {seed}, step {step}: one was forgotten");
                    break;
            }

            Assert.Equal(due.Count == 0, wheel.NextUs() == long.MaxValue);
        }
    }
}
