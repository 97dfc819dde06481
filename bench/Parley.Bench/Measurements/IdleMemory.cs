// Memory per participant that is in a room and says nothing, over the server when it was empty.
using Parley.Bench.Peers;

namespace Parley.Bench.Measurements;

/// <summary>KiB per participant.</summary>
internal static class IdleMemory
{
    private const int People = 5;

    public static async Task<double> MeasureAsync(Func<Peer> create, int rooms)
    {
        await using var peer = create();
        await peer.StartAsync();
        // A first visitor, so that code and tables that come with the first room are not counted on participants.
        using (await Crowd.GatherAsync(peer, rooms: 1, People))
            await Task.Delay(peer.Settling);
        var empty = peer.ResidentBytes;
        using var crowd = await Crowd.GatherAsync(peer, rooms, People);
        await Task.Delay(peer.Settling);
        crowd.AssertWhole();
        return (peer.ResidentBytes - empty) / 1024.0 / (rooms * People);
    }
}
