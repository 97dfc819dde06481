// A row of meetings, and what may be changed in it.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>A meeting as stored.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">What people type.</param>
/// <param name="OwnerId">Who made it.</param>
/// <param name="OwnerName">The name they have now.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="PasswordHash">Null when it asks for none.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="StartedAt">When somebody first came in.</param>
/// <param name="EndedAt">When it ended.</param>
[method: ExplicitConstructor]
public sealed record MeetingRecord(
    MeetingId Id,
    MeetingCode Code,
    UserId OwnerId,
    string OwnerName,
    string? Title,
    MeetingKind Kind,
    bool Lobby,
    string? PasswordHash,
    int MaxParticipants,
    MeetingState State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt)
{
    internal const string Select =
        """
        SELECT m.id, m.code, m.owner_id, u.name AS owner_name, m.title, m.kind, m.lobby, m.password_hash, m.max_participants, m.state,
               m.created_at, m.started_at, m.ended_at
        FROM meetings m JOIN users u ON u.id = m.owner_id
        """;

    /// <summary>Nobody comes in without the password.</summary>
    public bool RequiresPassword => PasswordHash is not null;

    /// <summary>What its room works with.</summary>
    public MeetingSettings ToSettings() => new(Id, Code, Title, Kind, OwnerId, Lobby, MaxParticipants, CreatedAt);
}

/// <summary>A meeting to be made.</summary>
/// <param name="Owner">Who makes it.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="PasswordHash">Null when it asks for none.</param>
/// <param name="MaxParticipants">2 to 500.</param>
public sealed record NewMeeting(UserId Owner, string? Title, MeetingKind Kind, bool Lobby, string? PasswordHash, int MaxParticipants);

/// <summary>What is changed in a meeting; what is left out stays.</summary>
public sealed record MeetingChanges
{
    /// <summary>A new title; a change to null clears it.</summary>
    public Change<string?> Title { get; init; }

    /// <summary>A new hashed password; a change to null clears it.</summary>
    public Change<string?> PasswordHash { get; init; }

    /// <summary>Whether new people wait.</summary>
    public bool? Lobby { get; init; }

    /// <summary>2 to 500.</summary>
    public int? MaxParticipants { get; init; }
}

/// <summary>A value that is set or left as it is: tells a change to null from no change.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="IsSet">True for a change.</param>
/// <param name="Value">The new value.</param>
public readonly record struct Change<T>(bool IsSet, T Value);

/// <summary>Makes changes.</summary>
public static class Change
{
    /// <summary>A change to a value.</summary>
    public static Change<T> To<T>(T value) => new(true, value);
}
