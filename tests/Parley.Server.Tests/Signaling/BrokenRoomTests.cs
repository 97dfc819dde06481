// A room that fails: ending it over REST must not say that it is over.
using Microsoft.Extensions.DependencyInjection;
using Parley.Data;
using Parley.Server.Features.Audit;
using Parley.Server.Features.Meetings;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class BrokenRoomTests
{
    [Fact]
    public async Task A_room_that_breaks_while_it_is_ended_was_not_ended_by_it()
    {
        await using var stage = await Stage.AloneAsync(new ParleySetup
        {
            Configure = static builder => builder.Services.AddSingleton<IAuditLog, FailsAtTheEnd>(),
        });
        var host = await stage.HostAsync();
        var room = Assert.Single(stage.Server.Service<RoomDirectory>().All);

        Assert.False(await stage.Server.Service<IRunningRooms>().EndAsync(room.Settings.Id, "host_ended", CancellationToken.None));
        Assert.Empty(stage.Server.Service<RoomDirectory>().All);
        Assert.Equal(1011, (await host.Client.Closed).Code);
    }

    /// <summary>Throws inside the turn that ends a room, as a bug would.</summary>
    private sealed class FailsAtTheEnd : IAuditLog
    {
        public void Write(AuditEntry entry)
        {
            if (entry.Event == "room_ended")
                throw new InvalidOperationException("broken on purpose");
        }
    }
}
