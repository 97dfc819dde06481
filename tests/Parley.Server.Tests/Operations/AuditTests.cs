// GET /api/audit: security events, for administrators alone.
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Audit;
using Parley.Server.Operations.Metrics;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Operations;

public sealed class AuditTests
{
    [Theory]
    [MemberData(nameof(Auth.SignupTests.Databases), MemberType = typeof(Auth.SignupTests))]
    public async Task An_administrator_reads_what_happened(TestDatabase database)
    {
        await using var server = await ParleyFixture.StartAsync(database);
        using var admin = await ApiClient.AccountAsync(server, email: "first@example.org");
        using var other = await ApiClient.AccountAsync(server);
        using var guest = await ApiClient.GuestAsync(server);
        await other.PostAsync("/api/auth/login", new { email = "first@example.org", password = "wrong horse" });
        await admin.PatchAsync("/api/users/me", new { current_password = "correct horse", new_password = "battery staple" });
        // A stop stores what is queued.
        await server.RestartServerAsync();
        var events = (await admin.GetAsync("/api/audit")).Items;
        Assert.Equal(["password_changed", "sign_in_refused", "signed_up", "signed_up"], events.Select(entry => entry.GetProperty("event").GetString()));
        Assert.Equal(admin.UserId, events[1].GetProperty("subject_id").GetString());
        var page = await admin.GetAsync("/api/audit?event=signed_up&limit=1");
        Assert.Equal(other.UserId, Assert.Single(page.Items).GetProperty("actor_id").GetString());
        Assert.Equal(admin.UserId, Assert.Single((await admin.GetAsync($"/api/audit?event=signed_up&cursor={page.Text("next_cursor")}")).Items).GetProperty("actor_id").GetString());
        Assert.Equal("forbidden", (await other.GetAsync("/api/audit")).Code);
        Assert.Equal("forbidden", (await guest.GetAsync("/api/audit")).Code);
        using var nobody = new ApiClient(server);
        Assert.Equal("unauthenticated", (await nobody.GetAsync("/api/audit")).Code);
    }

    [Fact]
    public async Task An_account_disabled_by_hand_loses_its_connections_once()
    {
        var closed = new Closed();
        await using var server = await ParleyFixture.StartAsync();
        var user = new UserId(Guid.CreateVersion7());
        var now = DateTimeOffset.UtcNow;
        var store = server.Service<AuditStore>();
        await store.AppendAsync([AuditEntry.New(now, AccountChangesWatch.AccountDisabled, subject: user), AuditEntry.New(now, "account_enabled", subject: user)]);
        using var watch = new AccountChangesWatch(store, closed, TimeProvider.System, NullLogger<AccountChangesWatch>.Instance);
        await watch.LookAsync(now.AddSeconds(-30), CancellationToken.None);
        await watch.LookAsync(now.AddSeconds(-30), CancellationToken.None);
        Assert.Equal([user], closed.Removed);
        Assert.Empty(closed.Users);
    }

    [Fact]
    public async Task However_many_passwords_are_reset_at_once_all_their_connections_are_closed()
    {
        var closed = new Closed();
        await using var server = await ParleyFixture.StartAsync();
        var now = DateTimeOffset.UtcNow;
        var users = Enumerable.Range(0, (2 * PageRequest.MaxLimit) + 1).Select(_ => new UserId(Guid.CreateVersion7())).ToList();
        var store = server.Service<AuditStore>();
        await store.AppendAsync([.. users.Select(user => AuditEntry.New(now, AccountChangesWatch.PasswordReset, subject: user))]);
        using var watch = new AccountChangesWatch(store, closed, TimeProvider.System, NullLogger<AccountChangesWatch>.Instance);
        await watch.LookAsync(now.AddSeconds(-30), CancellationToken.None);
        Assert.Equal(users.ToHashSet(), closed.Users.ToHashSet());
        Assert.Equal(users.Count, closed.Users.Count);
        Assert.Empty(closed.Removed);
    }

    [Fact]
    public void A_queue_that_is_full_drops_and_counts()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        using var metrics = new ParleyMetrics(factory);
        using var collector = new MetricsCollector(factory, metrics);
        using var log = new AuditLog(null!, metrics, NullLogger<AuditLog>.Instance);
        for (var i = 0; i < 10_007; i++)
            log.Write(AuditEntry.New(DateTimeOffset.UtcNow, "event"));
        Assert.Equal(7, Assert.Single(collector.Collect(), series => series.Name == "parley_audit_dropped_total").Value);
    }

    private sealed class Closed : ISessionRevocation
    {
        public List<UserId> Users { get; } = [];

        public List<UserId> Removed { get; } = [];

        public Task CloseUserAsync(UserId user, CancellationToken cancellation)
        {
            Users.Add(user);
            return Task.CompletedTask;
        }

        public Task RemoveUserAsync(UserId user, CancellationToken cancellation)
        {
            Removed.Add(user);
            return Task.CompletedTask;
        }
    }
}
