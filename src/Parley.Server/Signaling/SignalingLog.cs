// The log lines of rooms and invitations. Event ids 2100 to 2199 are stable; no line holds a token or a client's text.
using Parley.Protocol;

namespace Parley.Server.Signaling;

internal static partial class SignalingLog
{
    [LoggerMessage(2100, LogLevel.Warning, "Connection {Connection:x}: {Request} failed")]
    public static partial void RequestFailed(this ILogger logger, long connection, string request, Exception exception);

    [LoggerMessage(2101, LogLevel.Error, "The room of meeting {Meeting} failed at {Command} and is rebuilt from its last commit")]
    public static partial void RoomBroke(this ILogger logger, MeetingId meeting, string command, Exception exception);

    [LoggerMessage(2102, LogLevel.Warning, "Commit {Version} of meeting {Meeting} was not stored and will be tried again")]
    public static partial void CommitFailed(this ILogger logger, MeetingId meeting, long version, Exception exception);

    [LoggerMessage(2103, LogLevel.Error, "The invitation book failed at {Command}")]
    public static partial void InvitationsBroke(this ILogger logger, string command, Exception exception);

    [LoggerMessage(2104, LogLevel.Warning, "Invitation {Invitation} could not be stored")]
    public static partial void InvitationStoreFailed(this ILogger logger, InvitationId invitation, Exception exception);

    [LoggerMessage(2105, LogLevel.Information, "{Rooms} rooms and {Invitations} invitations were taken up again")]
    public static partial void Restored(this ILogger logger, int rooms, int invitations);

    [LoggerMessage(2106, LogLevel.Information, "Draining: {Connections} connections are told to come back elsewhere or later")]
    public static partial void Draining(this ILogger logger, int connections);

    [LoggerMessage(2107, LogLevel.Warning, "A meeting for invitation {Invitation} could not be made")]
    public static partial void MeetingNotMade(this ILogger logger, InvitationId invitation, Exception exception);

    [LoggerMessage(2108, LogLevel.Error, "The stored room of meeting {Meeting} cannot be read")]
    public static partial void RoomUnreadable(this ILogger logger, MeetingId meeting, Exception exception);

    [LoggerMessage(2109, LogLevel.Warning, "Connection {Connection:x}: {Request} must wait for the database: {Reason}")]
    public static partial void RequestDelayed(this ILogger logger, long connection, string request, string reason);
}
