// One thread with one engine and its sockets: reads what has come, lets the engine forward it, and sends, turn by turn.
using Parley.Media.Engine;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;
using Parley.Media.Udp.Tcp;

namespace Parley.Media.Udp.Workers;

/// <summary>A worker. Everything of its engine happens on its thread; others hand over work by <see cref="Post"/>.</summary>
internal sealed class MediaWorker : IDisposable
{
    /// <summary>Reading, and work that others have left, take no longer in one turn; the rest waits for the next.</summary>
    private const long MaxTurnUs = 1000;

    /// <summary>Datagrams between two looks at the clock.</summary>
    private const int LookEvery = 16;

    private readonly IMediaWorkerOwner _owner;
    private readonly int _index;
    private readonly SocketBudget _budget;
    private readonly Poller _poller = new();
    private readonly DatagramReader _reader = new();
    private readonly List<UdpSocket> _open = [];
    private readonly WorkQueue _work;
    private readonly RecentMaximum _turns = new();
    private readonly TcpTraffic? _tcp;
    private readonly Thread _thread;
    private UdpSocket?[] _sockets = new UdpSocket?[64];
    private UdpSocket? _source;
    private int _first;
    private volatile bool _stopping;

    /// <param name="owner">Hears what happens.</param>
    /// <param name="index">The worker's number in its server.</param>
    /// <param name="addresses">What to bind to.</param>
    /// <param name="options">Of the server.</param>
    /// <param name="budget">Of the server's sockets; borrowed.</param>
    /// <param name="group">The workers that share the port; null when there is one.</param>
    /// <exception cref="MediaSocketException">An address cannot be bound.</exception>
    public MediaWorker(IMediaWorkerOwner owner, int index, IEnumerable<TransportAddress> addresses, MediaServerOptions options, SocketBudget budget, SteeringGroup? group = null)
    {
        _owner = owner;
        _work = new WorkQueue(_poller);
        _index = index;
        _budget = budget;
        Steering = group is null ? null : new Steering(group, index);
        Engine = new MediaEngine(new CryptographicRandom(), options.Engine, group?.Directory.NamesOf(index));
        Relay = group is null ? null : new WorkerRelay(group, index, Engine);
        try
        {
            foreach (var address in addresses)
            {
                var socket = UdpSocket.Bind(address);
                _open.Add(socket);
                Register(socket);
            }

            // Connections come in at the first worker, and go to the one that knows the peer.
            if (options.Tcp)
                _tcp = new TcpTraffic(this, _poller, index == 0 ? new TcpGate(Addresses, _poller, options.TcpLimits, budget) : null);
        }
        catch
        {
            Free();
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = $"media {index}" };
    }

    public MediaEngine Engine { get; }

    public DatagramSender Sender { get; } = new();

    /// <summary>The way to the other workers of the port; null when there are none.</summary>
    public Steering? Steering { get; }

    /// <summary>Tracks that go to the other workers, and come from them; null when there are none.</summary>
    public WorkerRelay? Relay { get; }

    /// <summary>What the connections did.</summary>
    public TcpStatistics TcpStatistics => _tcp?.Counters.Read() ?? new TcpStatistics(0, 0, 0, 0, 0);

    /// <summary>What the open sockets are bound to.</summary>
    public IEnumerable<TransportAddress> Addresses => _open.Select(static socket => socket.Local);

    /// <summary>Datagrams read, and frames of connections.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes of them, with the prefixes of frames.</summary>
    public long BytesReceived => _reader.Bytes + (_tcp?.Counters.BytesRead ?? 0);

    /// <summary>The longest turn of the last 15 to 30 s, from the end of the wait until everything was sent, in microseconds.</summary>
    public long LongestTurnUs => _turns.Read(MonotonicClock.NowUs);

    public void Start() => _thread.Start();

    /// <summary>Has something done on the worker's thread, with the time. From any thread.</summary>
    /// <param name="work">What.</param>
    /// <param name="abandon">Called in its place, on any thread, when the worker has ended.</param>
    public void Post(Action<MediaWorker, long> work, Action? abandon = null) => _work.Add(work, abandon);

    /// <summary>Ends the worker's wait: something was left for it. From any thread.</summary>
    public void Wake() => _work.Wake();

    /// <summary>Gives the worker a connection, with the bytes of it that were read. From any thread.</summary>
    public void HandOver(TcpConnection connection, byte[] unread)
    {
        _tcp!.HandOver(connection, unread);
        Wake();
    }

