// Which id stands for which header extension on one transport. RFC 8285 §5: with BUNDLE an id means the same in every section.
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Parley.Media.Rtp;

/// <summary>Ids of header extensions, both ways. Immutable.</summary>
public sealed class HeaderExtensionMap
{
    /// <summary>No extension at all.</summary>
    public static readonly HeaderExtensionMap Empty = new([]);

    private readonly HeaderExtension[] _byId = new HeaderExtension[256];
    // Within the object: it is asked for every packet that is sent, to somebody else each time, and an array would be one more place to wait for.
    private readonly Ids _ids;

    /// <summary>Makes a map. Of two entries for one id or one extension the first counts.</summary>
    /// <param name="entries">Ids from 1 to 255 with what they stand for; others are left out.</param>
    public HeaderExtensionMap(IEnumerable<(byte Id, HeaderExtension Extension)> entries)
    {
        var taken = ImmutableArray.CreateBuilder<(byte, HeaderExtension)>();
        foreach (var (id, extension) in entries)
        {
            if (id == 0 || extension == HeaderExtension.None || _byId[id] != HeaderExtension.None || _ids[(int)extension] != 0)
                continue;
            _byId[id] = extension;
            _ids[(int)extension] = id;
            taken.Add((id, extension));
        }

        Entries = taken.ToImmutable();
        HasLongIds = Entries.Any(static entry => entry.Id > 14);
    }

    /// <summary>What is in the map, in its order.</summary>
    public ImmutableArray<(byte Id, HeaderExtension Extension)> Entries { get; }

    /// <summary>True when an id is too high for the one-byte form (RFC 8285 §4.2).</summary>
    internal bool HasLongIds { get; }

    /// <summary>The extension of an id, or <see cref="HeaderExtension.None"/>.</summary>
    public HeaderExtension this[byte id] => _byId[id];

    /// <summary>The id of an extension; 0 when it was not negotiated.</summary>
    public byte IdOf(HeaderExtension extension) => _ids[(int)extension];

    [InlineArray((int)HeaderExtension.ColorSpace + 1)]
    private struct Ids
    {
        private byte _first;
    }
}
