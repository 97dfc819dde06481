// Notices what `parley user` (or another node) did to accounts, through the audit log they share, and closes the connections concerned.
using Parley.Data;
using Parley.Server.Operations;

namespace Parley.Server.Features.Accounts;

/// <summary>Looks for disabled accounts and reset passwords every few seconds.</summary>
internal sealed class AccountChangesWatch(AuditStore store, ISessionRevocation revocation, TimeProvider clock, ILogger<AccountChangesWatch> logger)
    : BackgroundWork
{
    public const string AccountDisabled = "account_disabled";
    public const string PasswordReset = "password_reset";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    /// <summary>Clocks of other processes and late commits: entries are looked for this far back, and acted on once.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Guid, DateTimeOffset> _seen = [];

    /// <summary>Acts on what happened since <paramref name="since"/> and was not acted on yet.</summary>
    internal async Task LookAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        foreach (var name in new[] { AccountDisabled, PasswordReset })
        {
            Cursor? next = null;
            do
            {
                var page = await store.ListAsync(new AuditFilter(name, From: since), new PageRequest(PageRequest.MaxLimit, next), cancellation);
                foreach (var entry in page.Items)
                    await ActOnAsync(entry, cancellation);
                next = page.Next;
            }
            while (next is not null);
        }

        foreach (var (id, _) in _seen.Where(pair => pair.Value < since).ToList())
            _seen.Remove(id);
    }

    private async Task ActOnAsync(AuditEntry entry, CancellationToken cancellation)
    {
        if (!_seen.TryAdd(entry.Id, entry.At) || entry.Subject is not { } user)
            return;
        if (entry.Event == AccountDisabled)
            await revocation.RemoveUserAsync(user, cancellation);
        else
            await revocation.CloseUserAsync(user, cancellation);
    }

    protected override async Task WorkAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(clock.GetUtcNow() - Overlap, stoppingToken);
            }
            catch (DatabaseUnavailableException exception)
            {
                logger.WatchDelayed(exception.Message);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or OutOfMemoryException))
            {
                logger.WatchFailed(exception);
            }
        }
    }
}

/// <summary>Log messages of accounts: event ids 1200 to 1299.</summary>
internal static partial class AccountLog
{
    [LoggerMessage(1200, LogLevel.Debug, "Changes of accounts cannot be read: {Reason}")]
    public static partial void WatchDelayed(this ILogger logger, string reason);

    [LoggerMessage(1201, LogLevel.Error, "Changes of accounts cannot be acted on; it is tried again")]
    public static partial void WatchFailed(this ILogger logger, Exception exception);
}
