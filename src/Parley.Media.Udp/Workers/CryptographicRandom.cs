// Randomness of production.
using System.Security.Cryptography;
using Parley.Media.Engine;

namespace Parley.Media.Udp.Workers;

/// <summary>The system's cryptographic random numbers.</summary>
public sealed class CryptographicRandom : IMediaRandom
{
    /// <inheritdoc/>
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
