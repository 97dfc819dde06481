// join_room, admission, leave_room: every answer and every error (docs/protocol.md §2).
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class EntryTests(SharedServers servers)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task The_owner_enters_as_host_and_others_come_in_or_wait(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Title: "Weekly", Lobby: true));
        Assert.Equal(("Weekly", host.Me, MeetingState.Active, RoomMode.Mesh), (host.Room.Title, host.Room.HostId, host.Room.State, host.Room.Mode));
        Assert.Equal(ParticipantRole.Host, Assert.Single(host.Room.Participants).Role);

        var waiter = await stage.WaitAsync(host.Code, "Wanda");
        Assert.Equal((1, "Weekly", host.Code), (waiter.Waiting.Position, waiter.Waiting.Title, waiter.Waiting.Code));
        var request = await host.Client.WaitForAsync<NewParticipantRequest>();
        Assert.Equal((waiter.Me, "Wanda"), (request.Participant.Id, request.Participant.Name));

        await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiter.Me)));
        var accepted = await waiter.Client.WaitForAsync<AcceptedIntoRoom>();
        Assert.Equal(waiter.Me, accepted.Room.Me);
        Assert.Equal(2, accepted.Room.Participants.Count);
        Assert.Empty(accepted.Room.Waiting);
        Assert.Equal(waiter.Me, (await host.Client.WaitForAsync<NewParticipant>()).Participant.Id);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Without_a_lobby_one_is_in_at_once_with_the_media_and_name_one_asked_for(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var client = await stage.ConnectAsync(await stage.GuestAsync("Plain"));
        var joined = await client.RequestAsync<JoinedRoom>(new JoinRoom(host.Code, Media: new MediaState(Mic: true), DisplayName: "Fancy"));
        var me = joined.Room.Participants.Single(participant => participant.Id == joined.Room.Me);
        Assert.Equal(("Fancy", true, false, true), (me.Name, me.Mic, me.Camera, me.Guest));
        Assert.Equal(me.Id, (await host.Client.WaitForAsync<NewParticipant>()).Participant.Id);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_repeated_join_is_the_same_participant(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var who = await stage.GuestAsync("Rep");
        var client = await stage.ConnectAsync(who);
        var join = new JoinRoom(host.Code, ClientId: "same");
        var first = await client.RequestAsync<JoinedRoom>(join);
        var second = await client.RequestAsync<JoinedRoom>(join);
        var elsewhere = await stage.ConnectAsync(who);
        var third = await elsewhere.RequestAsync<JoinedRoom>(join);
        Assert.Equal((first.Room.Me, first.Room.Me), (second.Room.Me, third.Room.Me));
        Assert.Equal(2, third.Room.Participants.Count);
        Assert.Equal(4409, (await client.Closed).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Two_tabs_are_two_participants(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var who = await stage.GuestAsync("Tab");
        var first = await (await stage.ConnectAsync(who)).RequestAsync<JoinedRoom>(new JoinRoom(host.Code, ClientId: "a"));
        var second = await (await stage.ConnectAsync(who)).RequestAsync<JoinedRoom>(new JoinRoom(host.Code, ClientId: "b"));
        Assert.NotEqual(first.Room.Me, second.Room.Me);
        Assert.Equal(3, second.Room.Participants.Count);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_connection_is_in_one_room_at_a_time(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var other = await stage.HostAsync();
        await Refused(host.Client, new JoinRoom(other.Code), ErrorCodes.AlreadyInRoom);
        await host.Client.RequestAsync<Ack>(new LeaveRoom());
        await host.Client.RequestAsync<JoinedRoom>(new JoinRoom(other.Code));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Every_refusal_of_a_join_has_its_code(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var client = await stage.ConnectAsync(await stage.GuestAsync("Outsider"));
        Assert.True(MeetingCode.TryParse("zzz-zzzz-zzz", out var nowhere));
        await Refused(client, new JoinRoom(nowhere), ErrorCodes.MeetingNotFound);

        var secret = await stage.HostAsync(new NewMeeting(Lobby: false, Password: "open sesame"));
        await Refused(client, new JoinRoom(secret.Code), ErrorCodes.WrongPassword);
        await Refused(client, new JoinRoom(secret.Code, Password: "close sesame"), ErrorCodes.WrongPassword);
        await client.RequestAsync<JoinedRoom>(new JoinRoom(secret.Code, Password: "open sesame"));
        await client.RequestAsync<Ack>(new LeaveRoom());

        var locked = await stage.HostAsync();
        await locked.Client.RequestAsync<Ack>(new LockRoom(true));
        await Refused(client, new JoinRoom(locked.Code), ErrorCodes.RoomLocked);

        var full = await stage.HostAsync(new NewMeeting(Lobby: false, MaxParticipants: 2));
        await stage.JoinAsync(full.Code, "Second");
        await Refused(client, new JoinRoom(full.Code), ErrorCodes.RoomFull);

        var over = await stage.HostAsync();
        await over.Client.RequestAsync<Ack>(new EndRoom());
        await Refused(client, new JoinRoom(over.Code), ErrorCodes.MeetingEnded);

        var removing = await stage.HostAsync();
        var joined = await client.RequestAsync<JoinedRoom>(new JoinRoom(removing.Code));
        await removing.Client.RequestAsync<Ack>(new RemoveParticipant(joined.Room.Me));
        await client.WaitForAsync<RemovedFromRoom>();
        await Refused(client, new JoinRoom(removing.Code), ErrorCodes.Removed);
        await Refused(client, new ResumeRoom(removing.Code, joined.Room.ResumeToken, 0), ErrorCodes.Removed);
        await client.RequestAsync<Pong>(new Ping());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_wrong_password_starts_no_room_and_the_owner_needs_none(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var owner = await stage.GuestAsync("Owner");
        var meeting = await stage.Rest.CreateMeetingAsync(owner.Token, new NewMeeting(Password: "pw", Lobby: false));
        var client = await stage.ConnectAsync(await stage.GuestAsync("Guess"));
        await Refused(client, new JoinRoom(meeting.Code, Password: "no"), ErrorCodes.WrongPassword);
        await (await stage.ConnectAsync(owner)).RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
    }

    [Fact]
    public async Task Wrong_passwords_are_limited_and_the_owner_is_not()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:RateLimiting:Enabled"] = "true" } });
        var owner = await stage.GuestAsync("Owner");
        var meeting = await stage.Rest.CreateMeetingAsync(owner.Token, new NewMeeting(Password: "pw", Lobby: false));
        var client = await stage.ConnectAsync(await stage.GuestAsync("Guess"));
        for (var tries = 0; tries < 10; tries++)
            await Refused(client, new JoinRoom(meeting.Code, Password: $"no{tries}"), ErrorCodes.WrongPassword);
        var limited = Assert.IsType<Error>(await client.RequestAsync(new JoinRoom(meeting.Code, Password: "pw")));
        Assert.Equal(ErrorCodes.RateLimited, limited.Code);
        Assert.InRange(limited.RetryAfter ?? 0, 1, 60);
        await (await stage.ConnectAsync(owner)).RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Who_is_declined_is_told_why_and_may_ask_again_at_once(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var waiter = await stage.WaitAsync(host.Code, "Wim");
        await host.Client.RequestAsync<Ack>(new DeclineParticipant(new AdmissionTarget(waiter.Me), "Not now."));
        Assert.Equal("Not now.", (await waiter.Client.WaitForAsync<DeclinedFromRoom>()).Reason);
        await waiter.Client.RequestAsync<WaitingRoom>(new JoinRoom(host.Code));
        await host.Client.RequestAsync<Ack>(new AcceptParticipant(AdmissionTarget.All));
        await waiter.Client.WaitForAsync<AcceptedIntoRoom>();

        // Accepted once, they come back without asking.
        await waiter.Client.RequestAsync<Ack>(new LeaveRoom());
        await waiter.Client.RequestAsync<JoinedRoom>(new JoinRoom(host.Code));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Positions_move_up_and_withdrawals_are_told(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var first = await stage.WaitAsync(host.Code, "First");
        var second = await stage.WaitAsync(host.Code, "Second");
        Assert.Equal(2, second.Waiting.Position);
        await first.Client.RequestAsync<Ack>(new LeaveRoom());
        Assert.Equal(first.Me, (await host.Client.WaitForAsync<ParticipantRequestWithdrawn>()).ParticipantId);
        Assert.Equal(1, (await second.Client.WaitForAsync<WaitingRoom>()).Position);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Switching_the_lobby_off_by_REST_admits_all_who_wait(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var waiter = await stage.WaitAsync(host.Code, "Wally");
        await stage.Rest.SendAsync(HttpMethod.Patch, $"/api/meetings/{host.Code}", host.Who.Token, System.Text.Json.JsonSerializer.SerializeToElement(new { lobby = false }));
        await waiter.Client.WaitForAsync<AcceptedIntoRoom>();
        Assert.False((await host.Client.WaitForAsync<RoomUpdated>()).Room.Lobby);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Whoever_leaves_is_told_of_and_messages_afterwards_are_not_in_room(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Lea");
        await guest.Client.RequestAsync<Ack>(new LeaveRoom());
        Assert.Equal(guest.Me, (await host.Client.WaitForAsync<ParticipantLeft>()).ParticipantId);
        foreach (var message in new ClientMessage[]
        {
            new LeaveRoom(), new GetInitiator(), new Offer(host.Me, "v=0"), new Answer(host.Me, "v=0"), new IceCandidate(host.Me), new UpdateMedia(Mic: true),
            new RaiseHand(true), new Reaction("👍"), new ChatMessage("hi", "1"), new DataMessage(new RawJson("1"u8.ToArray())), new MuteParticipant(host.Me),
            new StopVideo(host.Me), new RemoveParticipant(host.Me), new SetRole(host.Me, ParticipantRole.Cohost), new LockRoom(true), new EndRoom(),
            new AcceptParticipant(AdmissionTarget.All), new DeclineParticipant(AdmissionTarget.All), new ReportStats(new RawJson("[]"u8.ToArray())),
        })
            await Refused(guest.Client, message, ErrorCodes.NotInRoom);
    }

    private static async Task Refused(SignalingClient client, ClientMessage request, string code)
    {
        var answer = await client.RequestAsync(request);
        Assert.True(answer is Error error && error.Code == code, $"{request.Type} was answered by {answer} instead of {code}.");
    }
}
