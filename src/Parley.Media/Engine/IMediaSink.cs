// Where the engine's output goes. Every input method is given a sink, so there is no output that somebody must remember to fetch.
namespace Parley.Media.Engine;

/// <summary>
/// Takes what the engine sends and says. Implemented by a struct, so that the calls of the hot path are bound at compile time.
/// Its methods are called on the thread that called the engine, and must not call the engine.
/// </summary>
public interface IMediaSink
{
    /// <summary>Room for one datagram, where it will be sent from. At most one reservation is open at a time.</summary>
    /// <param name="path">The path's number, from <see cref="PathOpened"/>.</param>
    /// <param name="size">Bytes, at most <see cref="MediaEngine.MaxDatagram"/>.</param>
    /// <returns>At least <paramref name="size"/> bytes, of any content.</returns>
    Span<byte> Reserve(int path, int size);

    /// <summary>Closes the reservation: the datagram is its first <paramref name="length"/> bytes; none of it is sent when that is 0.</summary>
    void Commit(int length);

    /// <summary>A DTLS record of a peer, for its handshake. The span is valid during the call.</summary>
    void Dtls(PeerId peer, ReadOnlySpan<byte> record);

    /// <summary>Something happened that is worth an object.</summary>
    void Raise(MediaEvent happened);
}
