// What the packets of a new SSRC say of where it belongs. RFC 8843 §9.2, RFC 8852.
using System.Text;
using Parley.Media.Forwarding;
using Parley.Media.Rtp;

namespace Parley.Media.Receive;

/// <summary>The names that a packet carries; null for those that it does not.</summary>
/// <param name="Mid">The section.</param>
/// <param name="Rid">The layer.</param>
/// <param name="Repaired">The layer that a retransmission repairs.</param>
internal readonly record struct StreamNames(string? Mid, string? Rid, string? Repaired)
{
    /// <summary>Reads them. With BUNDLE an id means the same in every section (RFC 8285 §5), so that the first map that knows it will do.</summary>
    public static StreamNames Read(List<MediaTrack> tracks, in RtpHeader header, ReadOnlySpan<byte> packet)
    {
        string? mid = null, rid = null, repaired = null;
        foreach (var track in tracks)
        {
            foreach (var element in header.Extensions(packet))
            {
                switch (track.Parameters.Extensions[element.Id])
                {
                    case HeaderExtension.Mid:
                        mid ??= Encoding.ASCII.GetString(element.Value);
                        break;
                    case HeaderExtension.RtpStreamId:
                        rid ??= Encoding.ASCII.GetString(element.Value);
                        break;
                    case HeaderExtension.RepairedRtpStreamId:
                        repaired ??= Encoding.ASCII.GetString(element.Value);
                        break;
                }
            }
        }

        return new StreamNames(mid, rid, repaired);
    }
}
