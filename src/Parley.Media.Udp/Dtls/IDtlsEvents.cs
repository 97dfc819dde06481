// What comes out of DTLS.
using Parley.Media.Srtp;

namespace Parley.Media.Udp.Dtls;

/// <summary>
/// Takes what the handshake threads bring forth. Every method is called on a handshake thread, for one id on one thread and in order, and should only hand on
/// what it gets. After the start of an id exactly one of <see cref="Failed"/> and <see cref="Closed"/> comes, as the last event of that id, unless everything
/// is disposed before. An exception ends that one association with <see cref="DtlsFailure.Internal"/>.
/// </summary>
public interface IDtlsEvents
{
    /// <summary>A datagram for the peer, at most as long as the MTU that was given. Valid during the call.</summary>
    void Send(long id, ReadOnlySpan<byte> datagram);

    /// <summary>The handshake is done and the peer's certificate is the right one. Comes before the datagram that lets the peer send media.</summary>
    void KeysReady(long id, SrtpKeys keys);

    /// <summary>
    /// The association's close_notify, sealed beforehand, so that whoever ends it can send it at once; then with <see cref="DtlsHandshakes.Close"/> quietly. Comes once, after the
    /// keys, and not for associations that were started with application data. The record stays the same, sent once or more often. Valid during the call.
    /// </summary>
    void Farewell(long id, ReadOnlySpan<byte> closeNotify);

    /// <summary>Application data of the peer (SCTP, RFC 8261); only for associations that were started with it. Valid during the call.</summary>
    void ApplicationData(long id, ReadOnlySpan<byte> data);

    /// <summary>The association could not be made, or was broken. Keys that were handed out before must not be used any longer.</summary>
    void Failed(long id, DtlsFailure failure);

    /// <summary>The association has ended in good order: the peer has said so, or <see cref="DtlsHandshakes.Close"/> was called.</summary>
    void Closed(long id);
}
