// The server deletes what expired by itself, and goes on after a failure.
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Parley.Data;
using Parley.Server.Operations;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Operations;

public sealed class HousekeepingServiceTests
{
    [Fact]
    public async Task A_server_deletes_at_its_start_and_every_hour()
    {
        await using var server = await ParleyFixture.StartAsync();
        var accounts = server.Service<AccountStore>();
        var now = DateTimeOffset.UtcNow;
        var atStart = await accounts.CreateGuestAsync("Expired", now.AddDays(-3), now.AddDays(-2));
        await server.RestartServerAsync();
        accounts = server.Service<AccountStore>();
        await Eventually.TrueAsync(async () => await accounts.FindAsync(atStart.Id) is null);

        var clock = new SteppedTimers();
        using var service = new HousekeepingService(new Housekeeping(server.Service<Database>()), clock, server.Service<ILogger<HousekeepingService>>());
        await service.StartAsync(CancellationToken.None);
        var later = await accounts.CreateGuestAsync("Expired later", now.AddDays(-3), now.AddDays(-2));
        var fresh = await accounts.CreateGuestAsync("Fresh", now, now.AddDays(1));
        await Eventually.TrueAsync(async () =>
        {
            clock.Fire();
            return await accounts.FindAsync(later.Id) is null;
        });
        Assert.Equal([HousekeepingService.Interval], clock.DelaysOver(TimeSpan.FromMinutes(30)).Distinct());
        Assert.NotNull(await accounts.FindAsync(fresh.Id));
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_database_that_is_away_ends_neither_the_service_nor_the_server()
    {
        await using var server = await ParleyFixture.StartAsync();
        await using var missing = Database.Open(new DatabaseOptions { ConnectionString = "Host=/nonexistent-directory;Username=parley" });
        var clock = new SteppedTimers();
        using var service = new HousekeepingService(new Housekeeping(missing), clock, server.Service<ILogger<HousekeepingService>>());
        await service.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() =>
        {
            clock.Fire();
            return missing.Statistics.Failures >= 2;
        });
        Assert.False(service.ExecuteTask!.IsCompleted);
        await service.StopAsync(CancellationToken.None);
    }

    /// <summary>The system's clock, whose timers ring when the test says so.</summary>
    private sealed class SteppedTimers : TimeProvider
    {
        private readonly Lock _gate = new();
        private readonly List<(Timer Timer, TimeSpan Due)> _timers = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(callback, state);
            lock (_gate)
                _timers.Add((timer, dueTime));
            return timer;
        }

        /// <summary>The periods of all long timers.</summary>
        public IReadOnlyList<TimeSpan> DelaysOver(TimeSpan least)
        {
            lock (_gate)
                return [.. _timers.Select(timer => timer.Due).Where(due => due > least)];
        }

        public void Fire()
        {
            List<Timer> due;
            lock (_gate)
                due = [.. _timers.Where(timer => timer.Due == HousekeepingService.Interval).Select(timer => timer.Timer)];
            foreach (var timer in due)
                timer.Ring();
        }

        private sealed class Timer(TimerCallback callback, object? state) : ITimer
        {
            private int _over;

            public void Ring()
            {
                if (Interlocked.Exchange(ref _over, 1) == 0)
                    callback(state);
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => Volatile.Write(ref _over, 1);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
