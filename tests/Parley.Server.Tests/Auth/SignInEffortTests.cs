// How long a sign-in takes says nothing about the address: the same slow comparison is done whether there is an account or not.
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Parley.Data;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Auth;

public sealed class SignInEffortTests
{
    [Fact]
    public async Task Every_refused_sign_in_costs_the_same_comparison()
    {
        var hasher = new CountingHasher();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Configure = builder => builder.Services.AddSingleton<IPasswordHasher<string>>(hasher) });
        using var known = await ApiClient.AccountAsync(server, email: "known@example.org");
        using var disabled = await ApiClient.AccountAsync(server, email: "disabled@example.org");
        await server.Service<AccountStore>().DisableAsync(UserId.Parse(disabled.UserId), DateTimeOffset.UtcNow);
        using var client = new ApiClient(server);

        var efforts = new List<IReadOnlyList<string>>();
        foreach (var (email, password) in new[]
        {
            ("known@example.org", "wrong horse"),
            ("nobody@example.org", "wrong horse"),
            ("disabled@example.org", "wrong horse"),
            ("disabled@example.org", "correct horse"),
            ("no address at all", "wrong horse"),
            ("known@example.org", new string('x', 5000)),
            (new string('x', 5000), "wrong horse"),
        })
        {
            hasher.Work.Clear();
            Assert.Equal("invalid_credentials", (await client.PostAsync("/api/auth/login", new { email, password })).Code);
            efforts.Add([.. hasher.Work]);
        }

        Assert.All(efforts, effort => Assert.Equal(Assert.Single(efforts[0]), Assert.Single(effort)));
        Assert.StartsWith("compare with 01", efforts[0][0], StringComparison.Ordinal);
    }

    /// <summary>The framework's hasher, with a list of what it was asked to do.</summary>
    private sealed class CountingHasher : IPasswordHasher<string>
    {
        // Format marker, pseudo-random function, iterations, length of salt: what decides how long a comparison takes.
        private const int Settings = 13;

        private readonly PasswordHasher<string> _inner = new();

        public List<string> Work { get; } = [];

        public string HashPassword(string user, string password)
        {
            Work.Add("hash");
            return _inner.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(string user, string hashedPassword, string providedPassword)
        {
            Work.Add($"compare with {Convert.ToHexString(Convert.FromBase64String(hashedPassword), 0, Settings)}");
            return _inner.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
