// Work beside the requests that ends without a word when it is told to.
namespace Parley.Server.Operations;

/// <summary>
/// A background service whose cancellation is no failure. The host knows that of a server that stops, but not of one whose start fails: it would log each service's cancellation as
/// an error, with its trace, before the one message that matters.
/// </summary>
internal abstract class BackgroundWork : BackgroundService
{
    /// <summary>Works until it is cancelled.</summary>
    protected abstract Task WorkAsync(CancellationToken stoppingToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // As it was told.
        }
    }
}
