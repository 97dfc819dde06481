// Somebody in a room of a server under test.
namespace Parley.Bench.Load;

/// <summary>An open connection that has joined.</summary>
/// <param name="Connection">The socket.</param>
/// <param name="Id">The id that others address.</param>
/// <param name="JoinedIn">From asking to enter to the answer; the connection was open before.</param>
internal sealed record Participant(LoadConnection Connection, string Id, TimeSpan JoinedIn) : IDisposable
{
    public void Dispose() => Connection.Dispose();
}
