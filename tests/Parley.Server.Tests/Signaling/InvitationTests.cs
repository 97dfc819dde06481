// Ringing people: every tab, every outcome (docs/protocol.md §2).
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class InvitationTests(SharedServers servers)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_call_rings_every_tab_and_the_acceptance_makes_a_room_for_both(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Cara"), await stage.AccountAsync("Carl"));
        var ringing = await stage.ConnectAsync(caller);
        var tab = await stage.ConnectAsync(callee);
        var other = await stage.ConnectAsync(callee);
        var sent = await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id, MeetingKind.Audio, "ring-1"));
        Assert.Null(sent.Code);
        var again = await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id, MeetingKind.Audio, "ring-1"));
        Assert.Equal(sent.InvitationId, again.InvitationId);
        foreach (var rung in new[] { tab, other })
        {
            var incoming = await rung.WaitForAsync<IncomingInvitation>();
            Assert.Equal((sent.InvitationId, caller.User.Id, "Cara", MeetingKind.Audio), (incoming.InvitationId, incoming.From.Id, incoming.From.Name, incoming.Kind));
        }

        var joined = await tab.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId));
        var accepted = await ringing.WaitForAsync<InvitationAccepted>();
        var created = await ringing.WaitForAsync<RoomCreated>();
        Assert.Equal((joined.Room.Code, created.Room.Code), (accepted.Code, accepted.Code));
        Assert.Equal((created.Room.Me, MeetingKind.Audio), (created.Room.HostId, created.Room.Kind));
        Assert.Equal(2, joined.Room.Participants.Count);
        Assert.Equal(sent.InvitationId, (await other.WaitForAsync<InvitationAccepted>()).InvitationId);
        var repeated = await tab.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId));
        Assert.Equal(joined.Room.Me, repeated.Room.Me);
        await ringing.RequestAsync<Ack>(new Offer(joined.Room.Me, "v=0"));
        await tab.WaitForAsync<OfferFrom>();
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_declined_call_is_told_to_the_caller_and_the_other_tabs(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (ringing, tab, other, callee) = await RingableAsync(stage);
        var sent = await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id));
        await tab.WaitForAsync<IncomingInvitation>();
        await tab.RequestAsync<Ack>(new DeclineInvitation(sent.InvitationId));
        await ringing.WaitForAsync<InvitationDeclined>();
        await other.WaitForAsync<InvitationDeclined>();
        Assert.Equal(ErrorCodes.InvitationNotFound, Assert.IsType<Error>(await tab.RequestAsync(new AcceptInvitation(sent.InvitationId))).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_cancelled_call_stops_ringing_everywhere(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (ringing, tab, other, callee) = await RingableAsync(stage);
        var sent = await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id));
        await ringing.RequestAsync<Ack>(new CancelInvitation(sent.InvitationId));
        await tab.WaitForAsync<InvitationCancelled>();
        await other.WaitForAsync<InvitationCancelled>();
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_missed_on_both_sides()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Rooms:InvitationSeconds"] = "1" } });
        var (ringing, tab, other, callee) = await RingableAsync(stage);
        await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id));
        await ringing.WaitForAsync<InvitationMissed>();
        await tab.WaitForAsync<InvitationMissed>();
        await other.WaitForAsync<InvitationMissed>();
        var history = await stage.Rest.SendAsync(HttpMethod.Get, "/api/call-logs", callee.Token);
        Assert.Equal("missed", Assert.Single(history.GetProperty("items").EnumerateArray()).GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Whom_the_host_invites_skips_the_lobby_and_a_tab_opened_later_rings_too(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Host"), await stage.AccountAsync("Invited"));
        var meeting = await stage.Rest.CreateMeetingAsync(caller.Token, new NewMeeting(Lobby: true));
        var host = await stage.ConnectAsync(caller);
        await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        var first = await stage.ConnectAsync(callee);
        var sent = await host.RequestAsync<InvitationSent>(new Invite(callee.User.Id));
        Assert.Equal(meeting.Code, sent.Code);
        await first.WaitForAsync<IncomingInvitation>();
        var late = await stage.ConnectAsync(callee);
        Assert.Equal(meeting.Code, (await late.WaitForAsync<IncomingInvitation>()).Code);
        var joined = await late.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId));
        Assert.Equal(meeting.Code, joined.Room.Code);
        await host.WaitForAsync<InvitationAccepted>();
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_call_into_a_full_room_is_accepted_when_there_is_a_place(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Host"), await stage.AccountAsync("Invited"));
        var meeting = await stage.Rest.CreateMeetingAsync(caller.Token, new NewMeeting(Lobby: false, MaxParticipants: 2));
        var host = await stage.ConnectAsync(caller);
        await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        var other = await stage.JoinAsync(meeting.Code, "Otto");
        var tab = await stage.ConnectAsync(callee);
        var sent = await host.RequestAsync<InvitationSent>(new Invite(callee.User.Id));

        Assert.Equal(ErrorCodes.RoomFull, Assert.IsType<Error>(await tab.RequestAsync(new AcceptInvitation(sent.InvitationId))).Code);
        await other.Client.RequestAsync<Ack>(new LeaveRoom());
        await tab.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId));

        await host.WaitForAsync<InvitationAccepted>();
        await host.RequestAsync<Pong>(new Ping());
        Assert.Empty(host.Pending().OfType<InvitationAccepted>());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_call_into_a_meeting_that_has_ended_is_over_for_both(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Host"), await stage.AccountAsync("Invited"));
        var meeting = await stage.Rest.CreateMeetingAsync(caller.Token, new NewMeeting(Lobby: false));
        var (host, tab) = (await stage.ConnectAsync(caller), await stage.ConnectAsync(callee));
        await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        var sent = await host.RequestAsync<InvitationSent>(new Invite(callee.User.Id));
        await host.RequestAsync<Ack>(new EndRoom());

        Assert.Equal(ErrorCodes.MeetingEnded, Assert.IsType<Error>(await tab.RequestAsync(new AcceptInvitation(sent.InvitationId))).Code);
        await tab.WaitForAsync<InvitationCancelled>();
        await host.WaitForAsync<InvitationCancelled>();
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_connection_in_a_room_takes_no_call_into_another_and_a_caller_who_went_elsewhere_has_given_up(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Cleo"), await stage.AccountAsync("Cem"));
        var (ringing, tab) = (await stage.ConnectAsync(caller), await stage.ConnectAsync(callee));
        var meeting = await stage.Rest.CreateMeetingAsync(callee.Token, new NewMeeting(Lobby: false));
        var sent = await ringing.RequestAsync<InvitationSent>(new Invite(callee.User.Id));

        await tab.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        Assert.Equal(ErrorCodes.AlreadyInRoom, Assert.IsType<Error>(await tab.RequestAsync(new AcceptInvitation(sent.InvitationId))).Code);
        await tab.RequestAsync<Ack>(new LeaveRoom());
        await ringing.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        Assert.Equal(ErrorCodes.InvitationNotFound, Assert.IsType<Error>(await tab.RequestAsync(new AcceptInvitation(sent.InvitationId))).Code);
        await tab.WaitForAsync<InvitationCancelled>();
        await ringing.WaitForAsync<InvitationCancelled>();
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_call_taken_twice_at_once_is_answered_twice_alike(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, callee) = (await stage.AccountAsync("Host"), await stage.AccountAsync("Invited"));
        var meeting = await stage.Rest.CreateMeetingAsync(caller.Token, new NewMeeting(Lobby: true));
        var (host, tab) = (await stage.ConnectAsync(caller), await stage.ConnectAsync(callee));
        await host.RequestAsync<HostJoinedRoom>(new JoinRoom(meeting.Code));
        var sent = await host.RequestAsync<InvitationSent>(new Invite(callee.User.Id));

        var answers = await Task.WhenAll(
            tab.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId)),
            tab.RequestAsync<JoinedRoom>(new AcceptInvitation(sent.InvitationId)));

        Assert.Single(answers.Select(answer => answer.Room.Me).Distinct());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Every_refusal_of_a_call_has_its_code(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (caller, offline) = (await stage.AccountAsync("Caller"), await stage.AccountAsync("Offline"));
        var client = await stage.ConnectAsync(caller);
        Assert.Equal(ErrorCodes.UserOffline, Assert.IsType<Error>(await client.RequestAsync(new Invite(offline.User.Id))).Code);
        var history = await stage.Rest.SendAsync(HttpMethod.Get, "/api/call-logs", offline.Token);
        Assert.Equal("missed", Assert.Single(history.GetProperty("items").EnumerateArray()).GetProperty("outcome").GetString());
        var guest = await stage.ConnectAsync(await stage.GuestAsync("Guest"));
        Assert.Equal(ErrorCodes.Forbidden, Assert.IsType<Error>(await guest.RequestAsync(new Invite(caller.User.Id))).Code);
        foreach (var request in new ClientMessage[] { new AcceptInvitation(default), new DeclineInvitation(default), new CancelInvitation(default) })
            Assert.Equal(ErrorCodes.InvitationNotFound, Assert.IsType<Error>(await client.RequestAsync(request)).Code);
    }

    private static async Task<(SignalingClient Ringing, SignalingClient Tab, SignalingClient Other, SignedIn Callee)> RingableAsync(Stage stage)
    {
        var (caller, callee) = (await stage.AccountAsync("Cleo"), await stage.AccountAsync("Cem"));
        return (await stage.ConnectAsync(caller), await stage.ConnectAsync(callee), await stage.ConnectAsync(callee), callee);
    }
}
