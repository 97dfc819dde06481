// Signaling beside the media: many people who chat while packets are forwarded in the same process.
using System.Text;
using Parley.Bench.Load;
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
    private int _written;
    private int _read;

    private Chatter(Crowd crowd)
    {
        _crowd = crowd;
        foreach (var participant in crowd.Rooms.SelectMany(room => room))
            participant.Connection.Received = Read;
        _writing = WriteAsync();
    }

    public static async Task<Chatter> StartAsync(Peer server, int people) => new(await Crowd.GatherAsync(server, people / RoomSize, RoomSize));

    /// <exception cref="InvalidOperationException">Fewer messages arrived than were written: the media was measured beside no real load.</exception>
    public void AssertHeard()
    {
        _crowd.AssertWhole();
        if (_read < _written)
            throw new InvalidOperationException($"{_written} chat messages were written, and {_read} came to somebody");
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _writing;
        _crowd.Dispose();
        _ending.Dispose();
    }

    private void Read(ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("\"chat_message\""u8) >= 0)
            Interlocked.Increment(ref _read);
    }

    private async Task WriteAsync()
    {
        var people = _crowd.Rooms.SelectMany(room => room).ToList();
        using var timer = new PeriodicTimer(Between / people.Count);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                var message = $$"""{"type":"chat_message","id":"m{{_written}}","text":"{{new string('x', 120)}}","client_id":"bench-{{_written}}"}""";
                people[_written++ % people.Count].Connection.SendFrame(LoadConnection.Frame(Encoding.UTF8.GetBytes(message)));
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }
}
