// Randomness that a test can repeat.
using Parley.Media.Engine;

namespace Parley.Media.Tests.Sdp;

internal sealed class SeededRandom(int seed) : IMediaRandom
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> bytes) => _random.NextBytes(bytes);
}
