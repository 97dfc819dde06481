// What all sessions share, and how one is made for a connection.
using System.Net;
using Parley.Server.Signaling.Invitations;
using Parley.Server.Signaling.Rooms;
using Parley.Server.Signaling.Transport;

namespace Parley.Server.Signaling.Sessions;

/// <summary>Borrowed by every session.</summary>
internal sealed class SessionServices(
    Registration registration,
    RoomEntries entries,
    InvitationHost invitations,
    EntryMeters metrics,
    TimeProvider clock,
    ILogger<Session> logger) : ISessionFactory
{
    public Registration Registration { get; } = registration;

    public RoomEntries Entries { get; } = entries;

    public InvitationHost Invitations { get; } = invitations;

    public EntryMeters Metrics { get; } = metrics;

    public TimeProvider Clock { get; } = clock;

    public ILogger Log { get; } = logger;

    /// <inheritdoc/>
    public IConnectionHandler Create(Connection connection, IPAddress? address) => new Session(connection, address, this);
}
