// What all rooms of this node share.
using Parley.Data;
using Parley.Rooms;
using Parley.Server.Features.Audit;
using Parley.Server.Media;
using Parley.Server.Operations.Metrics;
using Parley.Server.Signaling.Invitations;
using Parley.Server.Signaling.Sessions;

namespace Parley.Server.Signaling.Rooms;

/// <summary>Borrowed by every room. Rooms, invitations and entries need each other, so those are looked up when first used.</summary>
internal sealed class LocalRoomServices(
    IServiceProvider provider,
    SessionTable sessions,
    IRoomStore store,
    IActorFaults faults,
    ParleyMetrics metrics,
    IAuditLog audit,
    MediaGateway media,
    TimeProvider clock)
{
    private readonly Lazy<InvitationHost> _invitations = new(provider.GetRequiredService<InvitationHost>);
    private readonly Lazy<RoomDirectory> _directory = new(provider.GetRequiredService<RoomDirectory>);
    private readonly Lazy<RoomEntries> _entries = new(provider.GetRequiredService<RoomEntries>);

    public SessionTable Sessions { get; } = sessions;

    public IRoomStore Store { get; } = store;

    public IActorFaults Faults { get; } = faults;

    public ParleyMetrics Metrics { get; } = metrics;

    public MediaGateway Media { get; } = media;

    public TimeProvider Clock { get; } = clock;

    public ActorOptions ActorOptions { get; } = new();

    public InvitationHost Invitations => _invitations.Value;

    public RoomDirectory Directory => _directory.Value;

    public RoomEntries Entries => _entries.Value;

    /// <summary>Writes a room's security event to the audit log.</summary>
    public void Audit(RoomAudit entry) =>
        audit.Write(AuditEntry.New(Clock.GetUtcNow(), entry.Event, entry.Actor, entry.Subject, entry.Meeting.Code, detail: entry.Detail));
}
