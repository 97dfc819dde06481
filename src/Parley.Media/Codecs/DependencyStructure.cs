// The templates by which the frames of a stream say what they depend on, and the decode targets they serve. RTP payload format for AV1, appendix A.8.2.
using System.Runtime.CompilerServices;

namespace Parley.Media.Codecs;

/// <summary>What a frame is to a decode target.</summary>
internal enum DecodeTargetIndication : byte
{
    /// <summary>It is no part of the target.</summary>
    NotPresent,

    /// <summary>Nothing of the target refers to it: it may be dropped.</summary>
    Discardable,

    /// <summary>One may begin to decode the target here, when the targets below were decoded so far.</summary>
    Switch,

    /// <summary>Others of the target refer to it.</summary>
    Required,
}

/// <summary>A template structure. Filled in place when a keyframe brings another, so that reading allocates nothing.</summary>
internal sealed class DependencyStructure
{
    public const int MaxTemplates = 64;
    public const int MaxDecodeTargets = 32;
    public const int MaxSpatialLayers = 4;
    public const int MaxTemporalLayers = 8;

    private readonly Template[] _templates = new Template[MaxTemplates];
    private readonly byte[] _targetSpatialIds = new byte[MaxDecodeTargets];
    private readonly byte[] _targetTemporalIds = new byte[MaxDecodeTargets];

    /// <summary>The template id of the first template.</summary>
    public int TemplateIdOffset { get; private set; }

    public int Templates { get; private set; }

    /// <summary>Decode targets, 1 to 32. Encoders list them from the best to the least.</summary>
    public int DecodeTargets { get; private set; }

    /// <summary>Chains; 0 when the stream has none.</summary>
    public int Chains { get; private set; }

    /// <summary>Spatial layers, 1 to 4.</summary>
    public int SpatialLayers { get; private set; }

    /// <summary>The highest spatial layer of a decode target.</summary>
    public int SpatialIdOf(int target) => _targetSpatialIds[target];

    /// <summary>The highest temporal layer of a decode target.</summary>
    public int TemporalIdOf(int target) => _targetTemporalIds[target];

    /// <summary>The best decode target within limits: the highest spatial layer first, then the highest temporal one; the least target when none is.</summary>
    public int BestTarget(int spatialId, int temporalId)
    {
        var best = -1;
        var least = 0;
        for (var target = 0; target < DecodeTargets; target++)
        {
            if (IsAbove(least, target))
                least = target;
            if (_targetSpatialIds[target] <= spatialId && _targetTemporalIds[target] <= temporalId && (best < 0 || IsAbove(target, best)))
                best = target;
        }

        return best < 0 ? least : best;
    }

    /// <summary>True when whoever decoded a target so far has everything that another one builds on: one may go over between two pictures.</summary>
    public bool Includes(int target, int other)
    {
        for (var i = 0; i < Templates; i++)
        {
            if (IsPresent(i, other) && !IsPresent(i, target))
                return false;
        }

        return true;
    }

    private bool IsPresent(int template, int target) =>
        (_templates[template].Indications >> 2 * target & 3) != (ulong)DecodeTargetIndication.NotPresent;

    private bool IsAbove(int target, int other) =>
        (_targetSpatialIds[target], _targetTemporalIds[target]).CompareTo((_targetSpatialIds[other], _targetTemporalIds[other])) > 0;

    /// <summary>The template behind an id; false when there is none.</summary>
    internal bool TryFind(int templateId, out Template template)
    {
        var index = templateId + MaxTemplates - TemplateIdOffset & MaxTemplates - 1;
        template = index < Templates ? _templates[index] : default;
        return index < Templates;
    }

    /// <summary>Reads a structure. On false the content is of no use.</summary>
    internal bool TryRead(ref BitReader bits)
    {
        TemplateIdOffset = (int)bits.Read(6);
        DecodeTargets = (int)bits.Read(5) + 1;
        if (!TryReadLayers(ref bits))
            return false;
        for (var i = 0; i < Templates; i++)
        {
            ulong indications = 0;
            for (var target = 0; target < DecodeTargets; target++)
                indications |= (ulong)bits.Read(2) << 2 * target;
            _templates[i].Indications = indications;
        }

        for (var i = 0; i < Templates; i++)
        {
            ulong differences = 0;
            while (bits.ReadFlag() && !bits.IsPastEnd)
                differences |= 1UL << (int)bits.Read(4);
            _templates[i].Differences = differences;
        }

        SkipChains(ref bits);
        SkipSizes(ref bits);
        if (bits.IsPastEnd)
            return false;
        DeriveTargetLayers();
        return true;
    }

    private bool TryReadLayers(ref BitReader bits)
    {
        int spatialId = 0, temporalId = 0;
        Templates = 0;
        while (true)
        {
            if (Templates == MaxTemplates || spatialId >= MaxSpatialLayers || temporalId >= MaxTemporalLayers)
                return false;
            _templates[Templates].SpatialId = (byte)spatialId;
            _templates[Templates].TemporalId = (byte)temporalId;
            Templates++;
            switch (bits.Read(2))
            {
                case 1:
                    temporalId++;
                    break;
                case 2:
                    temporalId = 0;
                    spatialId++;
                    break;
                case 3:
                    SpatialLayers = spatialId + 1;
                    return true;
            }
        }
    }

    // Which chain protects each target, and how far back the last frame of each chain is.
    private void SkipChains(ref BitReader bits)
    {
        Chains = (int)bits.ReadBelow((uint)DecodeTargets + 1);
        for (var target = 0; Chains > 0 && target < DecodeTargets; target++)
            _ = bits.ReadBelow((uint)Chains);
        for (var i = 0; i < Templates * Chains; i++)
            _ = bits.Read(4);
    }

    private void SkipSizes(ref BitReader bits)
    {
        for (var numbers = bits.ReadFlag() ? 2 * SpatialLayers : 0; numbers > 0; numbers--)
            _ = bits.Read(16);
    }

    private void DeriveTargetLayers()
    {
        for (var target = 0; target < DecodeTargets; target++)
        {
            byte spatialId = 0, temporalId = 0;
            for (var i = 0; i < Templates; i++)
            {
                if (!IsPresent(i, target))
                    continue;
                spatialId = Math.Max(spatialId, _templates[i].SpatialId);
                temporalId = Math.Max(temporalId, _templates[i].TemporalId);
            }

            _targetSpatialIds[target] = spatialId;
            _targetTemporalIds[target] = temporalId;
        }
    }

    /// <summary>What the frames of one kind have in common.</summary>
    internal struct Template
    {
        public byte SpatialId;
        public byte TemporalId;

        /// <summary>Two bits for each decode target, the first at the bottom.</summary>
        public ulong Indications;

        /// <summary>Bit n: the frame refers to the one n + 1 before it.</summary>
        public ulong Differences;
    }
}
