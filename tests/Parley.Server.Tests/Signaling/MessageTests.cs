// What passes between people who are in: negotiation, media state, hands, reactions, chat, data, moderation (docs/protocol.md §2).
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class MessageTests(SharedServers servers)
{
    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Offers_answers_and_candidates_reach_their_peer_alone_without_seq(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, third) = await ThreeAsync(stage);
        Assert.Equal([host.Me], (await guest.Client.RequestAsync<InitiatorRes>(new GetInitiator())).Targets);
        Assert.Empty((await host.Client.RequestAsync<InitiatorRes>(new GetInitiator())).Targets);

        var tracks = new Dictionary<string, TrackSource>(StringComparer.Ordinal) { ["0"] = TrackSource.Mic, ["1"] = TrackSource.Screen };
        await guest.Client.RequestAsync<Ack>(new Offer(host.Me, "v=0 offer", tracks));
        var offer = await host.Client.WaitForAsync<OfferFrom>();
        Assert.Equal((guest.Me, host.Me, "v=0 offer", TrackSource.Screen), (offer.From, offer.To, offer.Sdp, offer.Tracks!["1"]));
        Assert.Null(offer.Seq);
        await host.Client.RequestAsync<Ack>(new Answer(guest.Me, "v=0 answer"));
        Assert.Equal("v=0 answer", (await guest.Client.WaitForAsync<AnswerFrom>()).Sdp);
        await host.Client.RequestAsync<Ack>(new IceCandidate(guest.Me, new RawJson("{\"candidate\":\"c\"}"u8.ToArray())));
        Assert.False((await guest.Client.WaitForAsync<IceCandidateFrom>()).Candidate.IsNull);
        await host.Client.RequestAsync<Ack>(new IceCandidate(guest.Me));
        Assert.True((await guest.Client.WaitForAsync<IceCandidateFrom>()).Candidate.IsNull);

        var elsewhere = await stage.HostAsync();
        await Refused(guest.Client, new Offer(elsewhere.Me, "v=0"), ErrorCodes.PeerNotFound);
        await Refused(guest.Client, new IceCandidate(ParticipantId.Unknown), ErrorCodes.PeerNotFound);
        await third.Client.RequestAsync<Pong>(new Ping());
        Assert.DoesNotContain(third.Client.Pending(), message => message is OfferFrom or AnswerFrom or IceCandidateFrom);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Who_waits_is_not_in_the_room(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var host = await stage.HostAsync(new NewMeeting(Lobby: true));
        var waiter = await stage.WaitAsync(host.Code, "Wes");
        await Refused(waiter.Client, new Offer(host.Me, "v=0"), ErrorCodes.NotInRoom);
        await Refused(waiter.Client, new ChatMessage("hello", "1"), ErrorCodes.NotInRoom);
        await Refused(host.Client, new Offer(waiter.Me, "v=0"), ErrorCodes.PeerNotFound);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Media_hands_and_reactions_are_told_to_the_room(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, _) = await ThreeAsync(stage);
        await guest.Client.RequestAsync<Ack>(new UpdateMedia(Mic: true, Screen: true));
        var media = (await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.Id == guest.Me)).Participant;
        Assert.Equal((true, false, true), (media.Mic, media.Camera, media.Screen));
        await guest.Client.RequestAsync<Ack>(new RaiseHand(true));
        Assert.NotNull((await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.Id == guest.Me)).Participant.HandRaisedAt);
        await guest.Client.RequestAsync<Ack>(new RaiseHand(false));
        Assert.Null((await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.Id == guest.Me)).Participant.HandRaisedAt);
        await guest.Client.RequestAsync<Ack>(new Reaction("🎉"));
        var reaction = await host.Client.WaitForAsync<ReactionFrom>();
        Assert.Equal((guest.Me, "🎉"), (reaction.From, reaction.Emoji));
        Assert.NotNull(reaction.Seq);
        await guest.Client.RequestAsync<Ack>(new ReportStats(new RawJson("[{\"rtt\":1}]"u8.ToArray())));
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Chat_is_stored_once_and_reaches_the_room_or_one(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, third) = await ThreeAsync(stage);
        var first = await guest.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("Hello, all", "c1"));
        var again = await guest.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("Hello, all", "c1"));
        Assert.Equal((first.MessageId, first.SentAt), (again.MessageId, again.SentAt));
        var heard = await host.Client.WaitForAsync<ChatMessageFrom>();
        Assert.Equal((guest.Me, "Hello, all", "c1", first.MessageId), (heard.From, heard.Text, heard.ClientId, heard.MessageId));
        Assert.NotNull(heard.Seq);
        Assert.Equal(first.MessageId, (await third.Client.WaitForAsync<ChatMessageFrom>()).MessageId);

        await guest.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("Only you", "c2", host.Me));
        Assert.Equal(host.Me, (await host.Client.WaitForAsync<ChatMessageFrom>()).To);
        await third.Client.RequestAsync<Pong>(new Ping());
        Assert.DoesNotContain(third.Client.Pending(), message => message is ChatMessageFrom);
        Assert.DoesNotContain(guest.Client.Pending(), message => message is ChatMessageFrom);
        Assert.DoesNotContain(host.Client.Pending(), message => message is ChatMessageFrom);

        var history = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}/messages", third.Who.Token);
        Assert.Equal("Hello, all", Assert.Single(history.GetProperty("items").EnumerateArray()).GetProperty("text").GetString());
        await Refused(guest.Client, new ChatMessage("x", "c3", ParticipantId.Unknown), ErrorCodes.PeerNotFound);
        await Refused(guest.Client, new ChatMessage(new string('x', 4001), "c4"), ErrorCodes.TooLarge);
        await Refused(guest.Client, new ChatMessage(" ", "c5"), ErrorCodes.BadMessage);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Data_reaches_the_room_or_one_and_is_bounded(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, third) = await ThreeAsync(stage);
        await guest.Client.RequestAsync<Ack>(new DataMessage(new RawJson("{\"a\":[1,null]}"u8.ToArray())));
        Assert.Equal("{\"a\":[1,null]}", System.Text.Encoding.UTF8.GetString((await host.Client.WaitForAsync<DataMessageFrom>()).Payload.Utf8));
        await third.Client.WaitForAsync<DataMessageFrom>();
        await guest.Client.RequestAsync<Ack>(new DataMessage(new RawJson("1"u8.ToArray()), third.Me));
        await third.Client.WaitForAsync<DataMessageFrom>();
        await host.Client.RequestAsync<Pong>(new Ping());
        Assert.DoesNotContain(host.Client.Pending(), message => message is DataMessageFrom);
        var large = new RawJson([(byte)'"', .. Enumerable.Repeat((byte)'x', MessageLimits.PayloadBytes), (byte)'"']);
        await Refused(guest.Client, new DataMessage(large), ErrorCodes.TooLarge);
        await Refused(guest.Client, new DataMessage(new RawJson("1"u8.ToArray()), ParticipantId.Unknown), ErrorCodes.PeerNotFound);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Hosts_moderate_and_others_may_not(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, third) = await ThreeAsync(stage);
        foreach (var message in new ClientMessage[]
        {
            new MuteParticipant(third.Me), new StopVideo(third.Me), new RemoveParticipant(third.Me), new LockRoom(true),
            new AcceptParticipant(AdmissionTarget.All), new DeclineParticipant(AdmissionTarget.All),
        })
            await Refused(guest.Client, message, ErrorCodes.Forbidden);
        await Refused(guest.Client, new SetRole(third.Me, ParticipantRole.Cohost), ErrorCodes.NotHost);
        await Refused(guest.Client, new EndRoom(), ErrorCodes.NotHost);

        await host.Client.RequestAsync<Ack>(new MuteParticipant(guest.Me));
        Assert.False((await guest.Client.WaitForAsync<MediaRequest>()).Mic);
        await host.Client.RequestAsync<Ack>(new StopVideo(guest.Me));
        Assert.False((await guest.Client.WaitForAsync<MediaRequest>()).Camera);
        await host.Client.RequestAsync<Ack>(new SetRole(guest.Me, ParticipantRole.Cohost));
        Assert.Equal(ParticipantRole.Cohost, (await third.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.Id == guest.Me)).Participant.Role);

        await guest.Client.RequestAsync<Ack>(new LockRoom(true));
        Assert.True((await third.Client.WaitForAsync<RoomUpdated>()).Room.Locked);
        await Refused(guest.Client, new EndRoom(), ErrorCodes.NotHost);
        await guest.Client.RequestAsync<Ack>(new RemoveParticipant(third.Me));
        await third.Client.WaitForAsync<RemovedFromRoom>();
        Assert.Equal(third.Me, (await host.Client.WaitForAsync<ParticipantLeft>()).ParticipantId);
        foreach (var message in new ClientMessage[] { new MuteParticipant(third.Me), new RemoveParticipant(third.Me), new SetRole(third.Me, ParticipantRole.Cohost) })
            await Refused(host.Client, message, ErrorCodes.PeerNotFound);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task The_room_is_handed_over_and_goes_on_when_its_host_leaves(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, third) = await ThreeAsync(stage);
        await host.Client.RequestAsync<Ack>(new SetRole(guest.Me, ParticipantRole.Host));
        await third.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant is { Role: ParticipantRole.Host } now && now.Id == guest.Me);
        await Refused(host.Client, new EndRoom(), ErrorCodes.NotHost);
        await guest.Client.RequestAsync<Ack>(new LeaveRoom());
        await third.Client.WaitForAsync<ParticipantLeft>();
        await Eventually.TrueAsync(async () => (await host.Client.RequestAsync(new LockRoom(true))) is Ack || (await third.Client.RequestAsync(new LockRoom(true))) is Ack);
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task The_host_ends_the_room_for_all_here_or_by_REST(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, _) = await ThreeAsync(stage);
        await host.Client.RequestAsync<Ack>(new EndRoom());
        await guest.Client.WaitForAsync<RoomEnded>();
        await Refused(guest.Client, new ChatMessage("late", "1"), ErrorCodes.NotInRoom);

        var (other, member, _) = await ThreeAsync(stage);
        await stage.Rest.SendAsync(HttpMethod.Post, $"/api/meetings/{other.Code}/end", other.Who.Token);
        await member.Client.WaitForAsync<RoomEnded>();
        var view = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{other.Code}", null);
        Assert.Equal("ended", view.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Seq_rises_and_a_snapshot_names_the_last_event_before_it(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var (host, guest, _) = await ThreeAsync(stage);
        for (var i = 0; i < 20; i++)
            await guest.Client.RequestAsync<Ack>(new Reaction("👋"));
        await host.Client.RequestAsync<Pong>(new Ping());
        var numbers = host.Client.Pending().Where(message => message.Seq is not null).Select(message => message.Seq!.Value).ToList();
        Assert.True(numbers.Count >= 20);
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.All(numbers, number => Assert.True(number > host.Room.Seq));
    }

    private static async Task<(Member Host, Member Guest, Member Third)> ThreeAsync(Stage stage)
    {
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Gwen");
        var third = await stage.JoinAsync(host.Code, "Theo");
        await host.Client.WaitForAsync<NewParticipant>(joined => joined.Participant.Id == third.Me);
        await guest.Client.WaitForAsync<NewParticipant>(joined => joined.Participant.Id == third.Me);
        return (host, guest, third);
    }

    private static async Task Refused(SignalingClient client, ClientMessage request, string code)
    {
        var answer = await client.RequestAsync(request);
        Assert.True(answer is Error error && error.Code == code, $"{request.Type} was answered by {answer} instead of {code}.");
    }
}
