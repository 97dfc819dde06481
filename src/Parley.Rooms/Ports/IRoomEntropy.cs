// Where a room's ids and secrets come from: the system in the product, a seed in tests.
namespace Parley.Rooms;

/// <summary>Ids and randomness.</summary>
public interface IRoomEntropy
{
    /// <summary>A new UUIDv7 (RFC 9562 §5.7) at a time.</summary>
    Guid NewId(DateTimeOffset now);

    /// <summary>Fills with unpredictable bytes.</summary>
    void Fill(Span<byte> bytes);
}
