// Packets of an SSRC that belongs nowhere yet: what says where may come in a later packet, or by signaling that media has overtaken.
namespace Parley.Media.Receive;

/// <summary>A small bounded queue of datagrams, in the order of their arrival.</summary>
internal sealed class HeldPackets
{
    /// <summary>No packet is held for longer.</summary>
    public const long MaxHoldUs = 100_000;

    /// <summary>More come only from somebody who does not wait for the answer at all; the oldest give way.</summary>
    public const int MaxPackets = 64;

    private readonly Queue<(uint Ssrc, long ArrivedUs, byte[] Packet)> _packets = new();

    public int Count => _packets.Count;

    /// <summary>When the first of them came; there must be one.</summary>
    public long OldestUs => _packets.Peek().ArrivedUs;

    /// <summary>Holds a copy.</summary>
    /// <returns>False when the oldest had to give way.</returns>
    public bool Hold(uint ssrc, ReadOnlySpan<byte> packet, long nowUs)
    {
        var full = _packets.Count == MaxPackets;
        if (full)
            _packets.Dequeue();
        _packets.Enqueue((ssrc, nowUs, packet.ToArray()));
        return !full;
    }

    /// <summary>Takes everything out: the packets of an SSRC, or all of them.</summary>
    public IReadOnlyList<(uint Ssrc, long ArrivedUs, byte[] Packet)> Take(uint? ssrc)
    {
        var taken = new List<(uint Ssrc, long ArrivedUs, byte[] Packet)>();
        for (var left = _packets.Count; left > 0; left--)
        {
            var held = _packets.Dequeue();
            if (ssrc is null || held.Ssrc == ssrc)
                taken.Add(held);
            else
                _packets.Enqueue(held);
        }

        return taken;
    }

    /// <summary>Puts a packet back that still belongs nowhere.</summary>
    public void PutBack(uint ssrc, long arrivedUs, byte[] packet) => _packets.Enqueue((ssrc, arrivedUs, packet));
}
