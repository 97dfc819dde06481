// Joining: the hundredth participant of one room, and a storm of joins over many rooms.
using System.Diagnostics;
using Parley.Bench.Load;
using Parley.Bench.Peers;

namespace Parley.Bench.Measurements;

/// <summary>Durations in milliseconds.</summary>
internal sealed record JoinResult(double HundredthMedian, double HundredthMax, double StormP50, double StormP99, double StormMax, int StormFailures);

/// <summary>Both on one server, one after the other.</summary>
internal static class Joins
{
    private const int RoomSize = 100;
    private const int StormRoomSize = 5;

    public static async Task<JoinResult> MeasureAsync(Func<Peer> create, int fullRooms, int stormJoins, TimeSpan stormDuration)
    {
        await using var peer = create();
        await peer.StartAsync();
        var hundredth = await MeasureHundredthAsync(peer, fullRooms);
        var (storm, failures) = await MeasureStormAsync(peer, stormJoins, stormDuration);
        return new JoinResult(At(hundredth, 0.5), hundredth[^1], At(storm, 0.5), At(storm, 0.99), storm[^1], failures);
    }

    private static async Task<double[]> MeasureHundredthAsync(Peer peer, int rooms)
    {
        var durations = new List<double>();
        for (var i = 0; i < rooms; i++)
        {
            using var crowd = await Crowd.GatherAsync(peer, rooms: 1, RoomSize - 1);
            var code = crowd.Codes.Single();
            using var last = await peer.JoinAsync(code);
            durations.Add(last.JoinedIn.TotalMilliseconds);
            crowd.AssertWhole();
        }

        return [.. durations.Order()];
    }

    /// <summary>From opening the socket to being in; each starts when it is due, however the earlier ones fare.</summary>
    private static async Task<(double[] Durations, int Failures)> MeasureStormAsync(Peer peer, int joins, TimeSpan duration)
    {
        var rooms = await peer.MakeRoomsAsync(joins / StormRoomSize);
        var pending = new List<Task<(Participant? Participant, double Milliseconds)>>(joins);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < joins; i++)
        {
            var due = duration * i / joins;
            while (Stopwatch.GetElapsedTime(start) < due)
                await Task.Delay(1);
            pending.Add(JoinAsync(peer, rooms[i % rooms.Count]));
        }

        var results = await Task.WhenAll(pending);
        foreach (var (participant, _) in results)
            participant?.Dispose();
        return ([.. results.Where(result => result.Participant is not null).Select(result => result.Milliseconds).Order().DefaultIfEmpty(double.NaN)],
            results.Count(result => result.Participant is null));
    }

    private static async Task<(Participant? Participant, double Milliseconds)> JoinAsync(Peer peer, string room)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var participant = await Task.Run(() => peer.JoinAsync(room));
            return (participant, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            return (null, double.NaN);
        }
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
