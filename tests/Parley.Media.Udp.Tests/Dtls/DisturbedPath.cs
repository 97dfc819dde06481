// One direction of a network that loses, repeats and reorders by a seed.
namespace Parley.Media.Udp.Tests.Dtls;

internal sealed class DisturbedPath(int seed, double loss, double repetition, double reordering, Action<long, byte[]> deliver)
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private (long Id, byte[] Datagram)? _held;

    public void Send(long id, byte[] datagram)
    {
        var due = new List<(long Id, byte[] Datagram)>();
        lock (_lock)
        {
            if (_random.NextDouble() >= loss)
                due.Add((id, datagram));
            if (_random.NextDouble() < repetition)
                due.Add((id, datagram));
            if (_held is { } held)
            {
                due.Add(held);
                _held = null;
            }
            else if (due.Count > 0 && _random.NextDouble() < reordering)
            {
                _held = due[0];
                due.RemoveAt(0);
            }
        }

        foreach (var (to, bytes) in due)
            deliver(to, bytes);
    }
}
