// Frames that a connection did not take yet. Bounded in bytes and in age: what is too much, or too old, is dropped in whole frames.
using System.Buffers;

namespace Parley.Media.Udp.Tcp;

/// <summary>A ring of whole frames, and the rest of the one that has left in part. It has memory only while something waits.</summary>
/// <param name="maxBytes">More do not wait.</param>
/// <param name="maxAgeUs">None waits longer.</param>
/// <param name="counters">Where drops are counted.</param>
internal sealed class FrameQueue(int maxBytes, long maxAgeUs, TcpCounters counters)
{
    private readonly Queue<(int Length, long SinceUs)> _frames = new();
    private byte[]? _ring;
    private byte[]? _torn;
    private int _tornStart;
    private int _tornEnd;
    private int _start;
    private int _bytes;

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => _torn is null && _frames.Count == 0;

    /// <summary>Bytes that wait, without the rest of a frame that has begun to leave.</summary>
    public int Bytes => _bytes;

    /// <summary>Keeps the rest of a frame whose beginning has left: it must follow, whatever is dropped. Nothing else may wait.</summary>
    public void AddRest(ReadOnlySpan<byte> rest)
    {
        _torn = ArrayPool<byte>.Shared.Rent(rest.Length);
        rest.CopyTo(_torn);
        (_tornStart, _tornEnd) = (0, rest.Length);
    }

    /// <summary>Adds a frame. False when there is no room for it.</summary>
    public bool TryAdd(ReadOnlySpan<byte> frame, long nowUs)
    {
        DropOld(nowUs);
        if (_bytes + frame.Length > maxBytes)
        {
            counters.DroppedFull++;
            return false;
        }

        _ring ??= ArrayPool<byte>.Shared.Rent(maxBytes);
        var end = (_start + _bytes) % maxBytes;
        var first = Math.Min(frame.Length, maxBytes - end);
        frame[..first].CopyTo(_ring.AsSpan(end));
        frame[first..].CopyTo(_ring);
        _frames.Enqueue((frame.Length, nowUs));
        _bytes += frame.Length;
        return true;
    }

    /// <summary>The bytes that are to leave next, as far as they lie together; empty when nothing waits.</summary>
    public ReadOnlySpan<byte> Next(long nowUs)
    {
        if (_torn is not null)
            return _torn.AsSpan(_tornStart, _tornEnd - _tornStart);
        DropOld(nowUs);
        return _ring is null ? default : _ring.AsSpan(_start, Math.Min(_bytes, maxBytes - _start));
    }

    /// <summary>So many bytes of <see cref="Next"/> have left.</summary>
    public void Advance(int count)
    {
        if (_torn is not null)
        {
            _tornStart += count;
            if (_tornStart == _tornEnd)
                FreeRest();
            return;
        }

        while (count > 0)
        {
            var length = _frames.Peek().Length;
            if (length > count)
            {
                Tear(length, count);
                return;
            }

            RemoveFirst();
            count -= length;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        while (_frames.Count > 0)
            RemoveFirst();
        FreeRest();
    }

    // The frame has left in part: its rest moves aside, so that those behind it can still be dropped.
    private void Tear(int length, int sent)
    {
        Span<byte> rest = stackalloc byte[length];
        var first = Math.Min(length, maxBytes - _start);
        _ring.AsSpan(_start, first).CopyTo(rest);
        _ring.AsSpan(0, length - first).CopyTo(rest[first..]);
        RemoveFirst();
        AddRest(rest[sent..]);
    }

    private void DropOld(long nowUs)
    {
        while (_frames.TryPeek(out var first) && nowUs - first.SinceUs > maxAgeUs)
        {
            RemoveFirst();
            counters.DroppedOld++;
        }
    }

    private void RemoveFirst()
    {
        var length = _frames.Dequeue().Length;
        _start = (_start + length) % maxBytes;
        _bytes -= length;
        if (_bytes > 0 || _ring is null)
            return;
        ArrayPool<byte>.Shared.Return(_ring);
        _ring = null;
        _start = 0;
    }

    private void FreeRest()
    {
        if (_torn is null)
            return;
        ArrayPool<byte>.Shared.Return(_torn);
        _torn = null;
    }
}
