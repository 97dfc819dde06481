// Reads the dependency descriptors of one stream, each understood by the structure that came before it. RTP payload format for AV1, appendix A.8.
namespace Parley.Media.Codecs;

/// <summary>Keeps the last structures of a stream: whoever reads it later has yet to understand frames by those before the newest. Reading allocates nothing after the first ones.</summary>
internal sealed class DependencyReader
{
    /// <summary>Structures kept. They come with keyframes, so that this is longer than any packet waits to be read.</summary>
    private const int Kept = 4;

    private readonly DependencyStructure?[] _structures = new DependencyStructure?[Kept];
    private DependencyStructure? _current;
    private byte _numberOfCurrent;
    private byte _next;
    private ushort _frameOfStructure;

    /// <summary>The structure by which frames are understood now; null before the first.</summary>
    public DependencyStructure? Structure => _current;

    /// <summary>The number of the structure by which the last descriptor was understood, for as long as it is kept.</summary>
    public byte Last { get; private set; }

    /// <summary>A structure by its number; null when there was none.</summary>
    public DependencyStructure? this[byte number] => number < Kept ? _structures[number] : null;

    /// <summary>What comes next is of another source: it is not understood before its own structure has come.</summary>
    public void BeginSource() => _current = null;

    /// <summary>
    /// Reads a descriptor, and takes over its structure if it brings a newer one. False when it is cut off, broken, or refers to a template that is not known; nothing
    /// has changed then.
    /// </summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out DependencyDescriptor descriptor)
    {
        descriptor = default;
        if (bytes.Length < DependencyDescriptor.MandatoryLength)
            return false;
        var bits = new BitReader(bytes);
        var flags = (byte)((bits.ReadFlag() ? DependencyDescriptor.Starts : 0) | (bits.ReadFlag() ? DependencyDescriptor.Ends : 0));
        var templateId = (byte)bits.Read(6);
        var frameNumber = (ushort)bits.Read(16);
        bool hasCustomIndications = false, hasCustomDifferences = false, hasCustomChains = false, saysActiveTargets = false;
        var (structure, number) = (_current, _numberOfCurrent);
        if (bytes.Length > DependencyDescriptor.MandatoryLength)
        {
            if (bits.ReadFlag())
                flags |= DependencyDescriptor.Structure;
            saysActiveTargets = bits.ReadFlag();
            hasCustomIndications = bits.ReadFlag();
            hasCustomDifferences = bits.ReadFlag();
            hasCustomChains = bits.ReadFlag();
            if ((flags & DependencyDescriptor.Structure) != 0)
            {
                number = _next;
                structure = _structures[number] ??= new DependencyStructure();
                if (!structure.TryRead(ref bits))
                    return false;
            }
        }

        if (structure is null || !structure.TryFind(templateId, out var frame))
            return false;
        // Those that the sender does not produce any more do not come: whoever forwards what comes need not know.
        if (saysActiveTargets)
            _ = bits.Read(structure.DecodeTargets);
        if (hasCustomIndications)
            frame.Indications = ReadIndications(ref bits, structure.DecodeTargets);
        if (hasCustomDifferences && ReadDifferences(ref bits, out frame.Differences))
            flags |= DependencyDescriptor.RefersFarther;
        // By chains a receiver sees whether it misses anything; whoever forwards sees that by the sequence numbers.
        for (var chain = 0; hasCustomChains && chain < structure.Chains; chain++)
            _ = bits.Read(8);
        if (bits.IsPastEnd)
            return false;
        Take(structure, number, frameNumber);
        descriptor = new DependencyDescriptor(flags, templateId, frameNumber, frame, structure.DecodeTargets);
        return true;
    }

    private static ulong ReadIndications(ref BitReader bits, int targets)
    {
        ulong indications = 0;
        for (var target = 0; target < targets; target++)
            indications |= (ulong)bits.Read(2) << 2 * target;
        return indications;
    }

    /// <summary>True when a difference was more than 64.</summary>
    private static bool ReadDifferences(ref BitReader bits, out ulong differences)
    {
        differences = 0;
        var isFarther = false;
        while (bits.Read(2) is var size and > 0 && !bits.IsPastEnd)
        {
            var lessOne = bits.Read(4 * (int)size);
            if (lessOne < 64)
                differences |= 1UL << (int)lessOne;
            else
                isFarther = true;
        }

        return isFarther;
    }

    // A retransmitted keyframe may come after a later one: it is understood by its own structure, which does not replace the newer.
    private void Take(DependencyStructure structure, byte number, ushort frameNumber)
    {
        Last = number;
        if (structure == _current)
            return;
        if (_current is null || (short)(frameNumber - _frameOfStructure) >= 0)
            (_current, _numberOfCurrent, _frameOfStructure) = (structure, number, frameNumber);
        // The place after it, but for that of the newest.
        _next = (byte)((number + 1) % Kept);
        if (_next == _numberOfCurrent)
            _next = (byte)((_next + 1) % Kept);
    }
}