    /// <summary>The same, with its result; an exception goes to the caller, <see cref="ObjectDisposedException"/> when the worker has ended.</summary>
    public Task<T> InvokeAsync<T>(Func<MediaWorker, long, T> work)
    {
        var (run, abandon, result) = WorkQueue.Wrap(work);
        Post(run, abandon);
        return result;
    }

    /// <summary>Ends the thread. Others may still leave something here, which nobody takes.</summary>
    public void Stop()
    {
        _stopping = true;
        _poller.Wake();
        if (_thread.IsAlive)
            _thread.Join();
    }

    /// <summary>Frees everything; nobody may wake the worker from then on.</summary>
    public void Dispose()
    {
        Stop();
        Free();
    }

    internal void ReceiveDtls(PeerId peer, ReadOnlySpan<byte> record) => _owner.ReceiveDtls(_index, peer, record);

    internal void Handle(MediaEvent happened)
    {
        switch (happened)
        {
            case PathOpened { Key.IsTcp: true } opened:
                Sender.Open(opened.Path, _tcp!.PathOpened(opened.Path));
                break;
            case PathOpened opened:
                Sender.Open(opened.Path, OpenSocketOf(opened.Key), opened.Key);
                Steering?.Claim(opened.Key);
                break;
            case PathSelected selected:
                Connect(selected.Path);
                break;
            case PathClosed closed:
                Close(closed.Path);
                break;
        }

        _owner.Handle(_index, happened);
    }

    private void Run()
    {
        var sink = new UdpSink(this);
        while (!_stopping)
        {
            try
            {
                Turn(ref sink);
            }
#pragma warning disable CA1031 // A fault must not end everybody's media; it is told, and the next turn begins clean.
            catch (Exception fault) when (fault is not OutOfMemoryException)
#pragma warning restore CA1031
            {
                _owner.Fault(_index, fault);
            }
        }

        EndPeers(ref sink);
    }

    /// <summary>The last turn: what was asked for is done, and every peer is told.</summary>
    private void EndPeers(ref UdpSink sink)
    {
        while (!_work.IsEmpty)
        {
            try
            {
                DoWork(ref sink, MonotonicClock.NowUs);
            }
#pragma warning disable CA1031 // As above; what follows it is done, and everybody is told.
            catch (Exception fault) when (fault is not OutOfMemoryException)
#pragma warning restore CA1031
            {
                _owner.Fault(_index, fault);
            }
        }

        try
        {
            Engine.ClosePeers(ref sink);
            Sender.Flush();
            _tcp?.EndTurn(ref sink);
        }
#pragma warning disable CA1031 // As above; the other workers end in good order.
        catch (Exception fault) when (fault is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            _owner.Fault(_index, fault);
        }

        _work.End();
    }

    private void Turn(ref UdpSink sink)
    {
        var ready = _poller.Wait(TimeoutMs());
        var begun = MonotonicClock.NowUs;
        var taken = 0;
        var next = 0;
        var look = LookEvery;
        var isLate = false;
        var hasWorked = false;
        if (_first >= ready)
            _first = 0;
        for (var n = 0; n < ready; n++)
        {
            var i = n + _first < ready ? n + _first : n + _first - ready;
            var descriptor = _poller.Ready(i);
            if (taken >= look)
            {
                look = taken + LookEvery;
                isLate = MonotonicClock.NowUs - begun >= MaxTurnUs;
            }

            if (descriptor < 0)
            {
                taken += DoWork(ref sink, begun);
                hasWorked = true;
            }
            else if (isLate || taken >= DatagramReader.MaxDatagrams)
            {
                next = next == 0 ? i : next;
            }
            else if ((uint)descriptor < (uint)_sockets.Length && _sockets[descriptor] is { } socket)
                taken += Read(ref sink, socket, DatagramReader.MaxDatagrams - taken, begun);
            else if (_tcp is not null)
                taken += _tcp.HandleReady(ref sink, descriptor, _poller.IsReadable(i), _poller.IsWritable(i), begun);
        }

        // A socket that always has more than a turn takes must not keep the others waiting: the next turn begins with those.
        _first = next;
        // What a turn has left over is not announced again.
        if (!hasWorked && !_work.IsEmpty)
            taken += DoWork(ref sink, begun);
        // What other workers have read counts there.
        Received += taken;
        if (Steering is not null)
            Steer(ref sink, DatagramReader.MaxDatagrams - taken, begun);
        Relay?.TakeArrivals(begun);
        _tcp?.HandleDeadlines(begun);
        Engine.HandleDeadlines(ref sink, begun);
        Engine.EndTurn(ref sink, begun);
        Sender.Flush();
        _tcp?.EndTurn(ref sink);
        var ended = MonotonicClock.NowUs;
        _turns.Note(ended - begun, ended);
    }

