// Which rooms run on this node. A room is made or rebuilt when somebody first asks for it, once, however many ask at the same moment.
using System.Collections.Concurrent;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Signaling.Rooms;

/// <summary>The running rooms by code and by meeting. Owns them.</summary>
internal sealed class RoomDirectory(
    LocalRoomServices services,
    MeetingStore meetings,
    RoomOptions options,
    IRoomEntropy entropy,
    ParleyMetrics metrics)
{
    private const int Stripes = 64;

    private readonly ConcurrentDictionary<MeetingCode, LocalRoom> _byCode = new();
    private readonly ConcurrentDictionary<MeetingId, LocalRoom> _byMeeting = new();
    private readonly ConcurrentDictionary<MeetingId, Lazy<Task<LocalRoom?>>> _starting = new();

    // One change of a meeting after another is read and told, so that the last one told is the last one stored.
    private readonly SemaphoreSlim[] _refreshing = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];

    /// <summary>All running rooms.</summary>
    public IEnumerable<LocalRoom> All => _byMeeting.Select(pair => pair.Value);

    public LocalRoom? Find(MeetingCode code) => _byCode.GetValueOrDefault(code);

    public LocalRoom? Find(MeetingId meeting) => _byMeeting.GetValueOrDefault(meeting);

    /// <summary>The room of a meeting, started when it does not run; null when the meeting is over or gone.</summary>
    public async ValueTask<LocalRoom?> GetOrStartAsync(MeetingId meeting)
    {
        if (Find(meeting) is { } running)
            return running;
        var starting = _starting.GetOrAdd(meeting, id => new Lazy<Task<LocalRoom?>>(() => StartAsync(id)));
        try
        {
            return await starting.Value;
        }
        finally
        {
            _starting.TryRemove(new KeyValuePair<MeetingId, Lazy<Task<LocalRoom?>>>(meeting, starting));
        }
    }

    /// <summary>Puts every room that was running when the program stopped back to work, and says which they are.</summary>
    public async Task<IReadOnlyList<StoredRoom>> RestoreAsync(CancellationToken cancellation)
    {
        var stored = await services.Store.LoadRunningAsync(cancellation);
        foreach (var room in stored)
            Add(new LocalRoom(Room.Restore(room, options, entropy, services.Clock.GetUtcNow()), services));
        return stored;
    }

    /// <summary>Tells a room what its meeting's row says now.</summary>
    public async Task RefreshAsync(LocalRoom room)
    {
        var id = room.Settings.Id;
        var turn = _refreshing[(uint)id.GetHashCode() % Stripes];
        await turn.WaitAsync();
        try
        {
            var meeting = await meetings.FindAsync(id);
            if (meeting is null || meeting.State == MeetingState.Ended)
                room.Deliver(new EndMeeting(meeting is null ? "deleted" : "host_ended"));
            else if (meeting.ToSettings() is var settings && settings != room.Settings)
                room.Change(settings);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A room is over.</summary>
    public void Forget(LocalRoom room)
    {
        var removed = _byMeeting.TryRemove(new KeyValuePair<MeetingId, LocalRoom>(room.Settings.Id, room));
        _byCode.TryRemove(new KeyValuePair<MeetingCode, LocalRoom>(room.Code, room));
        if (removed)
            metrics.RoomsChanged(-1);
    }

    /// <summary>Stops every room where it stands; each waits for the commit under way.</summary>
    public Task StopAsync() => Task.WhenAll(All.Select(room => room.Actor.DisposeAsync().AsTask()));

    private async Task<LocalRoom?> StartAsync(MeetingId id)
    {
        // Another start may have come to its end between the caller's look and this one.
        if (Find(id) is { } running)
            return running;
        if (await meetings.FindAsync(id) is not { } meeting || meeting.State == MeetingState.Ended)
            return null;
        var stored = await services.Store.LoadAsync(id, CancellationToken.None);
        var now = services.Clock.GetUtcNow();
        var room = Add(new LocalRoom(
            stored is null ? Room.Create(meeting.ToSettings(), options, entropy, now) : Room.Restore(stored, options, entropy, now), services));

        // What REST changed or ended since the first look found no room to tell.
        await RefreshAsync(room);
        return room;
    }

    private LocalRoom Add(LocalRoom room)
    {
        _byMeeting[room.Settings.Id] = room;
        _byCode[room.Code] = room;
        metrics.RoomsChanged(1);

        // A rebuilt room may have found itself over before it was listed.
        if (room.Actor.IsClosed)
            Forget(room);
        return room;
    }
}
