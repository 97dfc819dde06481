// Ids and secrets of rooms from the system's generator.
using System.Security.Cryptography;
using Parley.Rooms;

namespace Parley.Server.Signaling.Rooms;

/// <inheritdoc cref="IRoomEntropy"/>
internal sealed class SystemEntropy : IRoomEntropy
{
    /// <inheritdoc/>
    public Guid NewId(DateTimeOffset now) => Guid.CreateVersion7(now);

    /// <inheritdoc/>
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
