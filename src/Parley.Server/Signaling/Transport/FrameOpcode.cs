// RFC 6455 §5.2: the kinds of frames, and what a window of received bytes can hold.
namespace Parley.Server.Signaling.Transport;

/// <summary>The opcode of a frame.</summary>
internal enum FrameOpcode : byte
{
    Continuation = 0x0,
    Text = 0x1,
    Binary = 0x2,
    Close = 0x8,
    Ping = 0x9,
    Pong = 0xA,
}

/// <summary>What came out of the received bytes.</summary>
internal enum InboundKind
{
    /// <summary>A whole text message, valid UTF-8.</summary>
    Text,

    /// <summary>A ping; its payload goes back in a pong.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer closes.</summary>
    Close,

    /// <summary>A message larger than allowed; nothing after it can be read.</summary>
    TooLarge,

    /// <summary>Bytes that are not the protocol; nothing after them can be read.</summary>
    Malformed,
}

/// <summary>One input of a peer.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Payload">Its bytes; valid until the next call of the buffer that gave it.</param>
/// <param name="Fault">What is wrong with malformed bytes.</param>
internal readonly record struct Inbound(InboundKind Kind, ReadOnlyMemory<byte> Payload, string? Fault = null);
