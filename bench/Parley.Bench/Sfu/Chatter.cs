// Signaling beside the media: many people who chat while packets are forwarded in the same process.
using Parley.Bench.Measurements;
using Parley.Bench.Peers;

namespace Parley.Bench.Sfu;

/// <summary>Rooms of five; every participant writes once in ten seconds, and the others of the room read it.</summary>
internal sealed class Chatter : IAsyncDisposable
{
    private const int RoomSize = 5;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);
    private readonly Crowd _crowd;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    private Chatter(Crowd crowd)
    {
        _crowd = crowd;
        _writing = WriteAsync();
    }

    public static async Task<Chatter> StartAsync(Peer server, int people) => new(await Crowd.GatherAsync(server, people / RoomSize, RoomSize));

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _writing;
        _crowd.AssertWhole();
        _crowd.Dispose();
        _ending.Dispose();
    }

    private async Task WriteAsync()
    {
        var people = _crowd.Rooms.SelectMany(room => room).ToList();
        using var timer = new PeriodicTimer(Between / people.Count);
        try
        {
            for (var n = 0; await timer.WaitForNextTickAsync(_ending.Token); n++)
            {
                people[n % people.Count].Connection.SendFrame(Load.LoadConnection.Frame(
                    System.Text.Encoding.UTF8.GetBytes($$"""{"type":"chat_message","id":"m{{n}}","text":"{{new string('x', 120)}}","client_id":"bench-{{n}}"}""")));
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }
}
