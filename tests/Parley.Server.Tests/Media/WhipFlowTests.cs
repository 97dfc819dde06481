// Media from a publisher to its subscribers over real sockets, and how sessions end.
using Microsoft.Extensions.DependencyInjection;
using Parley.Media.Engine;
using Parley.Media.Sdp;
using Parley.Server.Media;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Media;

public sealed class WhipFlowTests
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11), new("video", "sendonly", 12)];
    private static readonly OfferedSection[] Receives = [new("audio", "recvonly"), new("video", "recvonly")];

    [Fact]
    public async Task Sound_and_pictures_go_from_a_publisher_to_whoever_asks_for_it()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var first = await stage.NewPeer().ConnectAsync($"{stage.Whep}?from={publisher.Id}", Receives);
        var second = await stage.NewPeer().ConnectAsync($"{stage.Whep}?from={publisher.Id}", Receives);

        await publisher.SendAudioAsync(11, 3);
        await publisher.SendVideoAsync(12, 9);

        foreach (var subscriber in new[] { first, second })
        {
            var packets = new[] { await subscriber.ReceiveAsync(), await subscriber.ReceiveAsync() }.OrderByDescending(packet => packet.PayloadType).ToList();
            Assert.Equal(subscriber.Ssrcs, packets.Select(packet => (uint?)packet.Ssrc));
            Assert.Equal([(2, 3), (12, 9)], packets.Select(packet => (packet.Payload.Length, (int)packet.Payload[^1])));
        }
    }

    [Fact]
    public async Task Without_from_publishers_follow_each_other_in_slots_whose_ssrc_never_changes()
    {
        await using var stage = await MediaStage.StartAsync();
        var ada = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 1));
        var grace = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 2));
        var viewer = await stage.NewPeer().ConnectAsync(stage.Whep, new OfferedSection("video", "recvonly"), new OfferedSection("video", "recvonly"));
        var (upper, lower) = (viewer.Ssrcs[0], viewer.Ssrcs[1]);

        await ada.SendVideoAsync(1, 1);
        await ExpectAsync(viewer, upper, 1);
        await grace.SendVideoAsync(2, 2);
        await ExpectAsync(viewer, lower, 2);

        Assert.Equal(200, (await stage.DeleteAsync(ada.Opened.Location)).Status);
        var alan = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 3));
        await alan.SendVideoAsync(3, 3);
        await ExpectAsync(viewer, upper, 3);
        await grace.SendVideoAsync(2, 4);
        await ExpectAsync(viewer, lower, 4);
    }

    [Fact]
    public async Task Sound_and_picture_of_one_publisher_share_a_rank_of_slots()
    {
        await using var stage = await MediaStage.StartAsync();
        var silent = await stage.NewPeer().ConnectAsync(stage.Whip, new OfferedSection("video", "sendonly", 1));
        var full = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewer = await stage.NewPeer().ConnectAsync(stage.Whep, [.. Receives, .. Receives]);

        await full.SendVideoAsync(12, 5);
        await ExpectAsync(viewer, viewer.Ssrcs[3], 5);
        await full.SendAudioAsync(11, 6);
        await ExpectAsync(viewer, viewer.Ssrcs[2], 6);
        await silent.SendVideoAsync(1, 7);
        await ExpectAsync(viewer, viewer.Ssrcs[1], 7);
    }

    [Fact]
    public async Task A_restart_of_ICE_gives_new_credentials_and_a_new_tag_while_media_goes_on()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewer = await stage.NewPeer().ConnectAsync($"{stage.Whep}?from={publisher.Id}", Receives);
        var fresh = publisher.Local with { Ufrag = "freshname", Password = "a-fresh-password-of-24-c".Replace('-', '+') };

        var restarted = await stage.PatchAsync(publisher.Opened.Location, SdpText.Fragment(fresh), "*");

        Assert.Equal((200, IceFragment.MediaType), (restarted.Status, restarted.ContentType));
        Assert.NotEqual(publisher.Opened.EntityTag, restarted.EntityTag);
        Assert.True(IceFragment.TryParse(restarted.Body, out var fragment, out _));
        Assert.NotEqual(publisher.Answer.TransportOf(publisher.Answer.Sections[0]).Ufrag, fragment!.Ufrag);
        Assert.NotEmpty(fragment.Candidates);
        Assert.Equal(412, (await stage.PatchAsync(publisher.Opened.Location, SdpText.Fragment(fresh), publisher.Opened.EntityTag)).Status);
        Assert.Equal(204, (await stage.PatchAsync(publisher.Opened.Location, SdpText.Fragment(fresh), restarted.EntityTag)).Status);

        await publisher.CheckAsync(fragment.Credentials!, fresh);
        await publisher.SendVideoAsync(12, 8);
        await ExpectAsync(viewer, viewer.Ssrcs[1], 8);
    }

    [Fact]
    public async Task Clients_are_told_when_their_session_is_deleted_and_when_the_server_stops()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewer = await stage.NewPeer().ConnectAsync(stage.Whep, Receives);
        var other = await stage.NewPeer().ConnectAsync(stage.Whep, Receives);

        Assert.Equal(200, (await stage.DeleteAsync(other.Opened.Location)).Status);
        Assert.Equal("closed", await other.Ended);

        await stage.Server.StopServerAsync();
        Assert.Equal("closed", await publisher.Ended);
        Assert.Equal("closed", await viewer.Ended);
    }

    [Fact]
    public async Task A_client_that_says_goodbye_is_gone_and_so_is_its_session()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        publisher.SayGoodbye();
        await Eventually.TrueAsync(() => stage.Gateway.Count(MediaSessionKind.Publisher) == 0);
        Assert.Equal("session_not_found", (await stage.DeleteAsync(publisher.Opened.Location)).Code);
        Assert.Equal("nobody_publishes", (await stage.PostAsync(stage.Whep, SdpText.Offer(Receives))).Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_falls_silent_or_never_comes_is_gone_and_so_is_its_session(bool connects)
    {
        var impatient = new MediaEngineOptions { ConnectTimeoutUs = 500_000, ConsentTimeoutUs = 500_000 };
        await using var stage = await MediaStage.StartAsync(
            new { lobby = false }, new ParleySetup { Configure = builder => builder.Services.AddSingleton(impatient) });
        var publisher = stage.NewPeer();
        await (connects ? publisher.ConnectAsync(stage.Whip, Sends) : publisher.OfferAsync(stage.Whip, Sends));
        await Eventually.TrueAsync(() => stage.Gateway.Find(publisher.Id) is null);
        Assert.Equal("session_not_found", (await stage.PatchAsync(publisher.Opened.Location, SdpText.Fragment(publisher.Local), publisher.Opened.EntityTag)).Code);
        Assert.Equal(0, await stage.Gateway.Server!.InvokeAsync(0, engine => engine.PeerCount));
    }

    [Fact]
    public async Task What_is_carried_is_counted()
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        var viewer = await stage.NewPeer().ConnectAsync(stage.Whep, Receives);
        await publisher.SendAudioAsync(11, 1);
        await ExpectAsync(viewer, viewer.Ssrcs[0], 1);
        using var client = stage.Server.CreateClient();
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("parley_media_sessions{kind=\"publisher\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_sessions{kind=\"subscriber\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_send_failures_total{worker=\"0\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("parley_media_drops_total{worker=\"0\",reason=\"not_authentic\"} 0\n", text, StringComparison.Ordinal);
        foreach (var name in new[] { "datagrams_received_total", "received_bytes_total", "datagrams_sent_total", "sent_bytes_total", "send_calls_total", "turn_longest_seconds" })
            Assert.Matches($"parley_media_{name}\\{{worker=\"0\"\\}} [0-9.E-]*[1-9]", text);
    }

    [Fact]
    public async Task A_publisher_that_posts_again_is_a_new_one_and_the_old_goes_on()
    {
        await using var stage = await MediaStage.StartAsync();
        var first = await stage.NewPeer().OfferAsync(stage.Whip, Sends);
        var second = await stage.NewPeer().OfferAsync(stage.Whip, Sends);
        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(2, stage.Gateway.Count(MediaSessionKind.Publisher));
        Assert.Equal(200, (await stage.DeleteAsync(first.Opened.Location)).Status);
        Assert.Equal("publisher_not_found", (await stage.PostAsync($"{stage.Whep}?from={first.Id}", SdpText.Offer(Receives))).Code);
        Assert.Equal(201, (await stage.PostAsync($"{stage.Whep}?from={second.Id}", SdpText.Offer(Receives))).Status);
    }

    [Theory]
    [InlineData("POST", "/end")]
    [InlineData("DELETE", "")]
    public async Task The_end_of_a_meeting_ends_what_streams_in_it(string method, string path)
    {
        await using var stage = await MediaStage.StartAsync();
        var publisher = await stage.NewPeer().ConnectAsync(stage.Whip, Sends);
        await stage.NewPeer().ConnectAsync(stage.Whep, Receives);
        var elsewhere = (await stage.Owner.CreateMeetingAsync(new { lobby = false })).GetProperty("code").GetString();
        await stage.NewPeer().OfferAsync($"/api/meetings/{elsewhere}/whip", Sends);

        Assert.True((await stage.Owner.SendAsync(new HttpMethod(method), $"/api/meetings/{stage.Code}{path}")).StatusNumber < 300);

        await Eventually.TrueAsync(() => stage.Gateway.Count(MediaSessionKind.Publisher) == 1 && stage.Gateway.Count(MediaSessionKind.Subscriber) == 0);
        await Eventually.TrueAsync(async () => await stage.Gateway.Server!.InvokeAsync(0, engine => engine.PeerCount) == 1);
        Assert.Equal(404, (await stage.DeleteAsync(publisher.Opened.Location)).Status);
    }

    [Fact]
    public async Task Who_lost_the_right_to_be_here_streams_no_more()
    {
        await using var stage = await MediaStage.StartAsync();
        using var guest = await ApiClient.GuestAsync(stage.Server);
        await stage.NewPeer(guest).ConnectAsync(stage.Whip, Sends);
        await stage.NewPeer().OfferAsync(stage.Whip, Sends);
        await stage.Server.Service<Features.Accounts.ISessionRevocation>().RemoveUserAsync(Protocol.UserId.Parse(guest.UserId), CancellationToken.None);
        await Eventually.TrueAsync(() => stage.Gateway.Count(MediaSessionKind.Publisher) == 1);
    }

    private static async Task ExpectAsync(LivePeer viewer, uint? ssrc, byte mark)
    {
        var packet = await viewer.ReceiveAsync();
        Assert.Equal((ssrc, mark), (packet.Ssrc, packet.Payload[^1]));
    }
}
