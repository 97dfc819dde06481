// What a connection received: answers go to who asked, events wait in order until somebody takes them.
using Parley.Protocol;

namespace Parley.Client;

/// <summary>The received messages of one connection.</summary>
internal sealed class Inbox
{
    private readonly Lock _gate = new();
    private readonly List<ServerMessage> _events = [];
    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<string, TaskCompletionSource<ServerMessage>> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource<ConnectionClose> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ConnectionClose> Closed => _closed.Task;

    public Task<ServerMessage> ExpectAnswer(string id)
    {
        lock (_gate)
        {
            var source = new TaskCompletionSource<ServerMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_closed.Task.IsCompleted)
                source.SetException(Ended());
            else
                _answers[id] = source;
            return source.Task;
        }
    }

    public void ForgetAnswer(string id)
    {
        lock (_gate)
            _answers.Remove(id);
    }

    public Task<ServerMessage> ExpectEvent(Func<ServerMessage, bool> match, out Action withdraw)
    {
        lock (_gate)
        {
            withdraw = static () => { };
            var index = _events.FindIndex(message => match(message));
            if (index >= 0)
            {
                var found = _events[index];
                _events.RemoveAt(index);
                return Task.FromResult(found);
            }

            var waiter = new Waiter(match);
            if (_closed.Task.IsCompleted)
            {
                waiter.Source.SetException(Ended());
            }
            else
            {
                _waiters.Add(waiter);
                withdraw = () => Withdraw(waiter);
            }

            return waiter.Source.Task;
        }
    }

    public void Add(ServerMessage message)
    {
        lock (_gate)
        {
            if (message.Id is { } id && _answers.Remove(id, out var answer))
            {
                answer.SetResult(message);
                return;
            }

            var waiter = _waiters.Find(candidate => candidate.Match(message));
            if (waiter is null)
            {
                _events.Add(message);
                return;
            }

            _waiters.Remove(waiter);
            waiter.Source.SetResult(message);
        }
    }

    public void Close(ConnectionClose close)
    {
        lock (_gate)
        {
            _closed.SetResult(close);
            foreach (var waiter in _waiters)
                waiter.Source.SetException(Ended());
            foreach (var answer in _answers.Values)
                answer.SetException(Ended());
            _waiters.Clear();
            _answers.Clear();
        }
    }

    public IReadOnlyList<ServerMessage> Snapshot()
    {
        lock (_gate)
            return [.. _events];
    }

    public string Describe()
    {
        lock (_gate)
            return _events.Count == 0 ? "Nothing else is waiting." : $"Waiting: {string.Join(", ", _events.Select(message => message.Type))}.";
    }

    private void Withdraw(Waiter waiter)
    {
        lock (_gate)
            _waiters.Remove(waiter);
    }

    private SignalingException Ended()
    {
        var close = _closed.Task.Result;
        return new SignalingException($"The connection ended with {close.Code} {close.Reason}.");
    }

    private sealed class Waiter(Func<ServerMessage, bool> match)
    {
        public Func<ServerMessage, bool> Match { get; } = match;

        public TaskCompletionSource<ServerMessage> Source { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
