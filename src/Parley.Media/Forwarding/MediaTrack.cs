// A track that a peer publishes: one layer, or several that carry the same picture in different sizes.
using Parley.Media.Engine;
using Parley.Media.Receive;
using Parley.Media.Relay;
using Parley.Media.Rtp;

namespace Parley.Media.Forwarding;

/// <summary>A published track. Subscriptions read its layers.</summary>
public sealed class MediaTrack : IDeadlineOwner
{
    /// <summary>A layer that was silent for so long is dead: its publisher has switched it off.</summary>
    internal const long LayerSilenceUs = 1_000_000;

    private const long WatchIntervalUs = 250_000;

    private const int InitialAudioBytes = 8 * 1024;
    private const int MaxAudioBytes = 32 * 1024;
    private const int InitialVideoBytes = 32 * 1024;
    private const int MaxVideoBytes = 2 * 1024 * 1024;

    private readonly Deadline _watch;
    private readonly CodecParameters?[] _codecs = new CodecParameters?[128];
    private readonly PayloadKind[] _kinds = new PayloadKind[128];
    private readonly byte[] _mediaTypeOfRetransmission = new byte[128];

    /// <param name="engine">Whose subscribers may read it.</param>
    /// <param name="parameters">What comes.</param>
    /// <param name="publisher">Who sends it; null when it comes over a relay.</param>
    /// <param name="clockOwner">Whose clock the timestamps follow; the publisher's unless it is said.</param>
    internal MediaTrack(MediaEngine engine, ReceiveParameters parameters, MediaPeer? publisher, object? clockOwner = null)
    {
        Engine = engine;
        Publisher = publisher;
        clockOwner ??= publisher;
        PublisherId = (clockOwner as MediaPeer)?.Id;
        _watch = new Deadline(this, DeadlineReason.Layers);
        Parameters = parameters;
        Array.Fill(_mediaTypeOfRetransmission, byte.MaxValue);
        foreach (var codec in parameters.Codecs)
        {
            _codecs[codec.PayloadType & 127] ??= codec;
            _kinds[codec.PayloadType & 127] = PayloadKinds.Of(codec);
            if (codec.RetransmissionPayloadType is { } type)
                _mediaTypeOfRetransmission[type & 127] = codec.PayloadType;
        }

        WantsEstimate = parameters.Extensions.IdOf(HeaderExtension.TransportSequence) == 0 && parameters.Codecs.Any(static codec => codec.Has("goog-remb"));
        var count = Math.Max(1, parameters.Rids.Length);
        Layers = new TrackLayer[count];
        for (var i = 0; i < count; i++)
        {
            var rid = parameters.Rids.IsEmpty ? null : parameters.Rids[i];
            Layers[i] = new TrackLayer(this, rid, parameters.Kind == MediaKind.Audio
                ? new LayerStream(parameters.Codecs[0].ClockRate, InitialAudioBytes, MaxAudioBytes, clockOwner)
                : new LayerStream(parameters.Codecs[0].ClockRate, InitialVideoBytes, MaxVideoBytes, clockOwner));
        }
    }

    /// <summary>Who publishes it; null when it comes over a relay.</summary>
    public MediaPeer? Publisher { get; }

    /// <summary>The publisher's number in its own engine; null when that is another node's.</summary>
    public PeerId? PublisherId { get; }

    /// <summary>True when nothing comes any more: its publisher has left, has taken it back, or the relay that brought it has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What was negotiated.</summary>
    public ReceiveParameters Parameters { get; }

    /// <summary>True when media has arrived.</summary>
    public bool HasStarted { get; internal set; }

    /// <summary>True when its publisher numbers nothing for the transport, and goes by our estimate (REMB).</summary>
    internal bool WantsEstimate { get; }

    internal MediaEngine Engine { get; }

    internal TrackLayer[] Layers { get; }

    /// <summary>What brings it from another engine; null when a peer sends it.</summary>
    internal RelayedTrack? Relay { get; init; }

    /// <summary>What carries it elsewhere.</summary>
    internal List<TrackCopy> Copies { get; } = [];

    internal List<Subscription> Subscriptions { get; } = [];

    /// <summary>Set while somebody wants to know whether it speaks.</summary>
    internal TrackVoice? Voice { get; set; }

    MediaPeer? IDeadlineOwner.Bearer => Publisher;

    void IDeadlineOwner.Abandon() => Relay?.End();

