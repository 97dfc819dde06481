// What administrators read of media sessions, and what of it is in the metrics.
using System.Text.Json;
using Parley.Media.Engine;
using Parley.Server.Media;
using Parley.Server.Operations.Metrics;
using Parley.Server.Tests.Hosting;

namespace Parley.Server.Tests.Media;

public sealed class MediaStatisticsTests
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11), new("video", "sendonly", 12)];
    private static readonly OfferedSection[] Receives = [new("audio", "recvonly"), new("video", "recvonly")];

    [Fact]
    public async Task An_administrator_reads_what_every_session_carries()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewer = await stage.NewPeer().ConnectAsync($"{stage.Whep}?from={publisher.Id}", Receives);
        await publisher.SendAudioAsync(11, 1);
        await publisher.SendVideoAsync(12, 2);
        await viewer.ReceiveAsync();
        await viewer.ReceiveAsync();
        var waits = await stage.NewPeer().OfferAsync(stage.Whep, Receives);

        var items = (await stage.Owner.GetAsync("/api/media/sessions")).Items;
        Assert.Equal([waits.Id, viewer.Id, publisher.Id], items.Select(static item => item.GetProperty("id").GetString()));
        Assert.All(items, item => Assert.Equal((stage.Code, stage.Owner.UserId), (Text(item, "meeting_code"), Text(item, "user_id"))));

        Assert.False(items[0].GetProperty("connected").GetBoolean());
        Assert.False(items[0].TryGetProperty("transport", out _));
        Assert.Equal(("subscriber", "udp"), (Text(items[1], "kind"), Text(items[1], "transport")));
        Assert.StartsWith("127.0.0.1:", Text(items[1], "remote"), StringComparison.Ordinal);
        var sections = items[1].GetProperty("subscriptions").EnumerateArray().ToList();
        Assert.Equal(["audio", "video"], sections.Select(static section => Text(section, "kind")));
        Assert.All(sections, section => Assert.Equal((publisher.Id, 0, 1), (Text(section, "publisher"), Number(section, "layer"), Number(section, "packets"))));

        Assert.Equal("publisher", Text(items[2], "kind"));
        var layers = items[2].GetProperty("layers").EnumerateArray().ToList();
        Assert.Equal([("audio", 1), ("video", 1)], layers.Select(static layer => (Text(layer, "kind"), Number(layer, "packets"))));
        Assert.Equal(2, Number(layers[1], "readers"));
    }

    [Fact]
    public async Task The_list_has_pages_and_can_be_of_one_meeting()
    {
        await using var stage = await MediaStage.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Insert(0, (await stage.NewPeer().OfferAsync(stage.Whip, Sends)).Id);
        var elsewhere = (await stage.Owner.CreateMeetingAsync(new { lobby = false })).GetProperty("code").GetString();
        await stage.NewPeer().OfferAsync($"/api/meetings/{elsewhere}/whip", Sends);

        var first = await stage.Owner.GetAsync($"/api/media/sessions?meeting_code={stage.Code}&limit=2");
        var second = await stage.Owner.GetAsync($"/api/media/sessions?meeting_code={stage.Code}&limit=2&cursor={first.Text("next_cursor")}");
        Assert.Equal([2, 1], new[] { first.Items.Count, second.Items.Count });
        Assert.Equal(ids.Order(StringComparer.Ordinal).Reverse(), first.Items.Concat(second.Items).Select(static item => Text(item, "id")));
        Assert.Equal(JsonValueKind.Null, second.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal(4, (await stage.Owner.GetAsync("/api/media/sessions")).Items.Count);
    }

    [Fact]
    public async Task Nobody_else_reads_it()
    {
        await using var stage = await MediaStage.StartAsync();
        using var other = await ApiClient.AccountAsync(stage.Server);
        using var guest = await ApiClient.GuestAsync(stage.Server);
        using var nobody = new ApiClient(stage.Server);
        Assert.Equal("forbidden", (await other.GetAsync("/api/media/sessions")).Code);
        Assert.Equal("forbidden", (await guest.GetAsync("/api/media/sessions")).Code);
        Assert.Equal("unauthenticated", (await nobody.GetAsync("/api/media/sessions")).Code);
    }

    [Fact]
    public async Task Repairs_are_counted_by_worker_and_no_series_names_a_session()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        await stage.NewPeer().ConnectAsync(stage.Whep, Receives);
        await stage.Server.Service<MediaSampler>().SampleAsync();
        stage.Server.Service<MediaMeter>().Sample(0, new PeerStatistics
        {
            Peer = new PeerId(9),
            RoundTripUs = 30_000,
            EstimateBps = 2_000_000,
            LongestPacingWaitUs = 7_000,
            Subscriptions = [new SubscriptionStatistics { Mid = "0", RoundTripUs = 30_000, LossRate = 0.015 }, new SubscriptionStatistics { Mid = "1" }],
        });
        using var client = stage.Server.CreateClient();
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("parley_media_peers{worker=\"0\"} 2\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "publishers_packets_lost", "publishers_packets_requested", "publishers_keyframes_requested", "subscribers_packets_lost", "subscribers_packets_repeated", "subscribers_repeats_refused", "subscribers_keyframes_requested", "subscribers_keyframes_missing" })
            Assert.Matches($"parley_media_{name}_total\\{{worker=\"0\"\\}} [0-9]+\n", text);
        Assert.Contains("parley_media_round_trip_seconds_bucket{worker=\"0\",le=\"0.05\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_loss_ratio_bucket{worker=\"0\",le=\"0.01\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_loss_ratio_bucket{worker=\"0\",le=\"0.02\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_estimate_bits_per_second_bucket{worker=\"0\",le=\"2500000\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_pacing_wait_seconds_bucket{worker=\"0\",le=\"0.005\"} 0\n", text, StringComparison.Ordinal);
        foreach (var series in new[] { "drops_total{reason=\"malformed\"}", "drops_total{reason=\"overflowed\"}", "faults_total" })
            Assert.Contains($"parley_media_dtls_{series} 0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain(publisher.Id, text, StringComparison.Ordinal);
    }

    private static string? Text(JsonElement item, string name) => item.GetProperty(name).GetString();

    private static int Number(JsonElement item, string name) => item.GetProperty(name).GetInt32();
}
