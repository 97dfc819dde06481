// The limits that are on by default, with the server's clock in the test's hands.
using System.Net;
using Parley.Server.Features.Auth;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class RateLimitTests
{
    private static Task<ParleyFixture> LimitedAsync(ManualClock clock, params (string Key, string Value)[] more) => ParleyFixture.StartAsync(new ParleySetup
    {
        Clock = clock,
        Settings = more.Append(("Parley:RateLimiting:Enabled", "true")).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal),
    });

    [Fact]
    public async Task Ten_sign_ins_a_minute_per_account_and_address()
    {
        var clock = new ManualClock();
        await using var server = await LimitedAsync(clock);
        using var client = new ApiClient(server);
        for (var i = 0; i < 10; i++)
            Assert.Equal(401, (await client.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "wrong horse" })).StatusNumber);
        var refused = await client.PostAsync("/api/auth/login", new { email = "ADA@example.org", password = "wrong horse" });
        Assert.Equal(429, refused.StatusNumber);
        Assert.Equal("rate_limited", refused.Code);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(401, (await client.PostAsync("/api/auth/login", new { email = "other@example.org", password = "wrong horse" })).StatusNumber);
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(401, (await client.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "wrong horse" })).StatusNumber);
    }

    [Fact]
    public async Task Others_tries_do_not_lock_the_owner_out_of_a_known_browser()
    {
        await using var server = await LimitedAsync(new ManualClock());
        using var owner = await ApiClient.AccountAsync(server, email: "ada@example.org");
        using var stranger = new ApiClient(server);
        for (var i = 0; i < 10; i++)
            await stranger.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "wrong horse" });
        Assert.Equal(429, (await stranger.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" })).StatusNumber);
        Assert.Equal(200, (await owner.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" })).StatusNumber);
        // The proof counts for its own account alone.
        stranger.Cookies["parley_device"] = "forged." + owner.Cookies["parley_device"].Split('.')[1];
        Assert.Equal(429, (await stranger.PostAsync("/api/auth/login", new { email = "ada@example.org", password = "correct horse" })).StatusNumber);
    }

    [Fact]
    public async Task Twenty_sign_ups_and_a_hundred_and_twenty_guests_a_minute_per_address()
    {
        await using var server = await LimitedAsync(new ManualClock());
        var limits = server.Service<RateLimits>();
        var address = IPAddress.Parse("192.0.2.1");
        Assert.Equal(20, Enumerable.Range(0, 30).Count(_ => limits.TrySignUp(address, out var _)));
        Assert.Equal(120, Enumerable.Range(0, 130).Count(_ => limits.TryGuest(address, out var _)));
        Assert.Equal(60, Enumerable.Range(0, 70).Count(i => limits.TrySignIn($"user{i}@example.org", address, null, out var _)));
        Assert.True(limits.TrySignUp(IPAddress.Parse("192.0.2.2"), out _));
    }

    [Fact]
    public async Task Sign_ups_over_http_are_limited()
    {
        await using var server = await LimitedAsync(new ManualClock());
        using var client = new ApiClient(server);
        var codes = new List<int>();
        for (var i = 0; i < 21; i++)
            codes.Add((await client.PostAsync("/api/auth/signup", new { email = $"user{i}@example.org", name = "A", password = "correct horse" })).StatusNumber);
        Assert.Equal(Enumerable.Repeat(201, 20).Append(429), codes);
    }

    [Fact]
    public async Task Guests_over_http_are_limited()
    {
        await using var server = await LimitedAsync(new ManualClock());
        using var client = new ApiClient(server);
        var codes = new List<int>();
        for (var i = 0; i < 121; i++)
            codes.Add((await client.PostAsync("/api/auth/guest", new { name = "A" })).StatusNumber);
        Assert.Equal(Enumerable.Repeat(201, 120).Append(429), codes);
    }

    [Fact]
    public async Task The_directory_answers_thirty_times_a_minute_per_user()
    {
        await using var server = await LimitedAsync(new ManualClock());
        using var client = await ApiClient.AccountAsync(server);
        using var other = await ApiClient.AccountAsync(server);
        for (var i = 0; i < 30; i++)
            Assert.Equal(200, (await client.GetAsync("/api/users?q=ada")).StatusNumber);
        Assert.Equal("rate_limited", (await client.GetAsync("/api/users?q=ada")).Code);
        Assert.Equal(200, (await other.GetAsync("/api/users?q=ada")).StatusNumber);
    }

    [Fact]
    public async Task Ten_wrong_meeting_passwords_a_minute_and_the_owner_is_never_locked_out()
    {
        var clock = new ManualClock();
        await using var server = await LimitedAsync(clock);
        using var owner = await ApiClient.AccountAsync(server);
        using var guest = new ApiClient(server);
        var code = (await owner.CreateMeetingAsync(new { password = "sesame" })).GetProperty("code").GetString();
        var path = $"/api/meetings/{code}/validate";
        // The right password and a missing one are no wrong tries.
        for (var i = 0; i < 12; i++)
        {
            Assert.Equal(200, (await guest.PostAsync(path, new { password = "sesame" })).StatusNumber);
            Assert.Equal(403, (await guest.PostAsync(path, new { })).StatusNumber);
        }

        for (var i = 0; i < 10; i++)
            Assert.Equal("wrong_password", (await guest.PostAsync(path, new { password = "wrong" })).Code);
        Assert.Equal("rate_limited", (await guest.PostAsync(path, new { password = "wrong" })).Code);
        Assert.Equal("rate_limited", (await guest.PostAsync(path, new { password = "sesame" })).Code);
        Assert.Equal(200, (await owner.PostAsync(path, new { })).StatusNumber);
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(200, (await guest.PostAsync(path, new { password = "sesame" })).StatusNumber);
    }

    [Fact]
    public void The_count_of_a_key_begins_with_its_first_try_and_memory_is_bounded()
    {
        var clock = new ManualClock();
        var limiter = new WindowLimiter(2, TimeSpan.FromMinutes(1), clock, capacity: 100);
        Assert.True(limiter.TryAcquire("a", out _));
        clock.Advance(TimeSpan.FromSeconds(40));
        Assert.True(limiter.TryAcquire("a", out _));
        Assert.False(limiter.TryAcquire("a", out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(20), retryAfter);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.True(limiter.TryAcquire("a", out _));
        for (var i = 0; i < 1000; i++)
            limiter.TryAcquire($"key {i}", out _);
        Assert.Equal(100, limiter.Count);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void A_network_of_sixty_four_bits_is_one_address(string a, string b, bool same) =>
        Assert.Equal(same, RateLimits.AddressKey(IPAddress.Parse(a)) == RateLimits.AddressKey(IPAddress.Parse(b)));
}
