// What a connection needs of the socket under it, whoever owns that.
namespace Parley.Server.Signaling.Transport;

/// <summary>Bytes in, bytes out, and the way to end both.</summary>
/// <param name="Input">Read by the connection alone. A read of no bytes waits without holding a buffer.</param>
/// <param name="Output">Written by the connection alone.</param>
/// <param name="Abort">Ends the socket at once; may be called from any thread and more than once.</param>
internal readonly record struct Socket(Stream Input, Stream Output, Action Abort);
