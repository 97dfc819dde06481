// The engine's output, bound to a worker's sockets at compile time.
using Parley.Media.Engine;

namespace Parley.Media.Udp.Workers;

internal readonly struct UdpSink(MediaWorker worker) : IMediaSink
{
    public Span<byte> Reserve(int path, int size) => worker.Sender.Reserve(path, size);

    public void Commit(int length) => worker.Sender.Commit(length);

    public void Dtls(PeerId peer, ReadOnlySpan<byte> record) => worker.ReceiveDtls(peer, record);

    public void Raise(MediaEvent happened) => worker.Handle(happened);
}
