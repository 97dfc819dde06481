// Which of the peer's payload formats we take, and how we say it. RFC 3264 §6.1; RFC 6184 §8.2.2, RFC 9628 §6, RFC 7587 §7, RFC 4588 §8.
using System.Collections.Immutable;
using Parley.Media.Rtp;

namespace Parley.Media.Sdp.Negotiation;

/// <summary>Codec agreement within capabilities; made once for an exchange.</summary>
internal sealed class CodecAgreement(MediaCapabilities capabilities)
{
    private readonly ILookup<(MediaKind, CodecIdentity), CodecCapability> _known = capabilities.Codecs.ToLookup(static codec => (codec.Kind, Identity(codec)));

    /// <summary>
    /// The formats of a remote section that are within the capabilities, in the peer's order and by its payload types, with its format
    /// parameters; rtx formats are folded into those that they repair.
    /// </summary>
    public ImmutableArray<CodecParameters> WithRemote(MediaDescription remote, MediaKind kind)
    {
        var repairs = Repairs(remote);
        var agreed = ImmutableArray.CreateBuilder<CodecParameters>();
        foreach (var payload in remote.Payloads)
        {
            // With rtcp-mux these cannot be told from RTCP (RFC 5761 §4).
            if (payload.PayloadType is >= 64 and <= 95 || _known[(kind, CodecIdentity.Of(payload))].FirstOrDefault() is not { } capability)
                continue;
            agreed.Add(payload with
            {
                Feedback = [.. payload.Feedback.Where(feedback => capability.Feedback.Contains(feedback, StringComparer.OrdinalIgnoreCase))],
                RetransmissionPayloadType = capability.Retransmission && repairs.TryGetValue((payload.PayloadType, payload.ClockRate), out var repair) ? repair : null,
            });
        }

        // Who prefers redundancy names it before the codec that it is of.
        var all = agreed.ToImmutable();
        all = all.RemoveAll(codec => codec.Is("red") && !IsRedundancyOf(codec, all));
        return all.Any(static codec => !codec.Is("red")) ? all : [];
    }

    /// <summary>Our own description of formats that the peer offered: its payload types, and of its format parameters those that are for both ends.</summary>
    public static ImmutableArray<CodecParameters> Answer(ImmutableArray<CodecParameters> remote) =>
        [.. remote.Select(static codec => codec with { Format = AnswerFormat(codec) })];

    /// <summary>What of our offer the peer's answer takes: our formats and, beside them, the peer's.</summary>
    public (ImmutableArray<CodecParameters> Local, ImmutableArray<CodecParameters> Remote) WithAnswer(
        ImmutableArray<CodecParameters> offered, MediaDescription answer, MediaKind kind)
    {
        var ourCodecs = offered.ToLookup(CodecIdentity.Of);
        var local = ImmutableArray.CreateBuilder<CodecParameters>();
        var remote = ImmutableArray.CreateBuilder<CodecParameters>();
        foreach (var theirs in WithRemote(answer, kind))
        {
            var same = ourCodecs[CodecIdentity.Of(theirs)];
            var ours = same.FirstOrDefault(codec => codec.PayloadType == theirs.PayloadType) ?? same.FirstOrDefault();
            if (ours is null || local.Any(codec => codec.PayloadType == ours.PayloadType))
                continue;
            var feedback = theirs.Feedback.Where(ours.Has).ToImmutableArray();
            var repaired = ours.RetransmissionPayloadType is not null && theirs.RetransmissionPayloadType is not null;
            local.Add(ours with { Feedback = feedback, RetransmissionPayloadType = repaired ? ours.RetransmissionPayloadType : null });
            remote.Add(theirs with { Feedback = feedback, RetransmissionPayloadType = repaired ? theirs.RetransmissionPayloadType : null });
        }

        return (local.ToImmutable(), remote.ToImmutable());
    }

    /// <summary>The formats as SDP lists them: each followed by that of its retransmissions.</summary>
    public static ImmutableArray<CodecParameters> ToPayloads(ImmutableArray<CodecParameters> codecs)
    {
        var payloads = ImmutableArray.CreateBuilder<CodecParameters>();
        foreach (var codec in codecs)
        {
            payloads.Add(codec);
            if (codec.RetransmissionPayloadType is { } repair)
                payloads.Add(new CodecParameters { PayloadType = repair, Name = "rtx", ClockRate = codec.ClockRate, Format = $"apt={codec.PayloadType}" });
        }

        return payloads.ToImmutable();
    }

    public static CodecIdentity Identity(CodecCapability codec) => CodecIdentity.Of(
        new CodecParameters { PayloadType = 0, Name = codec.Name, ClockRate = codec.ClockRate, Channels = codec.Channels, Format = codec.Format });

    /// <summary>RED must be of one codec that is taken: <c>111/111</c>, as many times as there are blocks (RFC 2198 §5).</summary>
    private static bool IsRedundancyOf(CodecParameters red, IEnumerable<CodecParameters> agreed)
    {
        var blocks = (red.Format ?? "").Split('/');
        return blocks.All(block => block == blocks[0])
            && SdpSyntax.TryPayloadType(blocks[0], out var primary)
            && agreed.Any(codec => codec.PayloadType == primary && codec.ClockRate == red.ClockRate && !codec.Is("red"));
    }

    /// <summary>The retransmission formats by what they repair; the first one counts.</summary>
    private static Dictionary<(int PayloadType, int ClockRate), byte> Repairs(MediaDescription remote)
    {
        var repairs = new Dictionary<(int, int), byte>();
        foreach (var payload in remote.Payloads)
        {
            if (payload.Is("rtx") && payload.PayloadType is < 64 or > 95)
                repairs.TryAdd((FormatParameters.Parse(payload.Format).Number("apt", -1), payload.ClockRate), payload.PayloadType);
        }

        return repairs;
    }

    private static string? AnswerFormat(CodecParameters codec)
    {
        var format = FormatParameters.Parse(codec.Format);
        return codec.Name.ToLowerInvariant() switch
        {
            // The peer's level is repeated: we decode nothing, so its own limit is the only one. Its parameter sets are its own affair.
            "h264" => format.Only("level-asymmetry-allowed", "packetization-mode", "profile-level-id"),
            "vp9" => format.Only("profile-id"),
            "av1" => format.Only("level-idx", "profile", "tier"),
            // max-fr and max-fs limit what the peer is sent.
            "vp8" => null,
            // Opus: what the publisher would like to get (stereo, FEC, DTX) is what its subscribers shall get of it.
            _ => format.WithoutPrefix("sprop-"),
        };
    }
}
