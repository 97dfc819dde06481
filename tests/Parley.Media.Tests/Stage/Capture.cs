// Packets of real peers, kept as text beside the tests.
using Parley.Media.Rtp;

namespace Parley.Media.Tests.Stage;

/// <summary>One captured RTP packet. What was not kept of its payload is zero.</summary>
internal sealed record CapturedPacket(byte[] Bytes, RtpHeader Header)
{
    public byte[] Payload => Bytes[Header.Length..];

    /// <summary>The value of a header extension; null when the packet has none of that id.</summary>
    public byte[]? Extension(byte id)
    {
        foreach (var element in Header.Extensions(Bytes))
        {
            if (element.Id == id)
                return element.Value.ToArray();
        }

        return null;
    }
}

internal static class Capture
{
    /// <summary>The packets of a file, stream by stream in the order of their numbers: each line is the packet's length and its beginning.</summary>
    public static List<CapturedPacket> Packets(string name)
    {
        var packets = new List<CapturedPacket>();
        foreach (var line in Lines(name))
        {
            var parts = line.Split(' ');
            var bytes = new byte[int.Parse(parts[0], null)];
            Convert.FromHexString(parts[1]).CopyTo(bytes, 0);
            Assert.True(RtpHeader.TryRead(bytes, out var header), line);
            packets.Add(new CapturedPacket(bytes, header));
        }

        return [.. packets.GroupBy(packet => packet.Header.Ssrc)
            .SelectMany(stream => stream.OrderBy(packet => (ushort)(packet.Header.Sequence - stream.First().Header.Sequence)))];
    }

    /// <summary>The lines of a file that are no comment.</summary>
    public static IEnumerable<string> Lines(string name)
    {
        using var reader = new StreamReader(typeof(Capture).Assembly.GetManifestResourceStream(name)!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                yield return line;
        }
    }
}
