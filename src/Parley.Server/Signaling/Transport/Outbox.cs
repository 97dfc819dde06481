// What a connection still has to send: a bounded queue with one writer, which is whoever enqueues while nobody writes. It never waits for the peer.
using System.Buffers;
using System.IO.Pipelines;

namespace Parley.Server.Signaling.Transport;

/// <summary>What became of a frame that was to be sent.</summary>
internal enum OutboxResult
{
    /// <summary>It is written or queued.</summary>
    Accepted,

    /// <summary>The connection is ending; the frame is dropped.</summary>
    Closed,

    /// <summary>The queue would hold more than it may. Everything queued was dropped.</summary>
    Overflowed,
}

/// <summary>The outgoing side of a connection.</summary>
/// <param name="output">Borrowed; written to by one thread at a time.</param>
/// <param name="capacityBytes">How many bytes may be queued behind the write under way.</param>
internal sealed class Outbox(PipeWriter output, int capacityBytes)
{
    // One flush carries at most this much of the queue, so that a batch fits the transport's own buffer.
    private const int BatchBytes = 32 * 1024;
    private const int FirstSlots = 4;

    // The lock guards the fields below; it is held for a few instructions and never while writing.
    private readonly Lock _gate = new();
    private Frame[]? _slots; // a ring, made when a frame first has to wait
    private int _first;
    private int _count;
    private int _queuedBytes;
    private State _state;
    private bool _writing;
    private TaskCompletionSource? _idle;

    private enum State : byte
    {
        Open,
        Closing, // the close frame is the last one queued
        Closed,
    }

    /// <summary>Sends a frame, at once when nobody is writing.</summary>
    /// <param name="opcode">Its kind.</param>
    /// <param name="payload">Borrowed until written; never changed.</param>
    public OutboxResult Send(FrameOpcode opcode, ReadOnlyMemory<byte> payload)
    {
        var frame = new Frame(payload, opcode);
        lock (_gate)
        {
            if (_state != State.Open)
                return OutboxResult.Closed;
            if (_writing)
            {
                if (_queuedBytes + frame.Bytes > capacityBytes)
                {
                    Clear();
                    return OutboxResult.Overflowed;
                }

                Push(frame);
                return OutboxResult.Accepted;
            }

            _writing = true;
        }

        Write(frame);
        return OutboxResult.Accepted;
    }

    /// <summary>Sends a close frame behind what is queued; nothing is sent after it. False when the end was begun before.</summary>
    public bool SendClose(ReadOnlyMemory<byte> payload)
    {
        var frame = new Frame(payload, FrameOpcode.Close);
        lock (_gate)
        {
            if (_state != State.Open)
                return false;
            _state = State.Closing;
            if (_writing)
            {
                Push(frame);
                return true;
            }

            _writing = true;
        }

        Write(frame);
        return true;
    }

    /// <summary>Drops what is queued and completes when no write is under way: from then on the stream is no longer touched.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _state = State.Closed;
            Clear();
            if (!_writing)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void Write(Frame frame)
    {
        ValueTask<FlushResult> flush;
        try
        {
            frame.WriteTo(output);
            flush = output.FlushAsync();
            while (flush.IsCompleted)
            {
                if (flush.GetAwaiter().GetResult().IsCompleted)
                {
                    Fail();
                    return;
                }

                if (!TryFill())
                    return;
                flush = output.FlushAsync();
            }
        }
        catch (Exception exception) when (IsGone(exception))
        {
            Fail();
            return;
        }

        _ = ContinueAsync(flush);
    }

    private async Task ContinueAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (!(await flush).IsCompleted)
            {
                if (!TryFill())
                    return;
                flush = output.FlushAsync();
            }

            Fail();
        }
        catch (Exception exception) when (IsGone(exception))
        {
            Fail();
        }
    }

    // Gathers as many queued frames as one flush should carry; ends the writing when none is left.
    private bool TryFill()
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                EndWriting();
                return false;
            }

            var bytes = 0;
            do
                bytes += Pop().WriteTo(output);
            while (_count > 0 && bytes + _slots![_first].Bytes <= BatchBytes);
            return true;
        }
    }

    // The other side takes nothing more.
    private void Fail()
    {
        lock (_gate)
        {
            _state = State.Closed;
            Clear();
            EndWriting();
        }
    }

    private void EndWriting()
    {
        _writing = false;
        _slots = null; // an idle connection holds no queue
        _idle?.SetResult();
        _idle = null;
    }

    private void Push(Frame frame)
    {
        _slots ??= new Frame[FirstSlots];
        if (_count == _slots.Length)
        {
            var larger = new Frame[2 * _count];
            for (var i = 0; i < _count; i++)
                larger[i] = _slots[(_first + i) % _count];
            _slots = larger;
            _first = 0;
        }

        _slots[(_first + _count++) % _slots.Length] = frame;
        _queuedBytes += frame.Bytes;
    }

    private Frame Pop()
    {
        ref var slot = ref _slots![_first];
        var frame = slot;
        slot = default;
        _first = (_first + 1) % _slots.Length;
        _count--;
        _queuedBytes -= frame.Bytes;
        return frame;
    }

    private void Clear()
    {
        _slots = null;
        _first = _count = _queuedBytes = 0;
    }

    // What a pipe or the stream under it throws when its connection is gone or was aborted.
    private static bool IsGone(Exception exception) => exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    private readonly struct Frame(ReadOnlyMemory<byte> payload, FrameOpcode opcode)
    {
        public int Bytes => FrameHeader.ServerBytes(payload.Length) + payload.Length;

        public int WriteTo(PipeWriter output)
        {
            var header = FrameHeader.WriteServer(output.GetSpan(FrameHeader.MaxServerBytes), opcode, payload.Length);
            output.Advance(header);
            output.Write(payload.Span);
            return header + payload.Length;
        }
    }
}
