// Keyset paging: a cursor is the sort key of the last row of a page, opaque to clients.
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Parley.Data;

/// <summary>A place in an ordered list: the sort key (milliseconds or an event number) and the row's id.</summary>
/// <param name="Key">The sort key.</param>
/// <param name="Id">The tie-breaker.</param>
public readonly record struct Cursor(long Key, Guid Id)
{
    private const int PayloadBytes = 24;
    private const int ChecksumBytes = 4;

    /// <summary>Writes the cursor as base64url.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[PayloadBytes + ChecksumBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Key);
        Id.TryWriteBytes(bytes[8..PayloadBytes], bigEndian: true, out _);
        Checksum(bytes[..PayloadBytes], bytes[PayloadBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a cursor; false for anything that <see cref="ToString"/> did not write, which is a validation error of the request.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Cursor cursor)
    {
        cursor = default;
        if (text is null || text.Length != Base64Url.GetEncodedLength(PayloadBytes + ChecksumBytes) || !Base64Url.IsValid(text))
            return false;
        Span<byte> bytes = stackalloc byte[PayloadBytes + ChecksumBytes];
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != bytes.Length)
            return false;
        Span<byte> checksum = stackalloc byte[ChecksumBytes];
        Checksum(bytes[..PayloadBytes], checksum);
        if (!checksum.SequenceEqual(bytes[PayloadBytes..]))
            return false;
        cursor = new Cursor(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes[8..PayloadBytes], bigEndian: true));
        return true;
    }

    /// <summary>Finds slips, not forgers: a cursor opens nothing that its bearer could not list anyway.</summary>
    private static void Checksum(ReadOnlySpan<byte> payload, Span<byte> checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(payload, hash);
        hash[..ChecksumBytes].CopyTo(checksum);
    }
}

/// <summary>What a client asks of a list.</summary>
/// <param name="Limit">How many rows at most, 1 to 100.</param>
/// <param name="After">Where the page before ended; null for the first page.</param>
public readonly record struct PageRequest(int Limit, Cursor? After = null)
{
    /// <summary>The limit when none is named.</summary>
    public const int DefaultLimit = 20;

    /// <summary>The highest limit.</summary>
    public const int MaxLimit = 100;

    /// <summary>One more than the limit, which tells whether another page follows.</summary>
    internal int Take => Limit + 1;

    /// <summary>The sort key below which a descending list goes on.</summary>
    internal long KeyBelow => After?.Key ?? long.MaxValue;

    /// <summary>The sort key above which an ascending list goes on.</summary>
    internal long KeyAbove => After?.Key ?? long.MinValue;

    /// <summary>The tie-breaker; at the ends of the key's range it decides nothing.</summary>
    internal string Id => (After?.Id ?? Guid.Empty).ToString("D");
}

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The rows.</typeparam>
/// <param name="Items">The rows.</param>
/// <param name="Next">Where the next page begins; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, Cursor? Next);

/// <summary>Cuts a page from the rows that were read.</summary>
internal static class Paging
{
    public static Page<T> Cut<T>(IReadOnlyList<T> rows, PageRequest request, Func<T, Cursor> cursor)
    {
        if (rows.Count <= request.Limit)
            return new Page<T>(rows, null);
        var items = rows.Take(request.Limit).ToList();
        return new Page<T>(items, cursor(items[^1]));
    }
}
