// Log messages of the media server: event ids 1600 to 1699.
using Parley.Protocol;

namespace Parley.Server.Media;

internal static partial class MediaLog
{
    [LoggerMessage(1600, LogLevel.Information, "Media on port {Port}, {Workers} workers; clients are told {Addresses}")]
    public static partial void MediaStarted(this ILogger logger, int port, int workers, string addresses);

    [LoggerMessage(1601, LogLevel.Warning, "Media is off: {Reason}. WHIP and WHEP answer 503")]
    public static partial void MediaOff(this ILogger logger, string reason);

    [LoggerMessage(1608, LogLevel.Warning, "Port {Taken} is taken, so media is on port {Port} for now; firewalls and forwarded ports do not know it. Set Parley:Media:Port to choose one")]
    public static partial void OtherPortTaken(this ILogger logger, int taken, int port);

    [LoggerMessage(1611, LogLevel.Information, "Linux before 6.13 compares each datagram with every socket of the port, so at most {Sockets} clients on UDP get one of their own; the others share, which is somewhat slower")]
    public static partial void SharedSockets(this ILogger logger, int sockets);

    [LoggerMessage(1602, LogLevel.Information, "{Kind} {Session} of {Meeting} opened on worker {Worker}")]
    public static partial void SessionOpened(this ILogger logger, MediaSessionKind kind, string session, MeetingCode meeting, int worker);

    [LoggerMessage(1603, LogLevel.Information, "{Kind} {Session} of {Meeting} was ended: {Reason}")]
    public static partial void SessionEnded(this ILogger logger, MediaSessionKind kind, string session, MeetingCode meeting, string reason);

    [LoggerMessage(1604, LogLevel.Information, "{Kind} {Session} of {Meeting} is gone: {Reason}")]
    public static partial void PeerEnded(this ILogger logger, MediaSessionKind kind, string session, MeetingCode meeting, string reason, Exception? fault);

    [LoggerMessage(
        1609,
        LogLevel.Warning,
        "Subscriber {Session} of {Meeting} shows no picture: in {Seconds} s publisher {Publisher} sent no keyframe of track {Track}, layer {Layer}, though it was asked {Requests} times (PLI or FIR). Its encoder must send keyframes when asked, or often")]
    public static partial void NoKeyframe(this ILogger logger, string session, MeetingCode meeting, double seconds, string publisher, string track, string layer, int requests);

    [LoggerMessage(1605, LogLevel.Error, "The end of session {Session} failed")]
    public static partial void EndFailed(this ILogger logger, string session, Exception exception);

    [LoggerMessage(1606, LogLevel.Error, "Media worker {Worker} met a fault and goes on")]
    public static partial void WorkerFault(this ILogger logger, int worker, Exception fault);

    [LoggerMessage(1610, LogLevel.Error, "Statistics of media could not be read")]
    public static partial void SampleFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1607, LogLevel.Information, "ICE restart of {Kind} {Session} of {Meeting}")]
    public static partial void IceRestarted(this ILogger logger, MediaSessionKind kind, string session, MeetingCode meeting);
}
