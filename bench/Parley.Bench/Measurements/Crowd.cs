// Fills rooms, a bounded number of joins at a time.
using System.Collections.Concurrent;
using Parley.Bench.Load;
using Parley.Bench.Peers;

namespace Parley.Bench.Measurements;

/// <summary>Participants by room, closed together.</summary>
internal sealed class Crowd : IDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Participant>> _rooms = new(StringComparer.Ordinal);

    public IEnumerable<IReadOnlyList<Participant>> Rooms => _rooms.Values.Select(room => room.ToArray());

    public IEnumerable<string> Codes => _rooms.Keys;

    public static async Task<Crowd> GatherAsync(Peer peer, int rooms, int people)
    {
        var crowd = new Crowd();
        var codes = await peer.MakeRoomsAsync(rooms);
        // The first of every room goes ahead, so that each room has its host before the others come.
        await crowd.AddAsync(peer, codes);
        await crowd.AddAsync(peer, [.. codes.SelectMany(code => Enumerable.Repeat(code, people - 1))]);
        return crowd;
    }

    public async Task AddAsync(Peer peer, IReadOnlyList<string> codes) =>
        await Parallel.ForEachAsync(codes, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (code, _) =>
            _rooms.GetOrAdd(code, _ => new ConcurrentQueue<Participant>()).Enqueue(await peer.JoinAsync(code)));

    /// <summary>Throws when a server has dropped somebody: a figure without them would flatter it.</summary>
    public void AssertWhole()
    {
        var lost = _rooms.Values.SelectMany(room => room).Where(participant => participant.Connection.Ended is not null).ToList();
        if (lost.Count > 0)
            throw new IOException($"{lost.Count} connections were lost, one because: {lost[0].Connection.Ended}");
    }

    public void Dispose()
    {
        foreach (var participant in _rooms.Values.SelectMany(room => room))
            participant.Dispose();
    }
}
