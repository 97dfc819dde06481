// Looks once at every payload that arrives, for what forwarding decides from. RFC 7741, RFC 9628, RFC 6184, RTP payload format for AV1.
using Parley.Media.Codecs;

namespace Parley.Media.Receive;

/// <summary>Fills in what a packet's payload says of its frame. One for each stream: picture ids are told without wrapping.</summary>
internal struct PayloadInspector
{
    private long _picture;
    private bool _started;
    private PayloadLegibility _legibility;

    /// <summary>True when payloads are what their format says, not encrypted from end to end: a keyframe would be seen.</summary>
    public readonly bool IsLegible => _legibility.IsLegible;

    /// <summary>What comes next is of another source, whose pictures are numbered anew.</summary>
    public void BeginSource() => _started = false;

    /// <summary>Reads a payload; one that cannot be read is no beginning of anything, and travels on as it is.</summary>
    public void Inspect(PayloadKind kind, ReadOnlySpan<byte> payload, ref StoredPacket packet)
    {
        packet.Kind = kind;
        packet.Picture = -1;
        switch (kind)
        {
            case PayloadKind.Vp8:
                if (!Vp8Descriptor.TryRead(payload, out var vp8))
                    return;
                _legibility.Judge(in vp8, payload);
                packet.TemporalId = vp8.TemporalId;
                packet.BaseLayerIndex = vp8.BaseLayerIndex;
                packet.Picture = vp8.HasPictureId ? Extend(vp8.PictureId, vp8.PictureIdRange) : -1;
                packet.Flags |= (vp8.IsKeyframe ? PacketFlags.Keyframe : PacketFlags.None) | (vp8.IsLayerSync ? PacketFlags.SwitchingPoint : PacketFlags.None);
                break;
            case PayloadKind.Vp9:
                if (!Vp9Descriptor.TryRead(payload, out var vp9))
                    return;
                packet.TemporalId = vp9.TemporalId;
                packet.SpatialId = vp9.SpatialId;
                packet.BaseLayerIndex = vp9.BaseLayerIndex;
                packet.Picture = vp9.HasPictureId ? Extend(vp9.PictureId, vp9.PictureIdRange) : -1;
                packet.Flags |= (vp9.IsKeyframe ? PacketFlags.Keyframe : PacketFlags.None) | (vp9.IsSwitchingPoint ? PacketFlags.SwitchingPoint : PacketFlags.None)
                    | (vp9.EndsFrame ? PacketFlags.EndsLayerFrame : PacketFlags.None);
                break;
            case PayloadKind.H264:
                var isRead = H264Payload.TryRead(payload, out var h264);
                _legibility.Judge(payload, isRead);
                if (isRead && h264.IsKeyframe)
                    packet.Flags |= PacketFlags.Keyframe;
                break;
            case PayloadKind.Av1:
                if (Av1AggregationHeader.TryRead(payload, out var av1) && av1.IsKeyframe)
                    packet.Flags |= PacketFlags.Keyframe;
                break;
            default:
                packet.Flags |= PacketFlags.Keyframe;
                break;
        }
    }

    /// <summary>Takes what a descriptor says instead of what the payload seemed to be: that may be encrypted from end to end.</summary>
    public static void Describe(in DependencyDescriptor descriptor, DependencyStructure structure, ref StoredPacket packet)
    {
        packet.SpatialId = descriptor.SpatialId;
        packet.TemporalId = descriptor.TemporalId;
        packet.Indications = descriptor.Indications;
        packet.Frame = descriptor.FrameNumber;
        packet.Flags = packet.Flags & (PacketFlags.Marker | PacketFlags.Retransmitted) | PacketFlags.Described
            | (descriptor.IsKeyframe ? PacketFlags.Keyframe : PacketFlags.None)
            | (descriptor.EndsFrame ? PacketFlags.EndsLayerFrame : PacketFlags.None);
        for (var target = 0; target < structure.DecodeTargets; target++)
        {
            // A decoder of lower temporal layers may go up to this one.
            if (descriptor.For(target) == DecodeTargetIndication.Switch && structure.TemporalIdOf(target) >= descriptor.TemporalId)
                packet.Flags |= PacketFlags.SwitchingPoint;
        }
    }

    private long Extend(int picture, int range)
    {
        if (!_started)
        {
            _started = true;
            // Room below, so that pictures from before the first stay positive.
            return _picture = range + picture;
        }

        var step = (picture - (int)(_picture % range) + range) % range;
        var extended = step < range / 2 ? _picture + step : _picture + step - range;
        if (extended > _picture)
            _picture = extended;
        return Math.Max(0, extended);
    }
}
