// Latency and processor time of relayed messages: pairs, an even rhythm, the time of sending inside the payload.
using System.Buffers.Text;
using System.Diagnostics;
using System.Text;
using Parley.Bench.Load;
using Parley.Bench.Peers;

namespace Parley.Bench.Measurements;

/// <summary>One run's outcome.</summary>
internal sealed record RelayResult(double P50, double P99, double P999, double CpuMicroseconds, double PerSecond);

/// <summary>1,000 pairs at 10,000 messages a second, 200 bytes of payload each.</summary>
internal static class RelayLatency
{
    private const string Mark = "candidate:BENCH-";
    private const int StampDigits = 19;
    private const int PayloadBytes = 200;
    private static readonly byte[] MarkBytes = Encoding.ASCII.GetBytes(Mark);

    public static async Task<RelayResult> MeasureAsync(Func<Peer> create, int pairs, int perSecond, TimeSpan warmUp, TimeSpan duration)
    {
        await using var peer = create();
        await peer.StartAsync();
        using var crowd = await Crowd.GatherAsync(peer, pairs, people: 2);
        Histogram? histogram = null;
        var received = 0L;
        void Receive(ReadOnlySpan<byte> text)
        {
            var now = Stopwatch.GetTimestamp();
            var at = text.IndexOf(MarkBytes);
            if (at < 0 || !Utf8Parser.TryParse(text.Slice(at + MarkBytes.Length, StampDigits), out long sent, out _))
                return;
            Interlocked.Increment(ref received);
            Volatile.Read(ref histogram)?.Add(now - sent);
        }

        var senders = crowd.Rooms.SelectMany(pair => new[] { new Sender(peer, pair[0], pair[1].Id), new Sender(peer, pair[1], pair[0].Id) }).ToArray();
        foreach (var pair in crowd.Rooms)
        {
            foreach (var participant in pair)
                participant.Connection.Received = Receive;
        }

        await Task.Run(() => Send(senders, perSecond, warmUp));
        await Task.Delay(500);
        var (cpuBefore, receivedBefore, measured) = (peer.ProcessorTime, Interlocked.Read(ref received), new Histogram());
        Volatile.Write(ref histogram, measured);
        var started = Stopwatch.GetTimestamp();
        await Task.Run(() => Send(senders, perSecond, duration));
        var elapsed = Stopwatch.GetElapsedTime(started);
        await Task.Delay(1000);
        var relayed = Interlocked.Read(ref received) - receivedBefore;
        crowd.AssertWhole();
        var cpu = peer.ProcessorTime - cpuBefore;
        return new RelayResult(measured.Percentile(0.5), measured.Percentile(0.99), measured.Percentile(0.999),
            cpu.TotalMicroseconds / Math.Max(1, relayed), relayed / elapsed.TotalSeconds);
    }

    /// <summary>Every millisecond what is due by then; what is late is sent at once, with the time at which it is really sent.</summary>
    private static void Send(Sender[] senders, int perSecond, TimeSpan duration)
    {
        var interval = Stopwatch.Frequency / (double)perSecond;
        var start = Stopwatch.GetTimestamp();
        var total = (long)(perSecond * duration.TotalSeconds);
        for (long sent = 0; sent < total;)
        {
            var now = Stopwatch.GetTimestamp();
            var due = Math.Min(total, (long)((now - start) / interval));
            for (; sent < due; sent++)
                senders[sent % senders.Length].Send(Stopwatch.GetTimestamp());
            Thread.Sleep(1);
        }
    }

    /// <summary>A prepared frame into which only the time is written.</summary>
    private sealed class Sender
    {
        private readonly Participant _from;
        private readonly byte[] _frame;
        private readonly int _stampAt;

        public Sender(Peer peer, Participant from, string to)
        {
            const string tail = "\",\"sdpMid\":\"0\"}";
            var head = $$"""{"candidate":"{{Mark}}{{new string('0', StampDigits)}} """;
            var payload = head + new string('x', PayloadBytes - head.Length - tail.Length) + tail;
            _from = from;
            _frame = LoadConnection.Frame(Encoding.UTF8.GetBytes(peer.Relay(to, payload)));
            _stampAt = _frame.AsSpan().IndexOf(MarkBytes) + MarkBytes.Length;
        }

        public void Send(long stamp)
        {
            stamp.TryFormat(_frame.AsSpan(_stampAt, StampDigits), out _, "D19", System.Globalization.CultureInfo.InvariantCulture);
            _from.Connection.SendFrame(_frame);
        }
    }
}