    private int Read(ref UdpSink sink, UdpSocket socket, int most, long nowUs)
    {
        var count = _reader.Read(socket, most);
        _source = socket;
        try
        {
            for (var i = 0; i < count; i++)
            {
                var datagram = _reader.Datagram(i);
                var source = _reader.Source(i);
                // Between bind and connect a socket may have taken what was meant for others.
                if (Steering is not null)
                    Steering.Handle(ref sink, Engine, new PathKey(_reader.Destination(i, socket), source), datagram, nowUs);
                else if (socket.Remote is { } remote && remote == source)
                    Engine.HandleDatagram(ref sink, socket.Path, datagram, nowUs);
                else
                    Engine.HandleDatagram(ref sink, new PathKey(_reader.Destination(i, socket), source), datagram, nowUs);
            }
        }
        finally
        {
            _source = null;
            _reader.Reset(count);
        }

        return count;
    }

    private void Steer(ref UdpSink sink, int most, long nowUs)
    {
        Steering!.WakeOthers();
        Steering.TakeArrivals(ref sink, Engine, most, nowUs);
    }

    private int TimeoutMs()
    {
        if (!_work.IsEmpty || Steering is { HasArrivals: true } || Relay is { HasArrivals: true })
            return 0;
        var next = Math.Min(Engine.NextDeadlineUs, _tcp?.NextDeadlineUs ?? long.MaxValue);
        if (next == long.MaxValue)
            return -1;
        return (int)Math.Clamp((next - MonotonicClock.NowUs + 999) / 1000, 0, 60_000);
    }

    private int DoWork(ref UdpSink sink, long nowUs)
    {
        _work.Do(this, nowUs, MaxTurnUs);
        return _tcp?.TakeArrivals(ref sink, nowUs) ?? 0;
    }

    /// <summary>The open socket that reaches the other end of a path: the one that the datagram came by, or another for its family.</summary>
    private UdpSocket OpenSocketOf(in PathKey key)
    {
        // A connected socket may have taken the datagram while it was bound and not connected yet; it sends to its own peer alone.
        if (_source is { Remote: null } source)
            return source;
        foreach (var socket in _open)
        {
            if (socket.Local.IsIPv4 == key.Remote.IsIPv4 && (socket.IsWildcard || socket.Local == key.Local))
                return socket;
        }

        return _open[0];
    }

    /// <summary>Gives a path that carries media a socket of its own: the system then sorts by it, and sends without looking up the way.</summary>
    private void Connect(int path)
    {
        if (Sender.Find(path) is not { Socket: { Remote: null } } found || !_budget.TryTakeForDatagrams())
            return;
#pragma warning disable CA2000 // The table of sockets owns it from here on.
        if (UdpSocket.TryConnect(found.Key.Local, found.Key.Remote, path) is not { } socket)
        {
            _budget.ReturnForDatagrams();
            return;
        }

#pragma warning restore CA2000
        try
        {
            Register(socket);
        }
        catch (MediaSocketException)
        {
            // It could not be read: the open sockets go on for it.
            Drop(socket);
            return;
        }

        Sender.Move(path, socket);
    }

    private void Close(int path)
    {
        if (Sender.Find(path) is not { } way)
            return;
        Sender.Close(path);
        if (way.Connection is { } connection)
        {
            _tcp!.PathClosed(connection);
            return;
        }

        Steering?.Release(way.Key);
        if (way.Socket is { Remote: not null } socket)
            Drop(socket);
    }

    private void Drop(UdpSocket socket)
    {
        _budget.ReturnForDatagrams();
        _sockets[socket.Descriptor] = null;
        socket.Dispose();
    }

    private void Register(UdpSocket socket)
    {
        if (socket.Descriptor >= _sockets.Length)
            Array.Resize(ref _sockets, Math.Max(socket.Descriptor + 1, _sockets.Length * 2));
        _sockets[socket.Descriptor] = socket;
        _poller.Add(socket.Descriptor);
    }

    private void Free()
    {
        foreach (var socket in _sockets)
            socket?.Dispose();
        _tcp?.Dispose();
        _poller.Dispose();
        _reader.Dispose();
        Sender.Dispose();
    }
}
