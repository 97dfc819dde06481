// Frame numbers and template ids of dependency descriptors, set apart when what is read changes. RTP payload format for AV1, appendix A.8.
using Parley.Media.Codecs;
using Parley.Media.Receive;

namespace Parley.Media.Forwarding;

/// <summary>The subscriber's numbers for a descriptor.</summary>
internal readonly record struct FrameRenumbering(ushort Frame, byte TemplateShift);

/// <summary>
/// Within a source frames keep their distances, for descriptors name each other by them; another source goes on above the highest number, with template ids that
/// are not those of the structure before.
/// </summary>
internal struct FrameNumbers
{
    private ushort _offset;
    private ushort _highest;
    private int _shift;
    private int _templatesEnd;
    private bool _started;
    private bool _begins;

    /// <summary>The next packet comes from another source.</summary>
    public void BeginSource() => _begins = true;

    /// <summary>The subscriber's numbers of a packet; null when they are those that it came with.</summary>
    /// <param name="packet">A packet with a descriptor.</param>
    /// <param name="structure">The structure by which it was understood.</param>
    public FrameRenumbering? Map(in StoredPacket packet, DependencyStructure? structure)
    {
        if (!_started)
        {
            _started = true;
            _begins = false;
            _highest = packet.Frame;
        }
        else if (_begins)
        {
            _begins = false;
            _offset = (ushort)(_highest + 1 - packet.Frame);
            _highest++;
            _shift = structure is null ? 0 : (_templatesEnd - structure.TemplateIdOffset) & DependencyStructure.MaxTemplates - 1;
        }

        var frame = (ushort)(packet.Frame + _offset);
        // One that comes late may be of a structure before.
        if ((short)(frame - _highest) >= 0)
        {
            _highest = frame;
            if (structure is not null)
                _templatesEnd = structure.TemplateIdOffset + _shift + structure.Templates;
        }

        return _offset == 0 && _shift == 0 ? null : new FrameRenumbering(frame, (byte)_shift);
    }
}
