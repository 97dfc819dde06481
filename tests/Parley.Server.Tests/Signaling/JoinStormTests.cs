// Three hundred people come through a handful of doors at the same moment: each is answered, each is in once, and the counts are right.
using Parley.Client;
using Parley.Protocol;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class JoinStormTests(SharedServers servers)
{
    private const int PerRoom = 50;
    private const int SmallRoom = 20;

    // Longer than a slow machine needs; the test ends when everybody is answered.
    private static readonly SignalingClientOptions Patient = new() { Patience = TimeSpan.FromSeconds(90) };

    [Theory]
    [InlineData(TestDatabase.Sqlite)]
    [InlineData(TestDatabase.Postgres)]
    public async Task Three_hundred_joins_at_once_are_all_answered_and_nobody_is_doubled(TestDatabase database)
    {
        await using var stage = await Stage.OnAsync(servers, database);
        var hosts = new List<Member>();
        for (var room = 0; room < 5; room++)
            hosts.Add(await stage.HostAsync(name: $"Host {room}"));
        hosts.Add(await stage.HostAsync(new NewMeeting(Lobby: false, MaxParticipants: SmallRoom), "Small host"));
        var people = await Task.WhenAll(hosts.SelectMany(host => Enumerable.Range(0, PerRoom).Select(i => ArriveAsync(stage, host.Code, $"Guest {i}"))));

        // Each asks twice without waiting, as a client does whose first answer was lost.
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var joins = people.Select(async person =>
        {
            await gate.Task;
            var request = new JoinRoom(person.Code, ClientId: person.ClientId);
            return (person.Code, Answers: await Task.WhenAll(person.Client.RequestAsync(request), person.Client.RequestAsync(request)));
        }).ToList();
        gate.SetResult();
        var answered = await Task.WhenAll(joins);

        foreach (var host in hosts)
        {
            var answers = answered.Where(join => join.Code == host.Code).Select(join => join.Answers).ToList();
            Assert.Equal(PerRoom, answers.Count);
            var entered = answers.Where(pair => pair[0] is JoinedRoom).Select(pair => ((JoinedRoom)pair[0], Assert.IsType<JoinedRoom>(pair[1]))).ToList();
            Assert.All(entered, pair => Assert.Equal(pair.Item1.Room.Me, pair.Item2.Room.Me));
            var capacity = host == hosts[^1] ? SmallRoom - 1 : PerRoom;
            Assert.Equal(capacity, entered.Select(pair => pair.Item1.Room.Me).Distinct().Count());
            Assert.Equal(capacity, entered.Count);
            Assert.All(answers.Where(pair => pair[0] is not JoinedRoom), pair => Assert.All(pair, answer => Assert.Equal(ErrorCodes.RoomFull, Assert.IsType<Error>(answer).Code)));

            var heard = new List<ParticipantId>();
            while (heard.Count < capacity)
                heard.Add((await host.Client.WaitForAsync<NewParticipant>(added => !heard.Contains(added.Participant.Id))).Participant.Id);
            Assert.Equal(entered.Select(pair => pair.Item1.Room.Me).ToHashSet(), heard.ToHashSet());
            var publicView = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}", null);
            Assert.Equal(capacity + 1, publicView.GetProperty("participant_count").GetInt32());
        }
    }

    private static async Task<Arrival> ArriveAsync(Stage stage, MeetingCode code, string name)
    {
        var who = await stage.GuestAsync(name);
        var client = await stage.ConnectAsync(Patient);
        await client.RequestAsync<Registered>(new Register(who.Token));
        return new Arrival(code, client, Guid.NewGuid().ToString());
    }

    private sealed record Arrival(MeetingCode Code, SignalingClient Client, string ClientId);
}
