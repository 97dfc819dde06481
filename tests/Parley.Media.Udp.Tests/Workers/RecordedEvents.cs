// What a server has told of its peers, and a wait for what it will.
using Parley.Media.Engine;

namespace Parley.Media.Udp.Tests.Workers;

internal sealed class RecordedEvents : IMediaServerEvents
{
    private readonly Lock _gate = new();
    private readonly List<(PeerHandle Peer, MediaEvent Happened)> _events = [];
    private readonly List<(PeerHandle Peer, Func<MediaEvent, bool> Is, TaskCompletionSource<MediaEvent> Done)> _waits = [];
    private Exception? _fault;

    /// <summary>The first event of a peer, past or to come, that is as wanted.</summary>
    public async Task<T> WaitForAsync<T>(PeerHandle peer, Func<T, bool>? isWanted = null)
        where T : MediaEvent
    {
        bool Is(MediaEvent happened) => happened is T wanted && isWanted?.Invoke(wanted) != false;
        var done = new TaskCompletionSource<MediaEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_fault is not null)
                throw new InvalidOperationException("A worker met a fault.", _fault);
            var past = _events.Find(entry => entry.Peer == peer && Is(entry.Happened));
            if (past.Happened is not null)
                return (T)past.Happened;
            _waits.Add((peer, Is, done));
        }

        return (T)await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    public Task<PeerEnded> EndOfAsync(PeerHandle peer) => WaitForAsync<PeerEnded>(peer);

    /// <summary>What has happened to a peer so far.</summary>
    public List<MediaEvent> Of(PeerHandle peer)
    {
        lock (_gate)
            return [.. _events.Where(entry => entry.Peer == peer).Select(entry => entry.Happened)];
    }

    public void Handle(PeerHandle peer, MediaEvent happened)
    {
        lock (_gate)
        {
            _events.Add((peer, happened));
            foreach (var wait in _waits.FindAll(wait => wait.Peer == peer && wait.Is(happened)))
            {
                _waits.Remove(wait);
                wait.Done.SetResult(happened);
            }
        }
    }

    public void Fault(int worker, Exception fault)
    {
        lock (_gate)
        {
            _fault = fault;
            foreach (var (_, _, done) in _waits)
                done.SetException(new InvalidOperationException("A worker met a fault.", fault));
            _waits.Clear();
        }
    }
}
