// How a refresh ends (docs/protocol.md §1, POST /api/auth/refresh).
using Parley.Protocol;

namespace Parley.Data;

/// <summary>The outcome of presenting a refresh token.</summary>
public abstract record RefreshResult
{
    private RefreshResult()
    {
    }

    /// <summary>The token was good and is used up; the successor stands in its place.</summary>
    /// <param name="User">Whose it is.</param>
    /// <param name="Family">The sign-in it descends from.</param>
    /// <param name="ExpiresAt">When the successor ends.</param>
    public sealed record Rotated(UserId User, RefreshFamilyId Family, DateTimeOffset ExpiresAt) : RefreshResult;

    /// <summary>The same attempt once more, in time: the same successor is the answer.</summary>
    /// <param name="User">Whose it is.</param>
    /// <param name="Family">The sign-in it descends from.</param>
    /// <param name="ExpiresAt">When the successor ends.</param>
    public sealed record Repeated(UserId User, RefreshFamilyId Family, DateTimeOffset ExpiresAt) : RefreshResult;

    /// <summary>A used token came back: the whole family is revoked now.</summary>
    /// <param name="User">Whose it was.</param>
    /// <param name="Family">The family.</param>
    public sealed record Reused(UserId User, RefreshFamilyId Family) : RefreshResult;

    /// <summary>No such token, or it expired, or its family was revoked before.</summary>
    public sealed record Unknown : RefreshResult;
}

/// <summary>One sign-in and all the refresh tokens that descend from it.</summary>
/// <param name="Value">A UUIDv7.</param>
public readonly record struct RefreshFamilyId(Guid Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString("D");

    /// <summary>Reads a UUID; anything else is the empty id, which no family has.</summary>
    public static RefreshFamilyId Parse(string? text) => Guid.TryParseExact(text, "D", out var value) ? new RefreshFamilyId(value) : default;
}
