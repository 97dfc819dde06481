// The media port: what happens when it is taken, what the doctor says, and which configurations are refused.
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Parley.Browser.Tests.Harness;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Commands;
using Parley.Server.Operations.Doctor;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Media;

public sealed class MediaPortTests
{
    [Fact]
    public async Task A_port_that_another_server_has_stops_the_start_and_says_what_to_do()
    {
        await using var first = await MediaStage.StartAsync();
        var port = first.Gateway.Server!.Port;
        var refusal = await Assert.ThrowsAsync<StartupException>(() => ParleyFixture.StartAsync(("Parley:Media:Port", Text(port))));
        Assert.Contains($"UDP port {port}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--Parley:Media:Port=", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--Parley:Media:Enabled=false", refusal.Message, StringComparison.Ordinal);
        await using var without = await ParleyFixture.StartAsync(("Parley:Media:Port", Text(port)), ("Parley:Media:Enabled", "false"));
    }

    [Fact]
    public async Task A_port_that_nobody_has_chosen_gives_way_to_the_next_free_one()
    {
        // Whoever has the default port already serves as well.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            taken.Bind(new IPEndPoint(IPAddress.Loopback, 7882));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            Assert.NotNull(exception);
        }

        // An empty value is as good as none.
        await using var stage = await MediaStage.StartAsync(("Parley:Media:Port", ""));
        Assert.InRange(stage.Gateway.Server!.Port, 7883, 7982);
        using var client = stage.Server.CreateClient();
        Assert.True((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode);
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("audio", "sendonly", 1));
        Assert.NotNull(stage.Gateway.Find(publisher.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_port_of_tcp_counts_only_where_connections_are_taken(bool tcp)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = Text(((IPEndPoint)taken.LocalEndpoint).Port);
        var starting = ParleyFixture.StartAsync(("Parley:Media:Port", port), ("Parley:Media:Tcp", tcp ? "true" : "false"));
        if (tcp)
            Assert.Contains($"TCP port {port}", (await Assert.ThrowsAsync<StartupException>(() => starting)).Message, StringComparison.Ordinal);
        else
            await (await starting).DisposeAsync();
    }

    [Fact]
    public async Task An_address_of_another_machine_stops_the_start()
    {
        var refusal = await Assert.ThrowsAsync<StartupException>(() => ParleyFixture.StartAsync(("Parley:Media:BindAddresses", "192.0.2.1"), ("Parley:Media:Port", "0")));
        Assert.Contains("192.0.2.1", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Parley:Media:BindAddresses", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_has_stopped_leaves_its_port_to_the_next()
    {
        var port = FreePorts.Next();
        await using var server = await ParleyFixture.StartAsync(("Parley:Media:Port", Text(port)));
        await server.RestartServerAsync();
        Assert.Equal(port, server.Service<Server.Media.MediaGateway>().Server!.Port);
    }

    [Fact]
    public async Task Several_workers_share_the_port_and_meetings_are_spread_over_them()
    {
        await using var stage = await MediaStage.StartAsync(("Parley:Media:Workers", "2"));
        var other = (await stage.Owner.CreateMeetingAsync(new { lobby = false })).GetProperty("code").GetString();
        var here = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("audio", "sendonly", 1));
        var there = await stage.NewPeer().ConnectAsync($"/api/meetings/{other}/whip", new OfferedSection("audio", "sendonly", 2));
        Assert.Equal([0, 1], new[] { here, there }.Select(peer => stage.Gateway.Find(peer.Id)!.Room.Worker));
    }

    [Fact]
    public async Task The_doctor_looks_at_the_port()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var port = FreePorts.Next();
        taken.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal((Verdict.Warn, $"media port {port}"), await ExamineAsync(("Parley:Media:Port", Text(port)), ("Parley:Media:BindAddresses", "127.0.0.1")));
        Assert.Equal((Verdict.Fail, $"media port {port}"), await ExamineAsync(("Parley:Media:Port", Text(port)), ("Parley:Media:BindAddresses", "192.0.2.1")));
        taken.Dispose();
        Assert.Equal((Verdict.Ok, $"media port {port}"), await ExamineAsync(("Parley:Media:Port", Text(port)), ("Parley:Media:BindAddresses", "127.0.0.1")));
        Assert.Equal((Verdict.Ok, "media"), await ExamineAsync(("Parley:Media:Enabled", "false")));
    }

    [Theory]
    [InlineData("Parley:Media:Port", "65536")]
    [InlineData("Parley:Media:Enabled", "perhaps")]
    [InlineData("Parley:Media:Tcp", "sometimes")]
    [InlineData("Parley:Media:Workers", "-1")]
    [InlineData("Parley:Media:MaxPublishers", "0")]
    [InlineData("Parley:Media:MaxSubscribers", "many")]
    [InlineData("Parley:Media:BindAddresses", "eth0")]
    [InlineData("Parley:Media:AdvertisedAddresses", "meet.example.org")]
    [InlineData("Parley:Media:AdvertisedAddresses", "0.0.0.0")]
    [InlineData("Parley:Media:AdvertisedAddresses", "fe80::1")]
    [InlineData("Parley:Media:AdvertisedAddresses", "169.254.7.7")]
    public void A_value_that_cannot_be_used_is_named(string key, string value) => Assert.Equal(key, Assert.Single(Load((key, value)).Problems).Key);

    [Fact]
    public void Any_free_port_is_one_port_only_on_one_address() =>
        Assert.Equal("Parley:Media:Port", Assert.Single(Load(("Parley:Media:Port", "0"), ("Parley:Media:BindAddresses", "127.0.0.1,::1")).Problems).Key);

    [Fact]
    public void By_default_there_is_a_worker_for_each_core_and_the_port_of_the_contract()
    {
        var media = Load(("Parley:Media:AdvertisedAddresses", "203.0.113.7, 2001:db8::7")).Options.Media;
        Assert.Equal((true, 7882, Environment.ProcessorCount), (media.Enabled, media.Port, media.Workers));
        Assert.Equal([IPAddress.Parse("203.0.113.7"), IPAddress.Parse("2001:db8::7")], media.AdvertisedAddresses);
    }

    private static ConfigurationResult Load(params (string Key, string Value)[] settings) => ConfigurationLoader.Load(Configuration(settings));

    private static async Task<(Verdict Verdict, string Subject)> ExamineAsync(params (string Key, string Value)[] settings)
    {
        var findings = await DoctorCommand.ExamineAsync(Configuration(settings), TimeProvider.System, CancellationToken.None);
        var finding = Assert.Single(findings, static finding => finding.Subject.StartsWith("media port", StringComparison.Ordinal) || finding.Subject == "media");
        return (finding.Verdict, finding.Subject);
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
