// What nobody can use any more is deleted now and then, so that the database does not grow by it.
namespace Parley.Data;

/// <summary>Deletes what expired: guests, refresh tokens, settled invitations, old audit entries.</summary>
public sealed class Housekeeping(Database database)
{
    /// <summary>Expired rows are kept this long, so that a request under way never meets their going.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Runs once. Safe to run on several nodes at once, and to be cut short.</summary>
    /// <param name="now">The time.</param>
    /// <param name="auditRetention">How long audit entries are kept.</param>
    /// <param name="cancellation">Stops between two kinds.</param>
    public async Task<HousekeepingResult> RunAsync(DateTimeOffset now, TimeSpan auditRetention, CancellationToken cancellation = default) => new(
        await new RefreshTokenStore(database).PurgeExpiredAsync(now - Margin, cancellation),
        await new AccountStore(database).PurgeExpiredGuestsAsync(now - Margin, cancellation),
        await new InvitationStore(database).PurgeAsync(now - Margin, cancellation),
        await new AuditStore(database).PurgeAsync(now - auditRetention, cancellation));
}

/// <summary>How many rows went.</summary>
/// <param name="RefreshFamilies">Sign-ins without a good refresh token.</param>
/// <param name="Guests">Guests who ended and own no meeting.</param>
/// <param name="Invitations">Settled invitations.</param>
/// <param name="AuditEntries">Entries older than the retention.</param>
public sealed record HousekeepingResult(int RefreshFamilies, int Guests, int Invitations, int AuditEntries);
