// Failures of start-up that the person who starts the server can mend: shown as a sentence, never as a stack trace.
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Composition;

/// <summary>The configuration has mistakes.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception("The configuration has mistakes:\n" + string.Join('\n', problems.Select(problem => $"  {problem}")))
{
    /// <summary>Each mistake.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}

/// <summary>Something that the server needs is not there.</summary>
public sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
