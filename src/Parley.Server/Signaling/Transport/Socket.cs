// What a connection needs of the socket under it, whoever owns that.
using System.IO.Pipelines;

namespace Parley.Server.Signaling.Transport;

/// <summary>Bytes in, bytes out, and the way to end both.</summary>
/// <param name="Input">Read by the connection alone; holds no memory while nothing comes.</param>
/// <param name="Output">Written by the connection alone.</param>
/// <param name="Abort">Ends the socket at once; may be called from any thread and more than once.</param>
internal readonly record struct Socket(PipeReader Input, PipeWriter Output, Action Abort)
{
    /// <summary>Over the stream of an upgraded request.</summary>
    public static Socket Over(Stream stream, Action abort) =>
        new(PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true)), PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)), abort);
}
