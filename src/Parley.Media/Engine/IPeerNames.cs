// The names by which connectivity checks find their peer, beyond one engine.
namespace Parley.Media.Engine;

/// <summary>
/// Told of every name of an engine's peers, so that what arrives at one engine of several can be taken to the one that knows it. Called on the engine's thread.
/// </summary>
public interface IPeerNames
{
    /// <summary>A peer has this user name fragment from now on. False when another engine's peer has it.</summary>
    bool TryAdd(string ufrag);

    /// <summary>It has it no more.</summary>
    void Remove(string ufrag);
}
