// The errors of history.
using Parley.Server.Composition.Http;

namespace Parley.Server.Features.History;

/// <summary>Errors under /api/call-logs.</summary>
internal static class Errors
{
    public static Problem CallLogNotFound { get; } = new(404, "call_log_not_found", "There is no such entry in your history.");
}
