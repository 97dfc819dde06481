// Who is online here: the connections of every registered user.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using Parley.Protocol;
using Parley.Server.Features.Accounts;

namespace Parley.Server.Signaling.Sessions;

/// <summary>The registered sessions by user.</summary>
internal sealed class Presence : IPresence
{
    private readonly ConcurrentDictionary<UserId, ImmutableArray<Session>> _sessions = new();
    private int _revocations;

    /// <summary>Rises with every revocation.</summary>
    public int Revocations => Volatile.Read(ref _revocations);

    /// <summary>Says that a user has lost the right to be here, before their sessions are looked up.</summary>
    public void NoteRevocation() => Interlocked.Increment(ref _revocations);

    public void Add(UserId user, Session session) =>
        _sessions.AddOrUpdate(user, static (_, added) => [added], static (_, known, added) => known.Add(added), session);

    public void Remove(UserId user, Session session)
    {
        while (_sessions.TryGetValue(user, out var known))
        {
            var left = known.Remove(session);
            var done = left.IsEmpty
                ? _sessions.TryRemove(new KeyValuePair<UserId, ImmutableArray<Session>>(user, known))
                : _sessions.TryUpdate(user, left, known);
            if (done)
                return;
        }
    }

    /// <summary>The sessions of a user, as they are now.</summary>
    public ImmutableArray<Session> Of(UserId user) => _sessions.TryGetValue(user, out var known) ? known : [];

    /// <inheritdoc/>
    public bool IsOnline(UserId user) => _sessions.ContainsKey(user);
}
