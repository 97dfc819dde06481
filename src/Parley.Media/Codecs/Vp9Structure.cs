// The layers of a VP9 stream and their sizes, as a keyframe says them. RFC 9628 §4.2.1.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Parley.Media.Codecs;

/// <summary>A scalability structure.</summary>
internal struct Vp9Structure
{
    private const int MaxLayers = 8;

    private Sizes _widths;
    private Sizes _heights;

    /// <summary>Spatial layers, 1 to 8.</summary>
    public int SpatialLayers { get; private set; }

    /// <summary>True when the sizes of the layers are said.</summary>
    public bool HasSizes { get; private set; }

    /// <summary>Pictures of the group by which frames depend on each other outside of flexible mode; 0 when it is not said.</summary>
    public int GroupLength { get; private set; }

    public readonly int Width(int layer) => _widths[layer];

    public readonly int Height(int layer) => _heights[layer];

    /// <summary>Reads the structure of a packet; false when it has none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, in Vp9Descriptor descriptor, out Vp9Structure structure)
    {
        structure = default;
        if (!descriptor.HasStructure || payload.Length < descriptor.Length)
            return false;
        // Everything is there: the descriptor was read.
        int at = descriptor.StructureAt;
        var head = payload[at++];
        structure.SpatialLayers = (head >> 5) + 1;
        structure.HasSizes = (head & 0x10) != 0;
        for (var layer = 0; structure.HasSizes && layer < structure.SpatialLayers; layer++, at += 4)
        {
            structure._widths[layer] = BinaryPrimitives.ReadUInt16BigEndian(payload[at..]);
            structure._heights[layer] = BinaryPrimitives.ReadUInt16BigEndian(payload[(at + 2)..]);
        }

        if ((head & 0x08) != 0)
            structure.GroupLength = payload[at];
        return true;
    }

    /// <summary>Passes over a structure; false when it is cut off.</summary>
    internal static bool TrySkip(ReadOnlySpan<byte> payload, ref int at)
    {
        if (at >= payload.Length)
            return false;
        var head = payload[at++];
        if ((head & 0x10) != 0)
            at += 4 * ((head >> 5) + 1);
        if ((head & 0x08) != 0)
        {
            if (at >= payload.Length)
                return false;
            for (int pictures = payload[at++]; pictures > 0; pictures--)
            {
                if (at >= payload.Length)
                    return false;
                at += 1 + (payload[at] >> 2 & 3);
            }
        }

        return at <= payload.Length;
    }

    [InlineArray(MaxLayers)]
    private struct Sizes
    {
        private ushort _first;
    }
}
