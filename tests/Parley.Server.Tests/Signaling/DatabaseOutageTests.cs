// A call goes on without its database; what needs it is refused until it is back.
using Microsoft.Extensions.DependencyInjection;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class DatabaseOutageTests
{
    [Fact]
    public async Task Calls_go_on_chat_is_refused_and_all_recovers()
    {
        var outage = new Outage();
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Configure = builder =>
            {
                var inner = builder.Services.Last(service => service.ServiceType == typeof(IRoomStore)).ImplementationFactory!;
                builder.Services.AddSingleton<IRoomStore>(provider => new FailingRoomStore((IRoomStore)inner(provider), outage));
            },
        });
        var host = await stage.HostAsync();
        var guest = await stage.JoinAsync(host.Code, "Otto");
        await host.Client.RequestAsync<ChatMessageFrom>(new ChatMessage("before", "c1"));

        outage.Begin();
        await guest.Client.RequestAsync<Ack>(new Offer(host.Me, "v=0"));
        await host.Client.WaitForAsync<OfferFrom>();
        await guest.Client.RequestAsync<Ack>(new RaiseHand(true));
        await host.Client.WaitForAsync<ParticipantUpdated>(updated => updated.Participant.HandRaisedAt is not null);
        Assert.Equal(ErrorCodes.Internal, Assert.IsType<Error>(await guest.Client.RequestAsync(new ChatMessage("during", "c2"))).Code);

        outage.End();
        await Eventually.TrueAsync(async () => await guest.Client.RequestAsync(new ChatMessage("during", "c2")) is ChatMessageFrom);
        var heard = await host.Client.WaitForAsync<ChatMessageFrom>(chat => chat.Text == "during");
        Assert.Equal("c2", heard.ClientId);
        await stage.Server.RestartServerAsync();
        var (_, resumed) = await stage.ResumeAsync(guest);
        Assert.NotNull(resumed.Room.Participants.Single(participant => participant.Id == guest.Me).HandRaisedAt);
        var history = await stage.Rest.SendAsync(HttpMethod.Get, $"/api/meetings/{host.Code}/messages", host.Who.Token);
        Assert.Equal(2, history.GetProperty("items").GetArrayLength());
    }

    private sealed class Outage
    {
        private volatile bool _on;

        public bool IsOn => _on;

        public void Begin() => _on = true;

        public void End() => _on = false;
    }

    /// <summary>A database that cannot be reached while the test says so.</summary>
    private sealed class FailingRoomStore(IRoomStore inner, Outage outage) : IRoomStore
    {
        public Task<RoomCommitResult> CommitAsync(RoomCommit commit, CancellationToken cancellation) =>
            outage.IsOn ? Task.FromException<RoomCommitResult>(new IOException("The database is away.")) : inner.CommitAsync(commit, cancellation);

        public Task<IReadOnlyList<StoredRoom>> LoadRunningAsync(CancellationToken cancellation) => inner.LoadRunningAsync(cancellation);

        public Task<StoredRoom?> LoadAsync(MeetingId meeting, CancellationToken cancellation) => inner.LoadAsync(meeting, cancellation);
    }
}
