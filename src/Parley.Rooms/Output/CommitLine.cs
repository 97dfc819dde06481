// What a room has to store: one commit under way, everything later gathered for the next.
using Parley.Protocol;

namespace Parley.Rooms;

/// <summary>The commits of a room in their order.</summary>
internal sealed class CommitLine(RoomOptions options, long version, long seqReserved)
{
    private readonly Dictionary<ParticipantId, StayRecord> _stays = [];
    private readonly Dictionary<UserId, CallLogRecord> _logs = [];
    private List<ChatRecord> _chat = [];
    private RoomCommit? _underWay;
    private TimeSpan _pause;

    /// <summary>The newest commit that was started.</summary>
    public long Version { get; private set; } = version;

    /// <summary>The newest commit that is stored.</summary>
    public long Settled { get; private set; } = version;

    /// <summary>No event number above this one may go out.</summary>
    public long SeqDurable { get; private set; } = seqReserved;

    /// <summary>The end of the block that the newest commit reserves.</summary>
    public long SeqReserved { get; private set; } = seqReserved;

    /// <summary>The last commit failed or is late: a call goes on without its database.</summary>
    public bool Degraded { get; set; }

    /// <summary>There is something to store.</summary>
    public bool Wanted { get; set; }

    public bool IsIdle => !Wanted && _underWay is null;

    /// <summary>When a failed commit is tried again.</summary>
    public DateTimeOffset? RetryAt { get; private set; }

    public DateTimeOffset? NextRetry => Wanted && _underWay is null ? RetryAt : null;

    /// <summary>The commit that will contain what changes now.</summary>
    public long Next => Version + 1;

    public void Add(ChatRecord chat) => _chat.Add(chat);

    public void Add(StayRecord stay) => _stays[stay.Id] = stay;

    public void Add(CallLogRecord log) => _logs[log.User] = log;

    /// <summary>Takes a message out that nobody waits for any longer.</summary>
    /// <returns>Null when it is not here; otherwise the message, and whether it is on its way to the store.</returns>
    public (ChatRecord Chat, bool UnderWay)? Withdraw(MessageId id)
    {
        if (_chat.Find(c => c.Id == id) is { } pending)
        {
            _ = _chat.Remove(pending);
            return (pending, false);
        }

        return _underWay?.Chat.FirstOrDefault(c => c.Id == id) is { } late ? (late, true) : null;
    }

    /// <summary>Whether the block of reserved numbers runs out soon.</summary>
    public bool NeedsBlock(long seq) => seq + (options.SeqBlock / 4) > SeqReserved;

    public void TryStart(RoomState state, DateTimeOffset now, IRoomEffects effects)
    {
        if (!Wanted || _underWay is not null || RetryAt > now)
            return;
        Wanted = false;
        Version++;
        if (NeedsBlock(state.Seq))
            SeqReserved = state.Seq + options.SeqBlock;
        _underWay = new RoomCommit(
            state.Meeting.Id,
            Version,
            state.ToSnapshot(Version, SeqReserved),
            new MeetingStatus(state.State, state.StartedAt, state.EndedAt),
            _chat,
            [.. _stays.Values],
            [.. _logs.Values]);
        _chat = [];
        _stays.Clear();
        _logs.Clear();
        effects.Commit(_underWay);
    }

    /// <summary>The commit under way came to an end.</summary>
    /// <returns>It; null when the answer is not to it.</returns>
    public RoomCommit? Settle(long version, bool stored, DateTimeOffset now)
    {
        if (_underWay is not { } commit || commit.Version != version)
            return null;
        _underWay = null;
        if (stored)
        {
            Settled = version;
            SeqDurable = commit.Snapshot.SeqReserved;
            Degraded = false;
            RetryAt = null;
            _pause = TimeSpan.Zero;
            return commit;
        }

        // The rows go into the next attempt, unless something newer of the same key waits there.
        foreach (var stay in commit.Stays)
            _ = _stays.TryAdd(stay.Id, stay);
        foreach (var log in commit.CallLogs)
            _ = _logs.TryAdd(log.User, log);
        Wanted = true;
        Degraded = true;
        _pause = _pause == TimeSpan.Zero ? options.CommitRetry : _pause * 2;
        if (_pause > options.CommitRetryMax)
            _pause = options.CommitRetryMax;
        RetryAt = now + _pause;
        return commit;
    }
}
