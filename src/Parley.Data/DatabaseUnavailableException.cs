// The one failure of a database that is nobody's mistake: REST answers 503, readiness goes false, a room retries.
namespace Parley.Data;

/// <summary>The database could not be reached, is overloaded, or lost its disk. What was asked for may be asked again.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>Names the reason.</summary>
    public DatabaseUnavailableException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
