// Everything a room knows. Handlers change it; nothing here speaks to the world.
using System.Runtime.InteropServices;
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>Somebody who was declined and may not know it yet.</summary>
internal sealed record DeclinedPresence(DeclinedSnapshot Decline, DateTimeOffset Until);

/// <summary>How often the room's face has changed.</summary>
/// <param name="Terms">Changes of anything but active and paused: a resume replays them.</param>
/// <param name="Any">All changes: who comes back brings the room back to active, and needs no replay of that.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FaceVersion(int Terms, int Any);

/// <summary>The state of a <see cref="Room"/>.</summary>
internal sealed class RoomState(MeetingSettings meeting, RoomOptions options, IRoomEntropy entropy)
{
    public MeetingSettings Meeting { get; set; } = meeting;

    public RoomOptions Options => options;

    public IRoomEntropy Entropy => entropy;

    public MeetingState State { get; set; }

    public int Epoch { get; set; } = 1;

    public long Seq { get; set; }

    public bool Locked { get; set; }

    public Participant? Host { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>When the room ends unless somebody comes; null while anybody is in or waits.</summary>
    public DateTimeOffset? EmptyUntil { get; set; }

    /// <summary>Nobody ever came in and nobody waits any longer: the meeting lives on without a room.</summary>
    public bool Retired { get; set; }

    public long NextOrder { get; set; } = 1;

    /// <summary>Everybody who is in, in the order of joining.</summary>
    public List<Participant> In { get; } = [];

    /// <summary>Everybody who waits, in the order of asking.</summary>
    public List<Participant> Waiting { get; } = [];

    public Dictionary<ParticipantId, Participant> Presences { get; } = [];

    public HashSet<UserId> Admitted { get; } = [];

    public HashSet<UserId> Removed { get; } = [];

    public Dictionary<UserId, CallTally> Tallies { get; } = [];

    public List<DeclinedPresence> Declined { get; } = [];

    public EventLog Log { get; } = new(options);

    public ChatIndex Chats { get; } = new();

    public RoomSummary? Face { get; set; }

    public FaceVersion FaceVersion { get; set; }

    public bool IsOver => State == MeetingState.Ended;

    public bool IsFull => In.Count >= Meeting.MaxParticipants;

    public Participant? FindIn(ParticipantId id) => Presences.TryGetValue(id, out var found) && !found.Waiting ? found : null;

    public Participant? FindByClientId(UserId user, string? clientId)
    {
        if (clientId is null)
            return null;
        foreach (var presence in Presences.Values)
        {
            if (presence.User.Id == user && presence.ClientId == clientId)
                return presence;
        }

        return null;
    }

    public Participant? FindByConnection(ConnectionId connection)
    {
        foreach (var presence in Presences.Values)
        {
            if (presence.Connection == connection)
                return presence;
        }

        return null;
    }

    public List<Participant> PresencesOf(UserId user) => Presences.Values.Where(p => p.User.Id == user).OrderBy(p => p.Order).ToList();

    public RoomSnapshot ToSnapshot(long version, long seqReserved) => new(
        Meeting,
        State,
        Epoch,
        version,
        Seq,
        seqReserved,
        Locked,
        Host?.Id,
        StartedAt,
        NextOrder,
        [.. In.Select(p => p.ToSnapshot()), .. Waiting.Select(p => p.ToSnapshot())],
        [.. Admitted],
        [.. Removed],
        [.. Tallies.Values],
        [.. Declined.Select(d => d.Decline)]);

    public static RoomState From(StoredRoom stored, RoomOptions options, IRoomEntropy entropy, DateTimeOffset now)
    {
        var snapshot = stored.Snapshot;
        var state = new RoomState(snapshot.Meeting, options, entropy)
        {
            State = snapshot.State,
            Epoch = snapshot.Epoch + 1,
            Seq = Math.Max(snapshot.Seq, snapshot.SeqReserved),
            Locked = snapshot.Locked,
            StartedAt = snapshot.StartedAt,
            NextOrder = snapshot.NextOrder,
        };
        foreach (var presence in snapshot.Participants.Select(p => Participant.From(p, now + options.Reconnect)).OrderBy(p => p.Order))
        {
            (presence.Waiting ? state.Waiting : state.In).Add(presence);
            state.Presences.Add(presence.Id, presence);
        }

        state.Host = snapshot.HostId is { } host ? state.FindIn(host) : null;
        state.Admitted.UnionWith(snapshot.Admitted);
        state.Removed.UnionWith(snapshot.RemovedUsers);
        foreach (var tally in snapshot.Tallies)
            state.Tallies[tally.User] = tally;
        foreach (var decline in snapshot.Declined ?? [])
            state.Declined.Add(new DeclinedPresence(decline, now + options.Reconnect));
        state.Log.LackingThrough = state.Seq;
        foreach (var chat in stored.RecentChat)
        {
            state.Chats.Add(chat);
            if (now - chat.SentAt < options.EventRetention)
                state.Log.Add(ChatEvents.Logged(chat));
        }

        // Whoever comes back gets a fresh view: being rebuilt is no change of the face.
        state.Face = RoomViews.Face(state);
        return state;
    }
}
