// The payload types of our own offers: what a number means in one section it means in all (RFC 9143 §9.1).
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

internal sealed class PayloadTypes
{
    private readonly Dictionary<CodecIdentity, CodecParameters> _byCodec;
    private readonly bool[] _taken;

    public PayloadTypes()
    {
        _byCodec = [];
        _taken = new bool[128];
    }

    private PayloadTypes(PayloadTypes other)
    {
        _byCodec = new Dictionary<CodecIdentity, CodecParameters>(other._byCodec);
        _taken = [.. other._taken];
    }

    /// <summary>The same, to be changed while it is not certain that the change comes to anything.</summary>
    public PayloadTypes Copy() => new(this);

    /// <summary>Takes over what was agreed on for a section.</summary>
    public void Keep(IEnumerable<CodecParameters> codecs)
    {
        foreach (var codec in codecs)
        {
            var identity = CodecIdentity.Of(codec);
            // In a session, too, a peer may give the number of a section that has ended to another codec.
            foreach (var (other, former) in _byCodec)
            {
                if (other != identity && (former.PayloadType == codec.PayloadType || former.PayloadType == codec.RetransmissionPayloadType))
                    _byCodec.Remove(other);
            }

            if (!_byCodec.TryGetValue(identity, out var known) || known.RetransmissionPayloadType is null || _byCodec[identity].PayloadType != codec.PayloadType)
                _byCodec[identity] = codec;
            Avoid(CodecAgreement.ToPayloads([codec]));
        }
    }

    /// <summary>Gives these numbers to nothing else: the peer uses them, whatever they mean to it.</summary>
    public void Avoid(IEnumerable<CodecParameters> payloads)
    {
        foreach (var payload in payloads)
            _taken[payload.PayloadType] = true;
    }

    /// <summary>Our formats of a kind that suit one of the codecs to be sent, or all when none are named. One for which no number is left is not offered.</summary>
    public ImmutableArray<CodecParameters> Offer(MediaKind kind, MediaCapabilities capabilities, ImmutableArray<CodecIdentity> sent)
    {
        var offered = ImmutableArray.CreateBuilder<CodecParameters>();
        foreach (var capability in capabilities.Codecs.Where(codec => codec.Kind == kind))
        {
            var identity = CodecAgreement.Identity(capability);
            if (!sent.IsEmpty && !sent.Any(identity.Accepts))
                continue;
            _byCodec.TryGetValue(identity, out var known);
            var isRed = identity.Name == "red";
            // One number with two sets of parameters would be two codecs.
            var format = isRed ? RedFormat(offered) : known is null ? capability.Format : known.Format;
            if ((isRed && format is null) || (known?.PayloadType ?? Take()) is not { } payloadType)
                continue;
            var codec = new CodecParameters
            {
                PayloadType = payloadType,
                Name = capability.Name,
                ClockRate = capability.ClockRate,
                Channels = capability.Channels,
                Format = format,
                Feedback = capability.Feedback,
                RetransmissionPayloadType = capability.Retransmission ? known?.RetransmissionPayloadType ?? Take() : null,
            };
            _byCodec[identity] = codec;
            offered.Add(codec);
        }

        return offered.ToImmutable();
    }

    private static string? RedFormat(IEnumerable<CodecParameters> offered) =>
        offered.FirstOrDefault(static codec => codec.Is("opus")) is { } opus ? $"{opus.PayloadType}/{opus.PayloadType}" : null;

    /// <summary>The next free number: dynamic ones first, then those that RFC 3551 leaves unassigned and rtcp-mux allows.</summary>
    private byte? Take()
    {
        foreach (var payloadType in Enumerable.Range(96, 32).Concat(Enumerable.Range(35, 29)))
        {
            if (_taken[payloadType])
                continue;
            _taken[payloadType] = true;
            return (byte)payloadType;
        }

        return null;
    }
}
