// The life of signaling in the program: rooms are taken up again before anything listens, and put down when the web server has stopped.
using Parley.Data;
using Parley.Server.Operations.Metrics;
using Parley.Server.Signaling.Invitations;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling;

/// <summary>Starts and stops signaling.</summary>
internal sealed class SignalingHost(
    RoomDirectory directory,
    InvitationHost invitations,
    DepartedBearers departed,
    AccountStore accounts,
    ParleyMetrics metrics,
    TimeProvider clock,
    ILogger<SignalingHost> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(1);

    private ITimer? _counting;
    private int _participants;
    private int _waiting;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var ringing = await invitations.RestoreAsync(cancellationToken);
        var rooms = await directory.RestoreAsync(cancellationToken);
        departed.Recall(await accounts.FindManyAsync(
            [.. rooms.SelectMany(static room => room.Snapshot.Participants).Select(static participant => participant.User.Id)], cancellationToken));
        logger.Restored(rooms.Count, ringing);
        _counting = clock.CreateTimer(_ => Count(), null, CountInterval, CountInterval);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        // The web server has stopped by now, so nothing more arrives; what is under way is stored.
        await directory.StopAsync().WaitAsync(cancellationToken);
        invitations.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _counting?.Dispose();

    // Gauges follow the rooms' public faces, which no turn has to wait for.
    private void Count()
    {
        var participants = 0;
        var waiting = 0;
        foreach (var room in directory.All)
        {
            var digest = room.Actor.Digest;
            participants += digest.ParticipantCount;
            waiting += digest.WaitingCount;
        }

        metrics.ParticipantsChanged(participants - Interlocked.Exchange(ref _participants, participants));
        metrics.WaitingChanged(waiting - Interlocked.Exchange(ref _waiting, waiting));
    }
}
