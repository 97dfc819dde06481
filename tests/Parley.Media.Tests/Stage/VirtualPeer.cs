// The other end of a peer, as a browser would be: sends checks, and media with the keys of the handshake.
using System.Buffers.Binary;
using System.Text;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Rtcp;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Stun;

namespace Parley.Media.Tests.Stage;

/// <summary>A client of an <see cref="EngineStage"/>.</summary>
internal sealed class VirtualPeer : IDisposable
{
    private readonly EngineStage _stage;
    private readonly SrtpReceiver _receiver;
    private readonly Dictionary<uint, SrtpReceiveState> _states = [];
    private uint _transaction;

    public VirtualPeer(EngineStage stage, MediaPeer peer, IceCredentials own, PathKey path, SrtpKeys keys)
    {
        _stage = stage;
        Peer = peer;
        Own = own;
        Path = path;
        Sender = SrtpSender.Create(keys.Profile, keys.SendKey, keys.SendSalt);
        _receiver = SrtpReceiver.Create(keys.Profile, keys.ReceiveKey, keys.ReceiveSalt);
    }

    public MediaPeer Peer { get; }

    public IceCredentials Own { get; set; }

    public PathKey Path { get; set; }

    public SrtpSender Sender { get; }

    /// <summary>The number of the path in use.</summary>
    public int PathNumber => _stage.Engine.FindPath(Path);

    /// <summary>A connectivity check, to be sent as it is or spoilt.</summary>
    public byte[] Check(bool nominate = true, string? username = null, string? password = null, MoreAttributes? more = null, uint priority = 100)
    {
        var bytes = new byte[512];
        Span<byte> transaction = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(transaction, ++_transaction);
        var writer = new StunWriter(bytes, StunConstants.BindingRequest, transaction);
        writer.Username(Encoding.ASCII.GetBytes(username ?? $"{Peer.Local.Ufrag}:{Own.Ufrag}"));
        writer.Number(StunConstants.IceControlling, 7ul);
        writer.Number(StunConstants.Priority, priority);
        if (nominate)
            writer.Flag(StunConstants.UseCandidate);
        more?.Invoke(ref writer);
        return bytes[..writer.Seal(Encoding.ASCII.GetBytes(password ?? Peer.Local.Password))];
    }

    /// <summary>Makes an RTP packet.</summary>
    public byte[] Rtp(uint ssrc, byte payloadType, long sequence, ReadOnlySpan<byte> payload, uint timestamp = 0, bool marker = false, params (byte Id, byte[] Value)[] extensions)
    {
        var packet = new byte[1600];
        packet[0] = (byte)(extensions.Length == 0 ? 0x80 : 0x90);
        packet[1] = (byte)(payloadType | (marker ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        var at = 12;
        if (extensions.Length > 0)
        {
            at += 4;
            foreach (var (id, value) in extensions)
            {
                packet[at++] = (byte)(id << 4 | value.Length - 1);
                value.CopyTo(packet, at);
                at += value.Length;
            }

            at = at + 3 & ~3;
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(12), RtpHeader.OneByteProfile);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(14), (ushort)((at - 16) / 4));
        }

        return packet[..Sender.ProtectRtp(packet, at, payload, (uint)(sequence >> 16))];
    }

    public void Send(byte[] datagram) => _stage.Send(Path, datagram);

    public void SendRtp(uint ssrc, byte payloadType, long sequence, ReadOnlySpan<byte> payload, uint timestamp = 0, bool marker = false, params (byte Id, byte[] Value)[] extensions) =>
        Send(Rtp(ssrc, payloadType, sequence, payload, timestamp, marker, extensions));

    /// <summary>Takes the RTP packets that have come, decrypted.</summary>
    public List<ReceivedRtp> TakeRtp()
    {
        var received = new List<ReceivedRtp>();
        foreach (var bytes in TakeRaw())
            received.Add(Open(bytes));
        return received;
    }

    /// <summary>Decrypts a packet; one that came before, or is not authentic, fails the test.</summary>
    public ReceivedRtp Open(byte[] bytes)
    {
        Assert.True(RtpHeader.TryRead(bytes, out var header));
        var payload = new byte[bytes.Length];
        var state = _states.GetValueOrDefault(header.Ssrc);
        Assert.Equal(SrtpResult.Ok, _receiver.UnprotectRtp(bytes, header.Length, ref state, payload, out var length, out var index));
        _states[header.Ssrc] = state;
        var extensions = new Dictionary<byte, byte[]>();
        foreach (var element in header.Extensions(bytes))
            extensions[element.Id] = element.Value.ToArray();
        return new ReceivedRtp(header.Ssrc, header.PayloadType, (long)index, header.Timestamp, header.Marker, payload[..length], extensions, bytes.Length);
    }

