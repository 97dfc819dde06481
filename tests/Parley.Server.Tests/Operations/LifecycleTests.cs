// Start, HTTPS, drain, restart.
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Parley.Server.Composition;
using Parley.Server.Operations.Health;
using Parley.Server.Operations.Tls;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Operations;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Https_has_a_self_signed_certificate_that_is_kept_and_names_this_machine()
    {
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Urls = "https://127.0.0.1:0" });
        var first = await CertificateAsync(server);
        var names = first.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Contains("localhost", names.EnumerateDnsNames());
        Assert.Contains(IPAddress.Loopback, names.EnumerateIPAddresses());
        Assert.All(SelfSignedCertificate.LanAddresses(), address => Assert.Contains(address, names.EnumerateIPAddresses()));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.DataDirectory, SelfSignedCertificate.FileName)));
        await server.RestartServerAsync();
        Assert.Equal(first.Thumbprint, (await CertificateAsync(server)).Thumbprint);
    }

    [Fact]
    public async Task A_second_server_on_the_same_data_does_not_start_and_a_later_one_does()
    {
        await using var server = await ParleyFixture.StartAsync();
        var refusal = await Assert.ThrowsAsync<StartupException>(() => ParleyFixture.StartAsync(("Parley:DataDirectory", server.DataDirectory)));
        Assert.Contains(server.DataDirectory, refusal.Message, StringComparison.Ordinal);
        await server.RestartServerAsync();
    }

    [Fact]
    public async Task Over_https_the_cookie_is_secure_and_browsers_are_told_to_stay()
    {
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Urls = "https://127.0.0.1:0" });
        using var client = server.CreateClient(Trusting());
        using var response = await client.PostAsJsonAsync("/api/auth/guest", new { name = "Ada" });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Contains("secure", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("max-age", response.Headers.GetValues("Strict-Transport-Security").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_ones_own_is_used_and_taken_anew_when_its_file_changes()
    {
        var directory = Directory.CreateTempSubdirectory("parley-tls-");
        try
        {
            var path = Path.Combine(directory.FullName, "cert.pem");
            var key = Path.Combine(directory.FullName, "key.pem");
            var clock = new ManualClock();
            Write(path, key, "first.example.org");
            await using var server = await ParleyFixture.StartAsync(new ParleySetup
            {
                Urls = "https://127.0.0.1:0",
                Clock = clock,
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Https:CertificatePath"] = path, ["Parley:Https:CertificateKeyPath"] = key },
            });
            Assert.Equal("CN=first.example.org", (await CertificateAsync(server)).Subject);
            Write(path, key, "second.example.org");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
            clock.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal("CN=second.example.org", (await CertificateAsync(server)).Subject);
            await File.WriteAllTextAsync(path, "damaged");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(2));
            clock.Advance(TimeSpan.FromSeconds(11));
            Assert.Equal("CN=second.example.org", (await CertificateAsync(server)).Subject);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_used_stops_the_start_and_is_named()
    {
        var directory = Directory.CreateTempSubdirectory("parley-tls-");
        try
        {
            var path = Path.Combine(directory.FullName, "cert.pem");
            await File.WriteAllTextAsync(path, "damaged");
            var refused = await Assert.ThrowsAsync<StartupException>(() => StartAsync("https://127.0.0.1:0"));
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            await using var plain = await StartAsync("http://127.0.0.1:0");

            Task<ParleyFixture> StartAsync(string urls) => ParleyFixture.StartAsync(new ParleySetup
            {
                Urls = urls,
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Https:CertificatePath"] = path },
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_draining_server_is_not_ready_but_finishes_what_it_began()
    {
        var gate = new DrainGate();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Configure = builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(gate)) });
        using var client = server.CreateClient();
        var stopping = server.App.StopAsync();
        await gate.Reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        try
        {
            using var ready = await client.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal("draining", (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("checks").GetProperty("node").GetString());
            using var live = await client.GetAsync("/health/live");
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        }
        finally
        {
            gate.Open.SetResult();
        }

        await stopping.WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/health/live"));
    }

    [Fact]
    public async Task A_dependency_that_is_gone_shows_in_readiness()
    {
        await using var server = await ParleyFixture.StartAsync(new ParleySetup { Configure = builder => builder.Services.AddSingleton<IReadinessCheck>(new Gone()) });
        using var client = server.CreateClient();
        using var ready = await client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var body = await ready.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("unavailable", body.GetProperty("status").GetString());
        Assert.Equal("ok", body.GetProperty("checks").GetProperty("database").GetString());
        Assert.Equal("far away", body.GetProperty("checks").GetProperty("moon").GetString());
    }

    [Theory]
    [InlineData("Parley:Auth:ApiKeys:school", "short", "at least 32 are needed")]
    [InlineData("Parley:Auth:ApiKeys:parley", "long enough long enough long enough", "reserved")]
    [InlineData("Parley:Rooms:EmptySeconds", "soon", "not a whole number")]
    [InlineData("Parley:Rooms:MeshLimit", "1", "from 2 to 500")]
    [InlineData("Parley:Rooms:GraceSeconds", "0", "from 1 to 3600")]
    [InlineData("urls", "localhost", "not an address to listen on")]
    [InlineData("urls", "http://127.0.0.1:0;ftp://127.0.0.1", "ftp://127.0.0.1")]
    [InlineData("Parley:Http:PublicUrl", "meet.example.org", "http(s) address")]
    [InlineData("Parley:Http:AllowedOrigins", "*", "not an origin")]
    [InlineData("Parley:Http:KnownProxies", "proxy", "neither an IP address")]
    [InlineData("Parley:Ice:TurnUrls", "http://x", "does not begin with turn:")]
    [InlineData("Parley:Https:CertificatePath", "/nowhere.pem", "there is no file")]
    [InlineData("Parley:Auth:AllowGuests", "maybe", "neither true nor false")]
    public void A_mistake_in_the_configuration_is_named(string key, string value, string part)
    {
        var exception = Assert.Throws<ConfigurationException>(() => ParleyServer.Build([$"--{key}={value}"]));
        Assert.Contains(key, exception.Message, StringComparison.Ordinal);
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        if (key.Contains("ApiKeys", StringComparison.Ordinal))
            Assert.DoesNotContain(value, exception.Message, StringComparison.Ordinal);
    }

    private static void Write(string certificatePath, string keyPath, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
    }

    private static SocketsHttpHandler Trusting(Action<X509Certificate2>? seen = null) => new()
    {
        UseCookies = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                seen?.Invoke(X509CertificateLoader.LoadCertificate(certificate!.Export(X509ContentType.Cert)));
                return true;
            },
        },
    };

    private static async Task<X509Certificate2> CertificateAsync(ParleyFixture server)
    {
        X509Certificate2? seen = null;
        using var client = server.CreateClient(Trusting(certificate => seen = certificate));
        using var response = await client.GetAsync("/health/live");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return seen!;
    }

    private sealed class Gone : IReadinessCheck
    {
        public string Name => "moon";

        public Task<string?> CheckAsync(CancellationToken cancellation) => Task.FromResult<string?>("far away");
    }

    /// <summary>Holds the drain open, as connections that move on would.</summary>
    private sealed class DrainGate : IHostedLifecycleService
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task StoppingAsync(CancellationToken cancellationToken)
        {
            Reached.TrySetResult();
            return Open.Task.WaitAsync(cancellationToken);
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
