// Who may stream: whoever is in the room, or would come in at once.
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Media;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Media;

public sealed class WhipAccessTests
{
    private static readonly OfferedSection[] Sends = [new("audio", "sendonly", 11)];
    private static readonly string Offer = SdpText.Offer(Sends);

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(true, false, "not_admitted")]
    [InlineData(false, true, "wrong_password")]
    public async Task Before_a_room_runs_the_meeting_itself_decides_and_its_owner_always_may(bool lobby, bool password, string? refusal)
    {
        await using var media = await MediaStage.StartAsync(new { lobby, password = password ? "sesame" : null });
        using var guest = await ApiClient.GuestAsync(media.Server);
        Assert.Equal(201, (await media.PostAsync(media.Whip, Offer)).Status);
        Assert.Equal((refusal is null ? 201 : 403, refusal), await StatusAsync(media.PostAsync(media.Whip, Offer, guest.Token)));
    }

    [Fact]
    public async Task Who_waits_may_not_and_who_was_admitted_may()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var guest = await stage.WaitAsync(host.Code, "Gus");
        Assert.Equal((403, "not_admitted"), await PostAsync(stage, host.Code, guest.Who));
        await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(guest.Me)));
        Assert.Equal((201, null), await PostAsync(stage, host.Code, guest.Who));
        await guest.Client.RequestAsync<Ack>(new LeaveRoom());
        Assert.Equal((201, null), await PostAsync(stage, host.Code, guest.Who));
    }

    [Fact]
    public async Task Who_came_in_with_the_password_needs_it_no_more()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync(new NewMeeting(Lobby: false, Password: "sesame"));
        var who = await stage.GuestAsync("Gus");
        Assert.Equal((403, "wrong_password"), await PostAsync(stage, host.Code, who));
        var client = await stage.ConnectAsync(who);
        await client.RequestAsync<JoinedRoom>(new JoinRoom(host.Code, "sesame"));
        Assert.Equal((201, null), await PostAsync(stage, host.Code, who));
    }

    [Fact]
    public async Task A_lock_keeps_out_who_is_not_in_and_a_removal_for_good()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Gus");
        var late = await stage.GuestAsync("Late");
        await host.Client.RequestAsync<Ack>(new LockRoom(true));
        Assert.Equal((423, "room_locked"), await PostAsync(stage, host.Code, late));
        Assert.Equal((201, null), await PostAsync(stage, host.Code, guest.Who));
        Assert.Equal((201, null), await PostAsync(stage, host.Code, host.Who));

        await host.Client.RequestAsync<Ack>(new RemoveParticipant(guest.Me));

        await Eventually.TrueAsync(() => stage.Server.Service<MediaGateway>().Count(MediaSessionKind.Publisher) == 1);
        Assert.Equal((403, "removed"), await PostAsync(stage, host.Code, guest.Who));
    }

    [Fact]
    public async Task A_full_room_takes_nobody_who_is_not_in_it()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync(new NewMeeting(Lobby: false, MaxParticipants: 2));
        var guest = await stage.JoinAsync(host.Code, "Gus");
        Assert.Equal((409, "room_full"), await PostAsync(stage, host.Code, await stage.GuestAsync("Late")));
        Assert.Equal((201, null), await PostAsync(stage, host.Code, guest.Who));
    }

    [Fact]
    public async Task The_end_of_the_room_ends_its_streams_and_nobody_begins_another()
    {
        await using var stage = await Stage.AloneAsync();
        var host = await stage.HostAsync();
        Assert.Equal((201, null), await PostAsync(stage, host.Code, host.Who));
        await host.Client.RequestAsync<Ack>(new EndRoom());
        await Eventually.TrueAsync(() => stage.Server.Service<MediaGateway>().Count(MediaSessionKind.Publisher) == 0);
        Assert.Equal((410, "meeting_ended"), await PostAsync(stage, host.Code, host.Who));
    }

    [Fact]
    public async Task A_changed_password_ends_the_accounts_streams()
    {
        await using var media = await MediaStage.StartAsync();
        Assert.Equal(201, (await media.PostAsync(media.Whip, Offer)).Status);
        Assert.Equal(200, (await media.Owner.PatchAsync("/api/users/me", new { current_password = "correct horse", new_password = "battery staple" })).StatusNumber);
        await Eventually.TrueAsync(() => media.Gateway.Count(MediaSessionKind.Publisher) == 0);
    }

    [Fact]
    public async Task A_token_of_another_program_is_good_for_its_own_meeting()
    {
        const string secret = "0123456789abcdef0123456789abcdef";
        await using var media = await MediaStage.StartAsync(new { lobby = true }, ("Parley:Auth:ApiKeys:studio", secret));
        var other = (await media.Owner.CreateMeetingAsync(new { lobby = false })).GetProperty("code").GetString()!;
        var token = ForeignToken.Sign("studio", secret, "camera-1", media.Code, "cohost");
        Assert.Equal((201, null), await StatusAsync(media.PostAsync(media.Whip, Offer, token)));
        Assert.Equal((403, "forbidden"), await StatusAsync(media.PostAsync($"/api/meetings/{other}/whip", Offer, token)));
        Assert.Equal((403, "not_admitted"), await StatusAsync(media.PostAsync(media.Whip, Offer, ForeignToken.Sign("studio", secret, "camera-2", media.Code, "participant"))));
    }

    private static async Task<(int Status, string? Code)> PostAsync(Stage stage, MeetingCode code, SignedIn who)
    {
        using var http = stage.Server.CreateClient();
        using var content = new StringContent(Offer);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/sdp");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/meetings/{code}/whip") { Content = content };
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", who.Token);
        using var response = await http.SendAsync(request);
        return await StatusAsync(MediaResponse.ReadAsync(response));
    }

    private static async Task<(int Status, string? Code)> StatusAsync(Task<MediaResponse> response)
    {
        var answer = await response;
        return (answer.Status, answer.Code);
    }
}
