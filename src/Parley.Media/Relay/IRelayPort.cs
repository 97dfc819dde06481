// The way by which a link's records leave an engine: a ring to another worker, datagrams to another node.
namespace Parley.Media.Relay;

/// <summary>
/// Carries records to the other end of a <see cref="RelayLink"/>. Called on the engine's thread. It may lose records, change their order, and bring one twice. A track that it throws for is
/// not carried any more, and the other end learns of that when it next asks; where <see cref="Flush"/> throws, what was committed is lost, and that
/// is told once until it succeeds again.
/// </summary>
public interface IRelayPort
{
    /// <summary>Room for one record, where it will be sent from. At most one reservation is open at a time.</summary>
    /// <param name="length">Bytes, at most <see cref="RelayLink.MaxRecord"/>.</param>
    /// <param name="room">At least so many bytes, of any content.</param>
    /// <returns>False when there is no room: the record is lost, as on any other way.</returns>
    bool TryReserve(int length, out Span<byte> room);

    /// <summary>Closes the reservation: the record is its first <paramref name="length"/> bytes.</summary>
    void Commit(int length);

    /// <summary>The turn is over: what was committed may leave now.</summary>
    void Flush();
}
