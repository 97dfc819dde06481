// A meeting that has outgrown its worker: what its publishers send is relayed to the workers that carry some of its subscribers.
using Parley.Media.Forwarding;
using Parley.Media.Udp;

namespace Parley.Server.Media;

/// <summary>Keeps the stages of other workers like the meeting's own.</summary>
internal static class RoomSpread
{
    /// <summary>Brings a publisher's tracks to stages. They come once, however often this is called.</summary>
    public static async Task BringAsync(MediaServer? server, MediaSession publisher, IEnumerable<FarStage> stages)
    {
        foreach (var (worker, stage) in stages)
        {
            if (server is null || publisher.Peer is not { } peer)
                return;
            var tracks = new List<MediaTrack>();
            foreach (var published in publisher.Published)
                await server.RelayAsync(peer, published.Parameters.Mid, worker, tracks.Add);
            await server.InvokeAsync(worker, _ =>
            {
                stage.Bring(publisher.Id, tracks);
                return true;
            });
            // It may have left before it was there.
            if (publisher.HasEnded)
                await LeaveAsync(server, publisher.Id, new FarStage(worker, stage));
        }
    }

    /// <summary>A session is over.</summary>
    public static Task LeaveAsync(MediaServer server, string id, FarStage from) => server.InvokeAsync(from.Worker, _ =>
    {
        from.Stage.Leave(id);
        return true;
    });

    /// <summary>Somebody speaks: those who are elsewhere see who it is, as those here do. Does not wait.</summary>
    public static void TellSpeaker(MediaServer? server, MediaRoom room, string publisher, string mid)
    {
        foreach (var (worker, stage) in room.FarStages)
        {
            _ = server?.InvokeAsync(worker, _ =>
            {
                stage.HandleSpeaker(publisher, mid);
                return true;
            });
        }
    }

    /// <summary>Nobody is on the stage any more. Does not wait.</summary>
    public static void Close(MediaServer? server, FarStage unused) => _ = server?.InvokeAsync(unused.Worker, _ =>
    {
        unused.Stage.Close();
        return true;
    });
}
