// A row of users, whatever their kind.
using Dapper;
using Parley.Protocol;
using Parley.Rooms;

namespace Parley.Data;

/// <summary>A user as stored.</summary>
/// <param name="Id">The user.</param>
/// <param name="Kind">Account, guest, or another program's user.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Email">Normalised; accounts alone have one.</param>
/// <param name="PasswordHash">As the framework's hasher wrote it; accounts alone have one.</param>
/// <param name="IsAdmin">May read the audit log.</param>
/// <param name="DisabledAt">Since when the account may not be used; null while it may.</param>
/// <param name="ExpiresAt">When a guest ends; null for others.</param>
/// <param name="CreatedAt">When it was made.</param>
[method: ExplicitConstructor]
public sealed record UserRecord(
    UserId Id,
    UserKind Kind,
    string Name,
    string? Email,
    string? PasswordHash,
    bool IsAdmin,
    DateTimeOffset? DisabledAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt)
{
    internal const string Columns = "id, kind, name, email, password_hash, is_admin, disabled_at, expires_at, created_at";

    /// <summary>True while the account may not be used.</summary>
    public bool Disabled => DisabledAt is not null;
}

/// <summary>How the making of an account ended.</summary>
public abstract record CreateAccountResult
{
    private CreateAccountResult()
    {
    }

    /// <summary>It is stored.</summary>
    /// <param name="User">The new account.</param>
    public sealed record Created(UserRecord User) : CreateAccountResult;

    /// <summary>Another account has the address.</summary>
    public sealed record EmailTaken : CreateAccountResult;
}
