// GET /ws: who may upgrade, and who is sent away with what.
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Signaling;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class HandshakeTests(SharedServers servers)
{
    [Fact]
    public async Task A_program_without_an_origin_may_connect()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        Assert.Equal(101, socket.Status);
        Assert.Contains("Sec-WebSocket-Protocol: parley.v1", socket.Answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_accept_key_is_that_of_the_standard()
    {
        // RFC 6455 §1.3 gives this pair.
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="));
        Assert.Contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", socket.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_of_the_servers_own_origin_may_connect()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Origin", $"http://{server.Address.Authority}"));
        Assert.Equal(101, socket.Status);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:1")]
    public async Task Pages_of_a_foreign_origin_get_403(string origin)
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Origin", origin));
        Assert.Equal(403, socket.Status);
    }

    [Fact]
    public async Task The_own_origin_over_another_scheme_is_foreign()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Origin", $"https://{server.Address.Authority}"));
        Assert.Equal(403, socket.Status);
    }

    [Fact]
    public async Task Configured_origins_may_connect()
    {
        await using var server = await ParleyFixture.StartAsync(("Parley:Http:AllowedOrigins:0", "https://app.example.org"), ("Parley:Http:PublicUrl", "https://meet.example.org"));
        using var allowed = await RawWebSocket.OpenAsync(server.Address, ("Origin", "https://app.example.org"));
        using var itself = await RawWebSocket.OpenAsync(server.Address, ("Origin", "https://meet.example.org"));
        using var other = await RawWebSocket.OpenAsync(server.Address, ("Origin", "https://app.example.org.evil.example"));
        Assert.Equal((101, 101, 403), (allowed.Status, itself.Status, other.Status));
    }

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("parley.v2")]
    public async Task The_sub_protocol_is_required(string offered)
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Sec-WebSocket-Protocol", offered));
        Assert.Equal(400, socket.Status);
    }

    [Fact]
    public async Task The_sub_protocol_may_be_one_of_several()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, ("Sec-WebSocket-Protocol", "parley.v2, parley.v1"));
        Assert.Equal(101, socket.Status);
    }

    [Fact]
    public async Task A_plain_request_is_told_to_upgrade()
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var http = server.CreateClient();
        using var response = await http.GetAsync(new Uri("/ws", UriKind.Relative));
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version", "8", 426)]
    [InlineData("Sec-WebSocket-Key", "short", 400)]
    [InlineData("Sec-WebSocket-Key", "", 400)]
    public async Task A_handshake_that_is_not_RFC_6455_is_refused(string header, string value, int status)
    {
        var server = await servers.GetAsync(TestDatabase.Sqlite);
        using var socket = await RawWebSocket.OpenAsync(server.Address, (header, value));
        Assert.Equal(status, socket.Status);
    }

    [Fact]
    public async Task Above_the_cap_connections_are_refused_and_below_it_they_come_in_again()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Configure = builder => builder.Services.AddSingleton(new SignalingOptions { MaxConnections = 2 }),
        });
        await stage.ConnectAsync();
        var second = await stage.ConnectAsync();
        using (var third = await RawWebSocket.OpenAsync(stage.Server.Address))
            Assert.Equal(503, third.Status);
        await second.CloseAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var again = await RawWebSocket.OpenAsync(stage.Server.Address);
            return again.Status == 101;
        });
    }

    [Fact]
    public async Task WebSockets_over_HTTP_2_work_as_browsers_open_them_on_HTTPS()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Urls = "https://127.0.0.1:0",
            Configure = builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate)),
        });
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null } };
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("parley.v1");
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(stage.Server.WebSocketAddress, invoker, CancellationToken.None);
        await socket.SendAsync(MessageCodec.Encode(new Ping { Id = "1" }), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        var error = Assert.IsType<Error>(MessageCodec.DecodeServer(buffer.AsSpan(0, received.Count)).Message);
        Assert.Equal(ErrorCodes.Unauthenticated, error.Code);
    }
}
