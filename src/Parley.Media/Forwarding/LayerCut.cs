// Which packets of a stream with layers in it a subscriber is sent: temporal layers at will, spatial layers between pictures and with keyframes.
using Parley.Media.Codecs;
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>
/// The layers that are sent of one stream, and those that are wanted. Down is as soon as the stream allows, up where it says so and with every keyframe. Simulcast layers are streams of
/// their own and not cut by this, but for their temporal layers.
/// </summary>
/// <param name="knowsDescriptors">
/// False for a subscriber that takes no dependency descriptors: it could not put together the spatial layers of AV1, whose payload does not tell them apart.
/// </param>
internal struct LayerCut(bool knowsDescriptors)
{
    private int _wantedSpatial = Subscription.AllLayers;
    private int _wantedTemporal = Subscription.AllLayers;
    private int _spatial = Subscription.AllLayers;
    private int _temporal = Subscription.AllLayers;
    private int _target = -1;
    private byte _structure;

    /// <summary>The spatial layer goes down with the first picture of another timestamp than this; -1 when it does not.</summary>
    private long _lowersAfter = -1;
    private long _lastPicture = -1;

    /// <summary>The highest simulcast or spatial layer that is wanted.</summary>
    public readonly int WantedSpatial => _wantedSpatial;

    /// <summary>Says what is wanted from now on.</summary>
    public void Want(int spatial, int temporal)
    {
        (_wantedSpatial, _wantedTemporal) = (spatial, temporal);
        _temporal = Math.Min(_temporal, temporal);
        _target = -1;
    }

    /// <summary>Another stream is read from here on.</summary>
    public void Begin() => _target = -1;

    /// <summary>
    /// True when the wanted spatial layer can be begun with a keyframe only: a higher one, or one whose frames were not sent as parts of the present one (key picture modes).
    /// Otherwise it goes down with the next picture.
    /// </summary>
    /// <param name="layer">What is read; null while nothing is.</param>
    /// <param name="last">The number in its store of what was sent last.</param>
    public bool NeedsKeyframe(TrackLayer? layer, long last)
    {
        _lowersAfter = -1;
        if (_wantedSpatial >= _spatial || layer is not { Structure: not null, Stream: { } stream })
            return _wantedSpatial > _spatial;
        if (!stream.Holds(last))
            return true;
        ref readonly var packet = ref stream[last];
        if (!packet.Is(PacketFlags.Described) || layer.StructureOf(in packet) is not { } structure)
            return true;
        var limit = SpatialLimit(layer, packet.Kind);
        if (!structure.Includes(structure.BestTarget(limit, _temporal), structure.BestTarget(Math.Min(_wantedSpatial, limit), _temporal)))
            return true;
        _lowersAfter = packet.Timestamp;
        return false;
    }

    /// <summary>True when a packet is sent.</summary>
    /// <param name="layer">Where it was read.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="marker">Set where the picture ends for the subscriber, though not for others.</param>
    public bool Takes(TrackLayer layer, in StoredPacket packet, ref bool marker)
    {
        var isDescribed = packet.Is(PacketFlags.Described);
        if (!isDescribed && packet.Kind is not (PayloadKind.Vp8 or PayloadKind.Vp9))
            return true;
        if (packet.Is(PacketFlags.Keyframe))
            (_spatial, _temporal, _target) = (_wantedSpatial, _wantedTemporal, -1);
        else if (packet.TemporalId > _temporal && packet.TemporalId <= _wantedTemporal && packet.Is(PacketFlags.SwitchingPoint))
            (_temporal, _target) = (packet.TemporalId, -1);
        if (isDescribed)
            return IsInTarget(layer, in packet, ref marker);
        if (packet.TemporalId > _temporal)
            return false;
        if (packet.Kind == PayloadKind.Vp8)
            return true;
        // A picture is not cut in the middle: a lower limit holds from the next one on.
        if (packet.Picture != _lastPicture)
        {
            _lastPicture = packet.Picture;
            _spatial = Math.Min(_spatial, _wantedSpatial);
        }

        if (packet.SpatialId > _spatial)
            return false;
        marker |= packet.SpatialId == _spatial && packet.Is(PacketFlags.EndsLayerFrame);
        return true;
    }

    /// <summary>
    /// A described packet is sent when its frame is part of the decode target that suits the limits. Spatial layers go up with keyframes only, and down where the lower target
    /// is part of the higher one, between two pictures.
    /// </summary>
    private bool IsInTarget(TrackLayer layer, in StoredPacket packet, ref bool marker)
    {
        if (layer.StructureOf(in packet) is not { } structure)
            return packet.TemporalId <= _temporal && packet.SpatialId <= _spatial;
        if (_lowersAfter >= 0 && packet.Timestamp != _lowersAfter)
            (_spatial, _target, _lowersAfter) = (Math.Min(_spatial, _wantedSpatial), -1, -1);
        // Targets are numbered by a structure: before and after a change of it packets may have to be read.
        if (_target < 0 || packet.Structure != _structure)
            (_target, _structure) = (structure.BestTarget(SpatialLimit(layer, packet.Kind), _temporal), packet.Structure);
        if ((packet.Indications >> 2 * _target & 3) == (ulong)DecodeTargetIndication.NotPresent)
            return false;
        marker |= packet.SpatialId == structure.SpatialIdOf(_target) && packet.Is(PacketFlags.EndsLayerFrame);
        return true;
    }

    private readonly int SpatialLimit(TrackLayer layer, PayloadKind kind) =>
        layer.Track.Layers.Length > 1 ? Subscription.AllLayers : kind == PayloadKind.Av1 && !knowsDescriptors ? 0 : _spatial;
}
