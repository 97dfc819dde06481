// How a signaling connection differs from the default, and how it ended.
namespace Parley.Client;

/// <summary>Settings of one connection.</summary>
public sealed record SignalingClientOptions
{
    /// <summary>How long requests and waits last at most.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The Origin header; none by default, as programs do.</summary>
    public string? Origin { get; init; }

    /// <summary>The first size of the receive buffer.</summary>
    public int ReceiveBytes { get; init; } = 4096;

    /// <summary>How to reach the server, for its own certificate or many connections; the default way when null. Not disposed.</summary>
    public HttpMessageInvoker? Handler { get; init; }

    /// <summary>Gets every message as its bytes, valid during the call; then nothing is decoded or kept, and requests are not answered.</summary>
    public Action<ReadOnlyMemory<byte>>? RawReceiver { get; init; }
}

/// <summary>How a connection ended.</summary>
/// <param name="Code">The peer's close code; 0 when the connection was cut.</param>
/// <param name="Reason">The peer's reason.</param>
public sealed record ConnectionClose(int Code, string? Reason);

/// <summary>A request was refused, or the connection ended while one waited.</summary>
public sealed class SignalingException : Exception
{
    /// <summary>Tells of a refusal or an end.</summary>
    public SignalingException(string message, string? code = null)
        : base(message) => Code = code;

    /// <summary>The error code of the refusal; null when the connection ended.</summary>
    public string? Code { get; }
}
