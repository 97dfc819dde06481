// Randomness is given to the engine, so that a whole call can be repeated from a seed.
namespace Parley.Media.Engine;

/// <summary>A source of random bytes; a cryptographic one in production.</summary>
public interface IMediaRandom
{
    /// <summary>Fills the span.</summary>
    void Fill(Span<byte> bytes);
}
