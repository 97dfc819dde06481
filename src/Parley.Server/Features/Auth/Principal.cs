// What a verified token says, for REST and signaling alike.
using Parley.Data;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Server.Features.Auth;

/// <summary>The bearer of a verified token.</summary>
/// <param name="User">Who.</param>
/// <param name="Email">An account's address; null for guests and external users.</param>
/// <param name="Room">The only meeting that the token is good for; null for any.</param>
/// <param name="ExpiresAt">When the token ends.</param>
/// <param name="IsAdministrator">Whether the account may read the audit log.</param>
/// <param name="Session">The sign-in that the token descends from; null for external users.</param>
/// <param name="ExternalKey">What another program calls its user; null for our own.</param>
public sealed record Principal(
    UserIdentity User,
    string? Email,
    MeetingCode? Room,
    DateTimeOffset ExpiresAt,
    bool IsAdministrator,
    RefreshFamilyId? Session,
    string? ExternalKey = null)
{
    /// <summary>The user as themselves see it.</summary>
    public UserView View => new(User.Id, User.Name, User.Kind == UserKind.Guest, Email);

    /// <summary>Whether the token is good in this meeting.</summary>
    public bool Covers(MeetingCode code) => Room is not { } only || only == code;
}

/// <summary>Why a token was refused; for logs and tests, never told to the bearer.</summary>
public enum TokenRefusal
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>It is not a JWT of our profile, or too large.</summary>
    Malformed,

    /// <summary>Another algorithm than HS256, another type, or critical extensions.</summary>
    Algorithm,

    /// <summary>Nobody of that name signs tokens here.</summary>
    Issuer,

    /// <summary>The key is unknown or the signature is wrong.</summary>
    Signature,

    /// <summary>It is meant for somebody else.</summary>
    Audience,

    /// <summary>It is expired, not valid yet, or lives longer than allowed.</summary>
    Lifetime,

    /// <summary>The account is disabled or gone, or the guest's time is over.</summary>
    Account,
}

/// <summary>The outcome of verifying a token.</summary>
/// <param name="Principal">The bearer; null when refused.</param>
/// <param name="Refusal">Why it was refused.</param>
public readonly record struct TokenVerdict(Principal? Principal, TokenRefusal Refusal);

/// <summary>Whom a well-signed token names.</summary>
/// <param name="User">Our own user; empty when another program names its user.</param>
/// <param name="ExternalKey">Another program's user; null for our own.</param>
public readonly record struct TokenSubject(UserId User, string? ExternalKey);

/// <summary>Verifies access tokens: our own, and those of other programs.</summary>
public interface ITokenVerifier
{
    /// <summary>Checks form, signature, lifetime, and that the user may still come in.</summary>
    ValueTask<TokenVerdict> VerifyAsync(string token, CancellationToken cancellation);

    /// <summary>As the other; while the database is away, whoever it is asks what was last known of the user.</summary>
    /// <param name="token">The token.</param>
    /// <param name="lastKnown">The bearer as last verified, null when unknown: then the failure of the database is thrown.</param>
    /// <param name="cancellation">Stops the look into the database.</param>
    ValueTask<TokenVerdict> VerifyAsync(string token, Func<TokenSubject, Principal?> lastKnown, CancellationToken cancellation);
}