    /// <summary>Decrypts an RTP packet of any age.</summary>
    /// <param name="bytes">The datagram.</param>
    /// <param name="header">Its header.</param>
    /// <param name="index">The rollover counter and the number that it has.</param>
    /// <param name="payload">What was encrypted; empty when the packet is not taken.</param>
    public SrtpResult TryOpen(byte[] bytes, out RtpHeader header, out ulong index, out byte[] payload)
    {
        Assert.True(RtpHeader.TryRead(bytes, out header));
        var state = _states.GetValueOrDefault(header.Ssrc);
        index = state.Estimate(header.Sequence);
        var result = _receiver.UnprotectRtp(bytes, header.Length, ref state, payload = new byte[bytes.Length], out var length, out var accepted);
        payload = payload[..length];
        if (result != SrtpResult.Ok)
            return result;
        index = accepted;
        _states[header.Ssrc] = state;
        return result;
    }

    /// <summary>Decrypts a compound; one that is not authentic, or came before, fails the test.</summary>
    public byte[] OpenRtcp(byte[] bytes)
    {
        var plain = new byte[bytes.Length];
        Assert.Equal(SrtpResult.Ok, _receiver.UnprotectRtcp(bytes, plain, out var length));
        return plain[..length];
    }

    /// <summary>Decrypts a compound; null for one that came before.</summary>
    public byte[]? TryOpenRtcp(byte[] bytes)
    {
        var plain = new byte[bytes.Length];
        var result = _receiver.UnprotectRtcp(bytes, plain, out var length);
        Assert.True(result is SrtpResult.Ok or SrtpResult.Replayed or SrtpResult.TooOld, $"{result}");
        return result == SrtpResult.Ok ? plain[..length] : null;
    }

    /// <summary>Encrypts a compound, whatever it is; it has eight bytes at least.</summary>
    public byte[] Rtcp(ReadOnlySpan<byte> compound)
    {
        var room = new byte[compound.Length + Sender.RtcpOverhead];
        compound.CopyTo(room);
        return room[..Sender.ProtectRtcp(room, compound.Length)];
    }

    /// <summary>Encrypts an RTP packet that is there in plain text; null when it has no whole header.</summary>
    /// <param name="plain">Header and payload, with the low half of the number.</param>
    /// <param name="index">The rollover counter and the number.</param>
    public byte[]? Rtp(ReadOnlySpan<byte> plain, long index)
    {
        if (!RtpHeader.TryRead(plain, out var header))
            return null;
        var room = new byte[plain.Length + Sender.RtpOverhead];
        plain[..header.Length].CopyTo(room);
        return room[..Sender.ProtectRtp(room, header.Length, plain[header.Length..], (uint)(index >> 16))];
    }

    /// <summary>Sends a compound.</summary>
    public void SendRtcp(RtcpCompound write)
    {
        var packet = new byte[1500];
        var writer = new RtcpWriter(packet.AsSpan(0, 1400));
        write(ref writer);
        Send(packet[..Sender.ProtectRtcp(packet, writer.Length)]);
    }

    /// <summary>Takes the compounds that have come, and of them what senders say of themselves.</summary>
    public List<SenderInformation> TakeSenderReports()
    {
        var reports = new List<SenderInformation>();
        foreach (var compound in TakeRtcp())
        {
            foreach (var packet in new RtcpPackets(compound))
            {
                if (SenderInformation.TryRead(packet, out var information))
                    reports.Add(information);
            }
        }

        return reports;
    }

    /// <summary>Takes the compounds that have come, decrypted.</summary>
    public List<byte[]> TakeRtcp()
    {
        var received = new List<byte[]>();
        foreach (var bytes in _stage.Outbox.Datagrams.Where(datagram => datagram.Path == PathNumber).Select(datagram => datagram.Bytes).ToList())
        {
            if (DatagramRouter.Classify(bytes) != DatagramKind.Rtcp)
                continue;
            received.Add(OpenRtcp(bytes));
        }

        _stage.Outbox.Datagrams.RemoveAll(datagram => datagram.Path == PathNumber && DatagramRouter.Classify(datagram.Bytes) == DatagramKind.Rtcp);
        return received;
    }

    /// <summary>Takes the RTP datagrams that have come, as they are.</summary>
    public List<byte[]> TakeRaw()
    {
        var taken = _stage.Outbox.Datagrams.Where(datagram => datagram.Path == PathNumber && DatagramRouter.Classify(datagram.Bytes) == DatagramKind.Rtp).Select(datagram => datagram.Bytes).ToList();
        _stage.Outbox.Datagrams.RemoveAll(datagram => taken.Contains(datagram.Bytes));
        return taken;
    }

    public void Dispose()
    {
        Sender.Dispose();
        _receiver.Dispose();
    }
}

/// <summary>Writes the packets of a compound.</summary>
internal delegate void RtcpCompound(ref RtcpWriter writer);

/// <summary>Adds attributes to a check.</summary>
internal delegate void MoreAttributes(ref StunWriter writer);

/// <summary>An RTP packet as the receiver sees it.</summary>
internal sealed record ReceivedRtp(
    uint Ssrc, byte PayloadType, long Sequence, uint Timestamp, bool Marker, byte[] Payload, Dictionary<byte, byte[]> Extensions, int Length);
