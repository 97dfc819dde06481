// Lets connections in, and ends those that do not show soon that they are worth it. One worker has it.
using System.Buffers.Binary;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;

namespace Parley.Media.Udp.Tcp;

/// <summary>The listening sockets, and the connections whose first frame has not come in whole.</summary>
internal sealed class TcpGate : IDisposable
{
    // A turn forwards media too.
    private const int AcceptsPerTurn = 32;

    // Without descriptors the listening socket stays ready; to look again and again would take a whole core.
    private const long PauseUs = 100_000;

    private readonly Poller _poller;
    private readonly TcpOptions _options;
    private readonly SocketBudget _budget;
    private readonly List<TcpListener> _listeners = [];
    private readonly List<TcpConnection> _waiting = [];
    private long _resumeUs = long.MaxValue;

    /// <param name="addresses">Where to listen.</param>
    /// <param name="poller">Of the worker.</param>
    /// <param name="options">The limits.</param>
    /// <param name="budget">Of the server's sockets; borrowed.</param>
    /// <exception cref="MediaSocketException">The port is taken.</exception>
    public TcpGate(IEnumerable<TransportAddress> addresses, Poller poller, TcpOptions options, SocketBudget budget)
    {
        _budget = budget;
        _poller = poller;
        _options = options;
        try
        {
            foreach (var address in addresses)
            {
                var listener = TcpListener.Bind(address);
                _listeners.Add(listener);
                poller.Add(listener.Descriptor);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>When <see cref="HandleDeadlines"/> is to be called.</summary>
    public long NextDeadlineUs => Math.Min(_resumeUs, _waiting.Count > 0 ? FirstFrameDueUs(_waiting[0]) : long.MaxValue);

    /// <summary>The listening socket of this descriptor; null when it is none.</summary>
    public TcpListener? Find(int descriptor)
    {
        foreach (var listener in _listeners)
        {
            if (listener.Descriptor == descriptor)
                return listener;
        }

        return null;
    }

    /// <summary>Lets in who has come.</summary>
    public void Accept(TcpListener listener, TcpTraffic traffic, long nowUs)
    {
        for (var i = 0; i < AcceptsPerTurn; i++)
        {
            switch (listener.Accept(out var descriptor, out var key))
            {
                case AcceptResult.Nothing:
                    return;
                case AcceptResult.Exhausted:
                    Pause(nowUs);
                    return;
            }

            traffic.Counters.Accepted++;
            if (!TryTakeSocket(traffic))
            {
                traffic.Counters.Refused++;
                TcpListener.Refuse(descriptor);
                continue;
            }

#pragma warning disable CA2000 // The traffic owns it from here on.
            var connection = new TcpConnection(descriptor, key, _options, _budget, nowUs);
#pragma warning restore CA2000
            MakeRoom(traffic, connection);
            if (traffic.TryAdd(connection))
                _waiting.Add(connection);
        }
    }

    /// <summary>The connection waits no more: its first frame has come, or it is gone.</summary>
    public void Leave(TcpConnection connection) => _waiting.Remove(connection);

    /// <summary>Ends those whose time is over.</summary>
    public void HandleDeadlines(TcpTraffic traffic, long nowUs)
    {
        if (nowUs >= _resumeUs)
            Resume(nowUs);

        while (_waiting.Count > 0 && nowUs >= FirstFrameDueUs(_waiting[0]))
            traffic.Refuse(_waiting[0]);
    }

    public void Dispose()
    {
        foreach (var listener in _listeners)
            listener.Dispose();
    }

    private long FirstFrameDueUs(TcpConnection connection) => connection.AcceptedUs + (long)_options.FirstFrameTimeout.TotalMicroseconds;

    /// <summary>A connection counts against the sockets of all peers; when there is none left it takes the place of the one that has waited longest without a word.</summary>
    private bool TryTakeSocket(TcpTraffic traffic)
    {
        if (_budget.TryTakeForConnection())
            return true;
        if (_waiting.Count == 0)
            return false;
        traffic.Refuse(_waiting[0]);
        _budget.TakeInPlace();
        return true;
    }

    /// <summary>Ends the one of its network that has waited longest, or of all, when there are as many as may be.</summary>
    private void MakeRoom(TcpTraffic traffic, TcpConnection connection)
    {
        var network = NetworkOf(connection);
        var neighbours = 0;
        TcpConnection? first = null;
        foreach (var other in _waiting)
        {
            if (NetworkOf(other) != network)
                continue;
            neighbours++;
            first ??= other;
        }

        if (first is not null && neighbours >= _options.MaxWaitingPerAddress)
            traffic.Refuse(first);
        else if (_waiting.Count > 0 && _waiting.Count >= _options.MaxWaiting)
            traffic.Refuse(_waiting[0]);
    }

    private static (ulong High, ulong Low) NetworkOf(TcpConnection connection)
    {
        var remote = connection.Key.Remote;
        Span<byte> bytes = stackalloc byte[16];
        remote.WriteIPv6(bytes);
        return (BinaryPrimitives.ReadUInt64BigEndian(bytes), remote.IsIPv4 ? BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) : 0);
    }

    private void Resume(long nowUs)
    {
        _resumeUs = long.MaxValue;
        try
        {
            foreach (var listener in _listeners)
                _poller.Add(listener.Descriptor);
        }
        catch (MediaSocketException)
        {
            // The system has still too little of what it had none of: it is asked again.
            Pause(nowUs);
        }
    }

    private void Pause(long nowUs)
    {
        foreach (var listener in _listeners)
            _poller.Remove(listener.Descriptor);
        _resumeUs = nowUs + PauseUs;
    }
}
