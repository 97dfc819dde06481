// What the connections of a worker did. Written by its thread, read by any.
namespace Parley.Media.Udp.Tcp;

internal sealed class TcpCounters
{
    public long BytesRead;
    public long Accepted;
    public long Open;
    public long Refused;
    public long DroppedFull;
    public long DroppedOld;

    public TcpStatistics Read() => new(
        Volatile.Read(ref Accepted), Volatile.Read(ref Open), Volatile.Read(ref Refused), Volatile.Read(ref DroppedFull), Volatile.Read(ref DroppedOld));
}
