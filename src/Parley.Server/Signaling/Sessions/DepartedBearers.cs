// Who was here a moment ago, or when the program stopped: while the database is away, nobody else can say whether a well-signed token's user may come back.
using System.Collections.Concurrent;
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;
using Parley.Server.Features.Auth;

namespace Parley.Server.Signaling.Sessions;

/// <summary>The last known answer about users whose connection ended, and about those who are online.</summary>
internal sealed class DepartedBearers(Presence presence, TimeProvider clock)
{
    private const int Most = 100_000;

    // Longer than an access token lives and than anybody stays reconnecting.
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<UserId, Known> _users = new();
    private readonly ConcurrentDictionary<string, UserId> _external = new(StringComparer.Ordinal);
    private long _prunedAt = clock.GetTimestamp();

    /// <summary>The bearer as last verified; null for who was not here lately, or was revoked since.</summary>
    public Principal? Find(TokenSubject subject)
    {
        if (subject.ExternalKey is { } key)
            return _external.TryGetValue(key, out var user) ? Find(user) : null;
        return Find(subject.User);
    }

    /// <summary>A registered connection ended.</summary>
    public void Remember(Principal principal)
    {
        Prune();
        if (_users.Count >= Most)
            return;

        // A revocation that came first stands.
        _users.AddOrUpdate(
            principal.User.Id,
            static (_, next) => next,
            static (_, known, next) => known.Principal is null ? known : next,
            new Known(principal, clock.GetTimestamp()));
        if (principal.ExternalKey is { } key)
            _external[key] = principal.User.Id;
    }

    /// <summary>Those who were in rooms when the program stopped, as the database knows them now. Users of other programs are known by their tokens alone.</summary>
    public void Recall(IEnumerable<UserRecord> users)
    {
        var now = clock.GetUtcNow();
        foreach (var user in users.Where(user => user.Kind != UserKind.External && !user.Disabled && !(user.ExpiresAt <= now)))
            Remember(new Principal(new UserIdentity(user.Id, user.Name, user.Kind), user.Email, null, now, user.IsAdmin, null));
    }

    /// <summary>The database has just accepted the user: a revocation before that is over.</summary>
    public void Verified(Principal principal)
    {
        _users.TryRemove(principal.User.Id, out _);
        if (principal.ExternalKey is { } key)
            _external[key] = principal.User.Id;
    }

    /// <summary>The user lost the right to be here.</summary>
    public void Revoke(UserId user) => _users[user] = new Known(null, clock.GetTimestamp());

    private Principal? Find(UserId user)
    {
        if (_users.TryGetValue(user, out var known))
            return known.Principal;

        // A client often comes back before the server has noticed that its old connection is gone.
        foreach (var session in presence.Of(user))
        {
            if (session is { HasEnded: false, Principal: { } principal })
                return principal;
        }

        return null;
    }

    private void Prune()
    {
        var prunedAt = Volatile.Read(ref _prunedAt);
        if (clock.GetElapsedTime(prunedAt) < PruneInterval || Interlocked.CompareExchange(ref _prunedAt, clock.GetTimestamp(), prunedAt) != prunedAt)
            return;
        foreach (var (user, known) in _users)
        {
            if (clock.GetElapsedTime(known.At) > Kept)
                _users.TryRemove(new KeyValuePair<UserId, Known>(user, known));
        }

        foreach (var (key, user) in _external)
        {
            if (Find(user) is null)
                _external.TryRemove(key, out _);
        }
    }

    private sealed record Known(Principal? Principal, long At);
}
