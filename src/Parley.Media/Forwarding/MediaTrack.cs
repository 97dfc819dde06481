// A track that a peer publishes: one layer, or several that carry the same picture in different sizes.
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>A published track. Subscriptions read its layers.</summary>
public sealed class MediaTrack
{
    private const int InitialAudioBytes = 8 * 1024;
    private const int MaxAudioBytes = 32 * 1024;
    private const int InitialVideoBytes = 32 * 1024;
    private const int MaxVideoBytes = 2 * 1024 * 1024;

    private readonly CodecParameters?[] _codecs = new CodecParameters?[128];
    private readonly byte[] _mediaTypeOfRetransmission = new byte[128];

    internal MediaTrack(MediaPeer publisher, ReceiveParameters parameters)
    {
        Publisher = publisher;
        Parameters = parameters;
        Array.Fill(_mediaTypeOfRetransmission, byte.MaxValue);
        foreach (var codec in parameters.Codecs)
        {
            _codecs[codec.PayloadType & 127] ??= codec;
            if (codec.RetransmissionPayloadType is { } type)
                _mediaTypeOfRetransmission[type & 127] = codec.PayloadType;
        }

        var count = Math.Max(1, parameters.Rids.Length);
        Layers = new TrackLayer[count];
        for (var i = 0; i < count; i++)
        {
            var rid = parameters.Rids.IsEmpty ? null : parameters.Rids[i];
            Layers[i] = new TrackLayer(this, rid, parameters.Kind == MediaKind.Audio
                ? new LayerStream(parameters.Codecs[0].ClockRate, InitialAudioBytes, MaxAudioBytes)
                : new LayerStream(parameters.Codecs[0].ClockRate, InitialVideoBytes, MaxVideoBytes));
        }
    }

    /// <summary>Who publishes it.</summary>
    public MediaPeer Publisher { get; }

    /// <summary>What was negotiated.</summary>
    public ReceiveParameters Parameters { get; }

    /// <summary>True when media has arrived.</summary>
    public bool HasStarted { get; internal set; }

    internal TrackLayer[] Layers { get; }

    internal List<Subscription> Subscriptions { get; } = [];

    /// <summary>The codec of a payload type; null for one that was not negotiated, or of retransmissions.</summary>
    internal CodecParameters? Codec(byte payloadType) => _codecs[payloadType & 127];

    /// <summary>The media's payload type of a retransmission's; 255 when the type is none of retransmissions.</summary>
    internal byte MediaTypeOf(byte retransmissionType) => _mediaTypeOfRetransmission[retransmissionType & 127];

    /// <summary>Asks the publisher for a keyframe of every layer that somebody reads; requests close to each other become one.</summary>
    public void RequestKeyframe()
    {
        foreach (var layer in Layers)
        {
            if (layer.Stream.Readers.Count > 0)
                layer.RequestKeyframe();
        }
    }

    internal void Close()
    {
        foreach (var subscription in Subscriptions.ToArray())
            subscription.Detach();
        foreach (var layer in Layers)
            layer.Close();
    }

    internal TrackLayer? Layer(string rid)
    {
        foreach (var layer in Layers)
        {
            if (layer.Rid == rid)
                return layer;
        }

        return null;
    }
}
