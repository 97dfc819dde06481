// Who hears what happens in a media server.
using Parley.Media.Engine;

namespace Parley.Media.Udp;

/// <summary>Takes the events of a <see cref="MediaServer"/>. Called on worker threads, which carry everybody's media: an implementation only hands on.</summary>
public interface IMediaServerEvents
{
    /// <summary>Something happened to a peer.</summary>
    void Handle(PeerHandle peer, MediaEvent happened);

    /// <summary>A worker met a fault that no peer is to blame for; it goes on.</summary>
    void Fault(int worker, Exception fault);
}
