// The connections of one worker: cuts what they bring into frames for the engine, and closes those that are at their end.
using System.Collections.Concurrent;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tcp;

/// <summary>Used on its worker's thread alone, except for <see cref="HandOver"/>.</summary>
internal sealed class TcpTraffic : IDisposable
{
    // As many bytes of one connection as a turn takes: about as many full frames as fit between two sends of a pacer.
    private const int ReadBytes = 16 * 1024;

    private readonly MediaWorker _worker;
    private readonly Poller _poller;
    private readonly TcpGate? _gate;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Framing.PrefixBytes + MediaEngine.MaxDatagram + ReadBytes, pinned: true);
    private readonly List<TcpConnection> _ending = [];
    private readonly ConcurrentQueue<(TcpConnection Connection, byte[] Unread)> _arrivals = new();
    private TcpConnection?[] _connections = new TcpConnection?[64];
    private TcpConnection? _current;

    /// <param name="worker">Whose connections they are.</param>
    /// <param name="poller">Its wait.</param>
    /// <param name="gate">Where connections come in, which is owned from here on; null when another worker has it.</param>
    public TcpTraffic(MediaWorker worker, Poller poller, TcpGate? gate)
    {
        _worker = worker;
        _poller = poller;
        _gate = gate;
    }

    public TcpCounters Counters { get; } = new();

    /// <summary>When <see cref="HandleDeadlines"/> is to be called.</summary>
    public long NextDeadlineUs => _gate?.NextDeadlineUs ?? long.MaxValue;

    /// <summary>A descriptor of ours is ready.</summary>
    /// <returns>How many frames were taken.</returns>
    public int HandleReady(ref UdpSink sink, int descriptor, bool isReadable, bool isWritable, long nowUs)
    {
        if (_gate?.Find(descriptor) is { } listener)
        {
            _gate.Accept(listener, this, nowUs);
            return 0;
        }

        if ((uint)descriptor >= (uint)_connections.Length || _connections[descriptor] is not { IsEnding: false } connection)
            return 0;
        if (isWritable)
            connection.SendWaiting();
        return isReadable && !connection.IsEnding ? Read(ref sink, connection, nowUs) : 0;
    }

    /// <summary>Takes a connection from another worker, with the bytes of it that were read. From any thread; the worker is to be woken then.</summary>
    public void HandOver(TcpConnection connection, byte[] unread) => _arrivals.Enqueue((connection, unread));

    /// <summary>Begins with the connections that were handed over.</summary>
    /// <returns>How many frames were taken.</returns>
    public int TakeArrivals(ref UdpSink sink, long nowUs)
    {
        var taken = 0;
        while (_arrivals.TryDequeue(out var arrival))
        {
            if (TryAdd(arrival.Connection))
                taken += Take(ref sink, arrival.Connection, arrival.Unread, nowUs);
        }

        return taken;
    }

    /// <summary>Adds a connection. It is closed, and false returned, when the system refuses to wait for it.</summary>
    public bool TryAdd(TcpConnection connection)
    {
        try
        {
            _poller.Add(connection.Descriptor);
        }
        catch (MediaSocketException)
        {
            connection.Dispose();
            Counters.Refused++;
            return false;
        }

        if (connection.Descriptor >= _connections.Length)
            Array.Resize(ref _connections, Math.Max(connection.Descriptor + 1, _connections.Length * 2));
        _connections[connection.Descriptor] = connection;
        connection.Attach(_poller, Counters, End);
        Counters.Open++;
        return true;
    }

    /// <summary>The engine has opened a path over the connection whose frame it was given.</summary>
    public TcpConnection PathOpened(int path)
    {
        var connection = _current ?? throw new InvalidOperationException("A connection's path was opened by something else.");
        connection.Path = path;
        _gate?.Leave(connection);
        return connection;
    }

    /// <summary>The engine has closed the path of a connection. Without another, which the same frame may open, it is of no use any more.</summary>
    public void PathClosed(TcpConnection connection)
    {
        connection.Path = -1;
        if (connection != _current)
            End(connection);
    }

    /// <summary>Ends a connection that breaks the rules.</summary>
    public void Refuse(TcpConnection connection)
    {
        connection.IsRefused = true;
        Counters.Refused++;
        End(connection);
    }

    public void HandleDeadlines(long nowUs) => _gate?.HandleDeadlines(this, nowUs);

    /// <summary>Closes the connections that ended in this turn, after everything was sent: the engine may be called again.</summary>
    public void EndTurn(ref UdpSink sink)
    {
        for (var i = 0; i < _ending.Count; i++)
        {
            var connection = _ending[i];
            if (connection.Path >= 0)
                _worker.Engine.LosePath(ref sink, connection.Path);
            Forget(connection);
            connection.Dispose();
        }

        _ending.Clear();
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection?.Dispose();
        foreach (var (connection, _) in _arrivals)
            connection.Dispose();
        _gate?.Dispose();
    }

    private int Read(ref UdpSink sink, TcpConnection connection, long nowUs)
    {
        var partial = connection.Partial;
        partial.CopyTo(_buffer);
        var count = connection.Read(_buffer.AsSpan(partial.Length, ReadBytes));
        if (count < 0)
            End(connection);
        if (count <= 0)
            return 0;
        Counters.BytesRead += count;
        return Take(ref sink, connection, _buffer.AsSpan(0, partial.Length + count), nowUs);
    }

    private int Take(ref UdpSink sink, TcpConnection connection, ReadOnlySpan<byte> bytes, long nowUs)
    {
        var taken = 0;
        while (bytes.Length >= Framing.PrefixBytes && !connection.IsEnding)
        {
            var length = Framing.ReadPrefix(bytes);
            if (length > MediaEngine.MaxDatagram)
            {
                Refuse(connection);
                return taken;
            }

            if (bytes.Length - Framing.PrefixBytes < length)
                break;
            var frame = bytes.Slice(Framing.PrefixBytes, length);
            if (connection.Path < 0)
            {
                if (!ConnectivityCheck.TryReadAddressee(frame, out var ufrag))
                {
                    Refuse(connection);
                    return taken;
                }

                if (_worker.Steering?.FindOther(ufrag) is { } owner)
                {
                    Leave(connection, owner, bytes);
                    return taken;
                }
            }

            bytes = bytes[(Framing.PrefixBytes + length)..];
            taken++;
            Handle(ref sink, connection, frame, nowUs);
        }

        connection.Keep(connection.IsEnding ? default : bytes);
        return taken;
    }

    private void Handle(ref UdpSink sink, TcpConnection connection, ReadOnlySpan<byte> frame, long nowUs)
    {
        // A null frame says nothing (RFC 4571 §2).
        if (frame.IsEmpty)
            return;
        if (DatagramRouter.Classify(frame) is DatagramKind.Unknown or DatagramKind.TurnChannel)
        {
            Refuse(connection);
            return;
        }

        var wasProven = connection.Path >= 0;
        _current = connection;
        if (wasProven)
            _worker.Engine.HandleDatagram(ref sink, connection.Path, frame, nowUs);
        else
            _worker.Engine.HandleDatagram(ref sink, connection.Key, frame, nowUs);
        _current = null;
        if (connection.Path >= 0)
            return;
        if (wasProven)
            End(connection);
        else
            Refuse(connection);
    }

    private void Leave(TcpConnection connection, MediaWorker owner, ReadOnlySpan<byte> unread)
    {
        _poller.Remove(connection.Descriptor);
        Forget(connection);
        _worker.Steering!.NoteSteered();
        owner.HandOver(connection, unread.ToArray());
    }

    private void End(TcpConnection connection)
    {
        if (connection.IsEnding)
            return;
        connection.IsEnding = true;
        _gate?.Leave(connection);
        _ending.Add(connection);
    }

    private void Forget(TcpConnection connection)
    {
        _connections[connection.Descriptor] = null;
        _gate?.Leave(connection);
        Counters.Open--;
    }
}
