// What a server under test has written to its log.
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Parley.Server.Tests.Hosting;

internal sealed record LogLine(int Event, LogLevel Level, string Text, Exception? Failure);

/// <summary>Keeps every line.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<LogLine> Written { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Written.Enqueue(new LogLine(eventId.Id, logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
