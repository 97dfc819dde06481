// Picture ids and base layer indices that go on unbroken for the subscriber. RFC 7741 §4.2, RFC 9628 §4.2.
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>
/// Maps the numbers inside VP8 and VP9 payloads. VP8's close up when frames are left out; VP9's do not, for its frames name each other by the distance of their ids.
/// </summary>
internal struct PictureNumbers
{
    private long _lastIn;
    private byte _baseOffset;
    private byte _lastBase;
    private bool _started;
    private bool _begins;
    private SequenceMap _pictures;

    /// <summary>The next packet comes from another source.</summary>
    public void BeginSource() => _begins = true;

    /// <summary>A packet of a frame is left out.</summary>
    public void Drop(in StoredPacket packet)
    {
        if (_started && !_begins && packet.Kind == PayloadKind.Vp8 && packet.Picture >= 0)
            _pictures.Drop(packet.Picture);
    }

    /// <summary>The subscriber's numbers of a packet.</summary>
    /// <returns>True when they are others than the packet came with.</returns>
    public bool Map(in StoredPacket packet, out ushort picture, out byte baseLayerIndex)
    {
        picture = 0;
        baseLayerIndex = packet.BaseLayerIndex;
        if (packet.Picture < 0)
            return false;
        if (!_started)
        {
            // As they are, until there is a reason to change them.
            _started = true;
            _begins = false;
            _pictures.Start(packet.Picture);
        }
        else if (_begins)
        {
            _begins = false;
            _lastIn = packet.Picture;
            _pictures.BeginSource(packet.Picture);
            _baseOffset = (byte)(_lastBase + 1 - packet.BaseLayerIndex);
        }

        if (!_pictures.TryMap(packet.Picture, out var mapped))
            mapped = packet.Picture;
        picture = (ushort)mapped;
        baseLayerIndex += _baseOffset;
        if (packet.Picture >= _lastIn)
        {
            _lastIn = packet.Picture;
            _lastBase = baseLayerIndex;
        }

        return mapped != packet.Picture || _baseOffset != 0;
    }
}