    void IDeadlineOwner.HandleDeadline<TSink>(ref TSink sink, DeadlineReason reason, long nowUs)
    {
        // Backwards: a subscriber that fails takes its subscriptions along.
        for (var i = Subscriptions.Count - 1; i >= 0; i--)
        {
            if (i >= Subscriptions.Count)
                continue;
            var subscription = Subscriptions[i];
            try
            {
                subscription.Choose(this, nowUs);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                Engine.End(ref sink, subscription.Subscriber, PeerEndReason.Fault, fault);
                continue;
            }

            // A request, or its keyframe, may have been lost.
            subscription.RequestBeginning(ref sink, nowUs);
        }

        Engine.Copies.TellLayers(this, nowUs);
        WatchLayers();
    }

    /// <summary>A layer has come to life: if it begins with a keyframe, those who want it need not wait for another.</summary>
    internal void ChooseLayers(long nowUs)
    {
        Engine.Copies.TellLayers(this, nowUs);
        if (Layers.Length == 1)
            return;
        foreach (var subscription in Subscriptions)
            subscription.Choose(this, nowUs);
        WatchLayers();
    }

    /// <summary>Looks after the layers as long as that can change anything: there are several, or somebody waits for a beginning.</summary>
    internal void WatchLayers()
    {
        if (Parameters.Kind == MediaKind.Video
            && (Subscriptions.Exists(subscription => Layers.Length > 1 || subscription.IsWaiting) || Copies.Exists(copy => copy.Chooses && (Layers.Length > 1 || copy.IsWaiting))))
            Engine.Timers.SetNoLater(_watch, Engine.LastUs + WatchIntervalUs);
    }

    /// <summary>The highest layer up to the wanted one that is alive; before any is, and when none is any more, the lowest.</summary>
    internal TrackLayer BestLayer(int wanted, long nowUs)
    {
        for (var i = Math.Min(wanted, Layers.Length - 1); i > 0; i--)
        {
            if (Layers[i].IsAlive(nowUs))
                return Layers[i];
        }

        return Layers[0];
    }

    /// <summary>The codec of a payload type; null for one that was not negotiated, or of retransmissions.</summary>
    internal CodecParameters? Codec(byte payloadType) => _codecs[payloadType & 127];

    /// <summary>True for the payload types of its media and of what repairs it.</summary>
    internal bool Takes(byte payloadType) => Codec(payloadType) is not null || MediaTypeOf(payloadType) != byte.MaxValue;

    /// <summary>The format of a payload type.</summary>
    internal PayloadKind Kind(byte payloadType) => _kinds[payloadType & 127];

    /// <summary>The media's payload type of a retransmission's; 255 when the type is none of retransmissions.</summary>
    internal byte MediaTypeOf(byte retransmissionType) => _mediaTypeOfRetransmission[retransmissionType & 127];

    /// <summary>Asks the publisher for a keyframe of every layer that somebody reads; requests close to each other become one.</summary>
    public void RequestKeyframe()
    {
        foreach (var layer in Layers)
        {
            if (layer.Stream.Readers.Any)
                layer.RequestKeyframe();
        }
    }

    /// <summary>Has a copy made of what comes, for a reader on another thread. On the engine's thread.</summary>
    /// <param name="options">How it behaves.</param>
    /// <exception cref="ArgumentException">The capacity is too small, or no power of two.</exception>
    public TrackTap AddTap(TapOptions? options = null)
    {
        options ??= new TapOptions();
        var tap = new TrackTap(options);
        _ = new TapCopy(this, tap, options.Layer);
        return tap;
    }

    /// <summary>Keeps a track that came over a relay while nobody reads it, until <see cref="ReleaseRelay"/> was called as often. Any other is kept by its publisher.</summary>
    public void HoldRelay() => Relay?.Hold();

    /// <summary>Ends one <see cref="HoldRelay"/>: with the last, the track ends when nobody has read it for a while.</summary>
    public void ReleaseRelay() => Relay?.Release();

    /// <summary>Ends a tap at once. On the engine's thread; <see cref="TrackTap.Close"/> is for any.</summary>
    public void RemoveTap(TrackTap tap) => Copies.Find(copy => copy is TapCopy { Tap: var other } && other == tap)?.End();

    internal void Close()
    {
        HasEnded = true;
        foreach (var subscription in Subscriptions.ToArray())
            subscription.Detach();
        Engine.Copies.End(this);
        Engine.Timers.Clear(_watch);
        Voice?.Watch.Remove(this);
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
