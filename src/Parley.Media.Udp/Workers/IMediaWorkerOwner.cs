// What a worker tells the server that it belongs to.
using Parley.Media.Engine;

namespace Parley.Media.Udp.Workers;

/// <summary>Who owns a worker. Called on the worker's thread.</summary>
internal interface IMediaWorkerOwner
{
    void ReceiveDtls(int worker, PeerId peer, ReadOnlySpan<byte> record);

    void Handle(int worker, MediaEvent happened);

    void Fault(int worker, Exception fault);
}
