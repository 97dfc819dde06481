// A connection that somebody has opened to us: frames in both directions, and never a wait.
using System.Runtime.InteropServices;
using Parley.Media.Engine;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tcp;

/// <summary>Owned by one worker at a time, which closes it.</summary>
internal sealed unsafe class TcpConnection : IDisposable
{
    // What the system holds cannot be dropped any more when it gets old, so it takes no more than keeps the line busy.
    private const int NotSentBytes = 32 * 1024;

    // A peer that has vanished is found out here when nothing else does: consent ends peers, not their spare paths.
    private const int VanishedSeconds = 30;

    private readonly TcpOptions _options;
    private readonly SocketBudget _budget;
    private FrameQueue? _queue;
    private Poller? _poller;
    private Action<TcpConnection>? _ending;
    private byte[] _partial = [];
    private int _partialLength;

    /// <param name="descriptor">Of the accepted connection; owned from here on.</param>
    /// <param name="key">Its two ends.</param>
    /// <param name="options">What it may take of us.</param>
    /// <param name="budget">Where it was taken from, and is returned to.</param>
    /// <param name="nowUs">The time.</param>
    public TcpConnection(int descriptor, PathKey key, TcpOptions options, SocketBudget budget, long nowUs)
    {
        _budget = budget;
        Descriptor = descriptor;
        Key = key;
        AcceptedUs = nowUs;
        _options = options;
        _ = Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        _ = Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpNotSentLowWater, NotSentBytes);
        _ = Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpUserTimeout, VanishedSeconds * 1000);
        _ = Libc.SetOption(descriptor, Libc.IpProtoTcp, Libc.TcpKeepIdle, VanishedSeconds);
        _ = Libc.SetOption(descriptor, Libc.SolSocket, Libc.SoKeepAlive, 1);
    }

    public int Descriptor { get; private set; }

    public PathKey Key { get; }

    public long AcceptedUs { get; }

    /// <summary>The path that it is; -1 before a check has authenticated it, and after the path is gone.</summary>
    public int Path { get; set; } = -1;

    /// <summary>True when it is to be closed at the end of the turn.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The beginning of a frame that has not come in whole yet.</summary>
    public ReadOnlySpan<byte> Partial => _partial.AsSpan(0, _partialLength);

    /// <summary>True when it breaks the rules, or has not kept them in time: its end is told by a reset.</summary>
    public bool IsRefused { get; set; }

    /// <summary>A worker takes it over. Nothing was sent before.</summary>
    /// <param name="poller">Waits for it.</param>
    /// <param name="counters">Where its drops are counted.</param>
    /// <param name="ending">Hears, maybe more than once, that the other end is gone.</param>
    public void Attach(Poller poller, TcpCounters counters, Action<TcpConnection> ending)
    {
        _poller = poller;
        _queue = new FrameQueue(_options.QueueBytes, (long)_options.QueueAge.TotalMicroseconds, counters);
        _ending = ending;
    }

    /// <summary>Keeps the beginning of a frame until the rest comes.</summary>
    public void Keep(ReadOnlySpan<byte> partial)
    {
        if (_partial.Length < partial.Length)
            _partial = new byte[Framing.PrefixBytes + MediaEngine.MaxDatagram];
        partial.CopyTo(_partial);
        _partialLength = partial.Length;
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>How many bytes; 0 when there are none for now; -1 at its end.</returns>
    public int Read(Span<byte> into)
    {
        fixed (byte* bytes = into)
        {
            for (; ; )
            {
                var count = Libc.Receive(Descriptor, bytes, into.Length, Libc.MsgDontWait);
                if (count > 0)
                    return (int)count;
                if (count == 0)
                    return -1;
                var error = Marshal.GetLastPInvokeError();
                if (error != Libc.ErrorInterrupted)
                    return error == Libc.ErrorAgain ? 0 : -1;
            }
        }
    }

    /// <summary>Sends frames, each with its prefix, or lets them wait. Those for which there is no room are dropped whole.</summary>
    /// <param name="frames">Whole frames.</param>
    /// <param name="bytes">How many bytes were taken.</param>
    /// <returns>How many frames were taken.</returns>
    public int Send(ReadOnlySpan<byte> frames, out int bytes)
    {
        bytes = 0;
        if (IsEnding || _queue is null)
            return 0;
        var hadWaited = !_queue.IsEmpty;
        var sent = hadWaited ? 0 : Write(frames);
        if (sent < 0)
            return 0;
        var taken = 0;
        var nowUs = 0L;
        for (var at = 0; at < frames.Length;)
        {
            var length = Framing.PrefixBytes + Framing.ReadPrefix(frames[at..]);
            var left = at + length - sent;
            if (left > 0)
                nowUs = nowUs == 0 ? MonotonicClock.NowUs : nowUs;
            if (left > 0 && left < length)
                _queue.AddRest(frames.Slice(at + length - left, left));
            if (left < length || _queue.TryAdd(frames.Slice(at, length), nowUs))
            {
                taken++;
                bytes += length;
            }

            at += length;
        }

        if (!hadWaited && !_queue.IsEmpty)
            _poller?.Change(Descriptor, writes: true);
        return taken;
    }

    /// <summary>Sends what has waited, as far as there is room now.</summary>
    public void SendWaiting()
    {
        if (_queue is null)
            return;
        var nowUs = MonotonicClock.NowUs;
        for (var next = _queue.Next(nowUs); !next.IsEmpty; next = _queue.Next(nowUs))
        {
            var sent = Write(next);
            if (sent < 0)
                return;
            _queue.Advance(sent);
            if (sent < next.Length)
                return;
        }

        _poller?.Change(Descriptor, writes: false);
    }

    public void Dispose()
    {
        if (Descriptor < 0)
            return;
        if (IsRefused)
        {
            // struct linger: on, no seconds. The system then keeps nothing of it.
            var linger = stackalloc int[2] { 1, 0 };
            _ = Libc.SetSocketOption(Descriptor, Libc.SolSocket, Libc.SoLinger, linger, 2 * sizeof(int));
        }

        _ = Libc.Close(Descriptor);
        Descriptor = -1;
        _budget.ReturnForConnection();
        _queue?.Clear();
    }

    /// <returns>How many bytes the system took; -1 when the connection is at its end.</returns>
    private int Write(ReadOnlySpan<byte> from)
    {
        fixed (byte* bytes = from)
        {
            for (; ; )
            {
                var count = Libc.Send(Descriptor, bytes, from.Length, Libc.MsgDontWait | Libc.MsgNoSignal);
                if (count >= 0)
                    return (int)count;
                var error = Marshal.GetLastPInvokeError();
                if (error == Libc.ErrorInterrupted)
                    continue;
                if (error is Libc.ErrorAgain or Libc.ErrorNoBuffers)
                    return 0;
                _ending?.Invoke(this);
                return -1;
            }
        }
    }
}
