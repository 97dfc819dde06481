// A socket that ends without leave_room is a drop, whenever it happens: nobody is lost, doubled or asked again (docs/protocol.md §2).
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class ResumeTests(SharedServers servers)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_dropped_participant_comes_back_exactly_as_they_were_with_what_they_missed(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Dora");
        await guest.Client.RequestAsync<Ack>(new UpdateMedia(Mic: true, Camera: true));
        await guest.Client.RequestAsync<Ack>(new RaiseHand(true));
        var before = await LastUpdateAsync(host, guest.Me, updated => updated.HandRaisedAt is not null);
        guest.Client.Abort();
        await LastUpdateAsync(host, guest.Me, updated => updated.Connection == ConnectionState.Reconnecting);
        await host.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("While you were away", "c1"));
        await host.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("For you alone", "c2", guest.Me));
        await host.Client.RequestAsync<Ack>(new Reaction("👀"));

        var (client, resumed) = await stage.ResumeAsync(guest);
        Assert.True(resumed.Complete);
        Assert.Equal(guest.Me, resumed.Room.Me);
        Assert.NotEqual(guest.Room.ResumeToken, resumed.Room.ResumeToken);
        Assert.Equal(before, resumed.Room.Participants.Single(participant => participant.Id == guest.Me));
        var missed = resumed.Missed.Select(raw => MessageCodec.DecodeServer(raw.Utf8).Message!).ToList();
        Assert.Equal(["While you were away", "For you alone"], missed.OfType<ChatMessageFrom>().Select(chat => chat.Text));
        Assert.Single(missed.OfType<ReactionFrom>());
        Assert.Equal(missed.Select(message => message.Seq!.Value).Order(), missed.Select(message => message.Seq!.Value));
        Assert.All(missed, message => Assert.True(message.Seq > guest.Client.LastSeq));
        await LastUpdateAsync(host, guest.Me, updated => updated.Connection == ConnectionState.Connected);
        await client.RequestAsync<Ack>(new Reaction("👋"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Closing_the_socket_even_with_1000_is_a_drop(bool polite)
    {
        await using var stage = await Stage.OnAsync(servers, TestDatabase.Sqlite);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Paul");
        if (polite)
            Assert.Equal(1000, (await guest.Client.CloseAsync()).Code);
        else
            guest.Client.Abort();
        await LastUpdateAsync(host, guest.Me, updated => updated.Connection == ConnectionState.Reconnecting);
        await stage.ResumeAsync(guest);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_newer_connection_replaces_the_older_one_with_4409(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Nora");
        var (client, resumed) = await stage.ResumeAsync(guest);
        Assert.Equal(4409, (await guest.Client.Closed).Code);
        await client.RequestAsync<Ack>(new RaiseHand(true));
        Assert.Equal(2, resumed.Room.Participants.Count);
        Assert.DoesNotContain(host.Client.Pending().OfType<ParticipantUpdated>(), updated => updated.Participant.Connection == ConnectionState.Reconnecting);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task An_answer_that_was_lost_leaves_the_older_token_good(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Lost");
        var (first, lost) = await stage.ResumeAsync(guest);
        first.Abort();

        // The client never saw the answer, so it shows the token it has; once the new one is used the old one is void.
        var (_, again) = await stage.ResumeAsync(guest);
        Assert.Equal(guest.Me, again.Room.Me);
        var third = await stage.ConnectAsync(guest.Who);
        await third.RequestAsync<RoomResumed>(new ResumeRoom(guest.Code, again.Room.ResumeToken, 0));
        var fourth = await stage.ConnectAsync(guest.Who);
        Assert.Equal(ErrorCodes.NotInRoom, Assert.IsType<Error>(await fourth.RequestAsync(new ResumeRoom(guest.Code, lost.Room.ResumeToken, 0))).Code);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task A_token_is_its_users_alone(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Mine");
        var thief = await stage.ConnectAsync(await stage.GuestAsync("Thief"));
        Assert.Equal(ErrorCodes.NotInRoom, Assert.IsType<Error>(await thief.RequestAsync(new ResumeRoom(host.Code, guest.Room.ResumeToken, 0))).Code);
        Assert.True(MeetingCode.TryParse("zzz-zzzz-zzz", out var nowhere));
        Assert.Equal(ErrorCodes.MeetingNotFound, Assert.IsType<Error>(await thief.RequestAsync(new ResumeRoom(nowhere, "x", 0))).Code);
        await guest.Client.RequestAsync<Pong>(new Ping());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Who_waits_keeps_their_place_over_a_drop_and_may_be_admitted_meanwhile(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var first = await stage.WaitAsync(host.Code, "First");
        var second = await stage.WaitAsync(host.Code, "Second");
        first.Client.Abort();
        second.Client.Abort();
        await Eventually.TrueAsync(() => first.Client.Closed.IsCompleted && second.Client.Closed.IsCompleted);
        var back = await stage.ConnectAsync(first.Who);
        var waiting = await back.RequestAsync<WaitingRoom>(new ResumeRoom(host.Code, first.Waiting.ResumeToken, 0));
        Assert.Equal((1, first.Me), (waiting.Position, waiting.Me));
        await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(second.Me)));
        var secondBack = await stage.ConnectAsync(second.Who);
        var accepted = await secondBack.RequestAsync<AcceptedIntoRoom>(new ResumeRoom(host.Code, second.Waiting.ResumeToken, 0));
        Assert.Equal(second.Me, accepted.Room.Me);
    }

    [Fact]
    public async Task The_grace_period_over_somebody_has_left_and_the_host_role_goes_on()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup { Settings = new Dictionary<string, string>(StringComparer.Ordinal) { ["Parley:Rooms:ReconnectSeconds"] = "1" } });
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Heir");
        host.Client.Abort();
        var left = await guest.Client.WaitForAsync<ParticipantLeft>();
        Assert.Equal((host.Me, "timeout"), (left.ParticipantId, left.Reason));
        await Eventually.TrueAsync(async () => await guest.Client.RequestAsync(new LockRoom(true)) is Ack);
        var owner = await stage.ConnectAsync(host.Who);
        await owner.RequestAsync<HostJoinedRoom>(new JoinRoom(host.Code));
        Assert.Equal(ErrorCodes.Forbidden, Assert.IsType<Error>(await guest.Client.RequestAsync(new LockRoom(false))).Code);
    }

    public static TheoryData<string, bool> Steps
    {
        get
        {
            var steps = new TheoryData<string, bool>();
            foreach (var step in new[] { "join", "waiting", "admission", "offer", "answer", "chat" })
            {
                steps.Add(step, false);
                steps.Add(step, true);
            }

            return steps;
        }
    }

    /// <summary>The socket is lost at one step, before or after the server has taken the request; the client does what clients do: come back and repeat.</summary>
    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_drop_at_any_step_loses_doubles_and_invents_nobody(string step, bool taken)
    {
        await using var stage = await Stage.OnAsync(servers, TestDatabase.Sqlite);
        var host = await stage.HostAsync(new NewMeeting(Lobby: step is "waiting" or "admission"));
        var who = await stage.GuestAsync("Dropper");
        var join = new JoinRoom(host.Code, ClientId: "once");
        var client = await stage.ConnectAsync(who);
        var room = step switch
        {
            "join" => await LoseJoinAsync(stage, client, host, who, join, taken),
            "waiting" or "admission" => await LoseWaitingAsync(stage, client, host, who, join, step, taken),
            _ => await LoseMessageAsync(stage, client, host, who, join, step, taken),
        };
        Assert.Equal(2, room.Participants.Count);
        Assert.Empty(room.Waiting);
        Assert.Single(room.Participants, participant => participant.Id == room.Me);
        Assert.Single(room.Participants, participant => participant.Role == ParticipantRole.Host);
        Assert.All(room.Participants, participant => Assert.Equal(ConnectionState.Connected, participant.Connection));
    }

    private static async Task<RoomView> LoseJoinAsync(Stage stage, SignalingClient client, Member host, SignedIn who, JoinRoom join, bool taken)
    {
        if (taken)
        {
            await client.SendAsync(join);
            await host.Client.WaitForAsync<NewParticipant>();
        }

        client.Abort();
        return (await (await stage.ConnectAsync(who)).RequestAsync<JoinedRoom>(join)).Room;
    }

    private static async Task<RoomView> LoseWaitingAsync(Stage stage, SignalingClient client, Member host, SignedIn who, JoinRoom join, string step, bool taken)
    {
        var waiting = await client.RequestAsync<WaitingRoom>(join);
        if (step == "waiting")
        {
            client.Abort();
            var repeated = await stage.ConnectAsync(who);
            var again = taken
                ? await repeated.RequestAsync<WaitingRoom>(new ResumeRoom(host.Code, waiting.ResumeToken, 0))
                : await repeated.RequestAsync<WaitingRoom>(join);
            Assert.Equal(waiting.Me, again.Me);
            await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiting.Me)));
            return (await repeated.WaitForAsync<AcceptedIntoRoom>()).Room;
        }

        if (taken)
            await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiting.Me)));
        client.Abort();
        await Eventually.TrueAsync(() => client.Closed.IsCompleted);
        if (!taken)
            await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiting.Me)));

        // A decision is made once, however often it is sent.
        await host.Client.RequestAsync<Ack>(new AcceptParticipant(new AdmissionTarget(waiting.Me)));
        var back = await stage.ConnectAsync(who);
        var answer = await back.RequestAsync(new ResumeRoom(host.Code, waiting.ResumeToken, 0));
        return answer switch
        {
            AcceptedIntoRoom accepted => accepted.Room,
            RoomResumed resumed => resumed.Room,
            _ => throw new InvalidOperationException($"Answered by {answer}"),
        };
    }

    private static async Task<RoomView> LoseMessageAsync(Stage stage, SignalingClient client, Member host, SignedIn who, JoinRoom join, string step, bool taken)
    {
        var joined = await client.RequestAsync<JoinedRoom>(join);
        ClientMessage message = step switch
        {
            "offer" => new Offer(host.Me, "v=0 lost"),
            "answer" => new Answer(host.Me, "v=0 lost"),
            _ => new ChatMessage("once only", "chat-1"),
        };
        if (taken)
        {
            await client.SendAsync(message);
            await HeardAsync(host, step);
        }

        client.Abort();
        var back = await stage.ConnectAsync(who);
        var resumed = await back.RequestAsync<RoomResumed>(new ResumeRoom(host.Code, joined.Room.ResumeToken, joined.Room.Seq));
        Assert.IsNotType<Error>(await back.RequestAsync(message));
        if (step != "chat")
        {
            // Negotiation is not replayed: the client sends it again.
            await HeardAsync(host, step);
            return resumed.Room;
        }

        var history = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}/messages", who.Token);
        Assert.Single(history.GetProperty("items").EnumerateArray());
        await host.Client.RequestAsync<Pong>(new Ping());
        Assert.Equal(taken ? 0 : 1, host.Client.Pending().OfType<ChatMessageFrom>().Count());
        return resumed.Room;
    }

    private static async Task HeardAsync(Member host, string step)
    {
        switch (step)
        {
            case "offer":
                await host.Client.WaitForAsync<OfferFrom>();
                break;
            case "answer":
                await host.Client.WaitForAsync<AnswerFrom>();
                break;
            default:
                await host.Client.WaitForAsync<ChatMessageFrom>();
                break;
        }
    }

    private static async Task<ParticipantView> LastUpdateAsync(Member watcher, ParticipantId who, Func<ParticipantView, bool> match) =>
        (await watcher.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.Id == who && match(updated.Participant))).Participant;
}
