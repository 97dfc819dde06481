// The log lines of connections. Event ids 2000 to 2099 are stable; no line holds a token or a client's text.
namespace Parley.Server.Signaling.Transport;

internal static partial class ConnectionLog
{
    [LoggerMessage(2000, LogLevel.Information, "Connection {Connection:x} opened from {Address}, request {CorrelationId}")]
    public static partial void ConnectionOpened(this ILogger logger, long connection, string? address, string correlationId);

    [LoggerMessage(2001, LogLevel.Information, "Connection {Connection:x} ended with {CloseCode}")]
    public static partial void ConnectionEnded(this ILogger logger, long connection, int closeCode);

    [LoggerMessage(2002, LogLevel.Debug, "Connection {Connection:x} was reset: {Fault}")]
    public static partial void ConnectionReset(this ILogger logger, long connection, string fault);

    [LoggerMessage(2003, LogLevel.Information, "Connection {Connection:x} sent malformed bytes: {Fault}")]
    public static partial void Malformed(this ILogger logger, long connection, string fault);

    [LoggerMessage(2004, LogLevel.Information, "Upgrade refused: {Reason}")]
    public static partial void UpgradeRefused(this ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Error, "Connection {Connection:x} failed")]
    public static partial void ConnectionFailed(this ILogger logger, long connection, Exception exception);
}
