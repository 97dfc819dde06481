// What is measured: a payload protected for many subscribers, and packets of one publisher unprotected.
using System.Buffers.Binary;
using Parley.Media.Srtp;

namespace Parley.Bench.Media;

/// <summary>Somebody who protects and unprotects packets. Every call works on a batch, so that the call itself does not count.</summary>
internal abstract class SrtpContender(string name, SrtpProfile profile, int payloadLength) : IDisposable
{
    /// <summary>Fixed header and two header extensions, as browsers send them.</summary>
    public const int HeaderLength = 20;

    /// <summary>As many keys as a crowded room has subscribers, so that keys are not always at hand.</summary>
    public const int Subscribers = 50;

    /// <summary>Packets that are unprotected in a batch.</summary>
    public const int Arriving = 200;

    public const int Room = 64;

    public string Name => name;

    protected SrtpProfile Profile => profile;

    protected byte[] Payload { get; } = Bytes(payloadLength, 1);

    protected byte[] Header { get; } = [0x90, 96, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0xBE, 0xDE, 0, 1, 0x10, 0x7F, 0, 0];

    /// <summary>Protects the payload once for each subscriber.</summary>
    public abstract void Protect(ushort sequenceNumber);

    /// <summary>Unprotects the packets of <see cref="Arriving"/> numbers, from a source not heard of before.</summary>
    public abstract void Unprotect();

    public abstract void Dispose();

    protected static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected byte[] Key(int subscriber) => Bytes(profile.KeyLength(), 2 * subscriber);

    protected byte[] Salt(int subscriber) => Bytes(profile.SaltLength(), 2 * subscriber + 1);

    protected byte[][] Arrivals()
    {
        using var sender = SrtpSender.Create(profile, Key(0), Salt(0));
        return [.. Enumerable.Range(0, Arriving).Select(number =>
        {
            var packet = new byte[HeaderLength + Payload.Length + sender.RtpOverhead];
            Header.CopyTo(packet, 0);
            BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)number);
            sender.ProtectRtp(packet, HeaderLength, Payload, 0);
            return packet;
        })];
    }
}

/// <summary>One of Parley's implementations: from the payload straight into the packet.</summary>
internal sealed class ParleySrtp : SrtpContender
{
    private readonly SrtpSender[] _senders;
    private readonly SrtpReceiver _receiver;
    private readonly byte[][] _arrivals;
    private readonly byte[] _packet;
    private readonly byte[] _plain;

    public ParleySrtp(SrtpProfile profile, SrtpImplementation implementation, int payloadLength)
        : base($"Parley, {implementation}", profile, payloadLength)
    {
        _senders = [.. Enumerable.Range(0, Subscribers).Select(i => SrtpSender.Create(profile, Key(i), Salt(i), implementation))];
        _receiver = SrtpReceiver.Create(profile, Key(0), Salt(0), implementation);
        _arrivals = Arrivals();
        _packet = new byte[HeaderLength + payloadLength + Room];
        _plain = new byte[payloadLength];
    }

    public override void Protect(ushort sequenceNumber)
    {
        foreach (var sender in _senders)
        {
            Header.CopyTo(_packet, 0);
            BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), sequenceNumber);
            sender.ProtectRtp(_packet, HeaderLength, Payload, 0);
        }
    }

    public override void Unprotect()
    {
        var state = new SrtpReceiveState();
        foreach (var packet in _arrivals)
        {
            if (_receiver.UnprotectRtp(packet, HeaderLength, ref state, _plain, out _, out _) != SrtpResult.Ok)
                throw new InvalidOperationException("A packet was refused.");
        }
    }

    public override void Dispose()
    {
        _receiver.Dispose();
        foreach (var sender in _senders)
            sender.Dispose();
    }
}

/// <summary>libsrtp2, which works in place: the payload is copied into each packet first.</summary>
internal sealed unsafe class LibSrtp : SrtpContender
{
    private readonly LibSrtpSession[] _senders;
    private readonly byte[][] _arrivals;
    private readonly byte[] _packet;

    public LibSrtp(SrtpProfile profile, int payloadLength)
        : base("libsrtp2", profile, payloadLength)
    {
        _senders = [.. Enumerable.Range(0, Subscribers).Select(i => new LibSrtpSession(profile, Key(i), Salt(i), outbound: true))];
        _arrivals = Arrivals();
        _packet = new byte[HeaderLength + payloadLength + Room];
    }

    public override void Protect(ushort sequenceNumber)
    {
        fixed (byte* packet = _packet)
        {
            foreach (var sender in _senders)
            {
                Header.CopyTo(_packet, 0);
                BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), sequenceNumber);
                Payload.CopyTo(_packet, HeaderLength);
                sender.Protect(packet, HeaderLength + Payload.Length);
            }
        }
    }

    public override void Unprotect()
    {
        using var receiver = new LibSrtpSession(Profile, Key(0), Salt(0), outbound: false);
        fixed (byte* pointer = _packet)
        {
            foreach (var packet in _arrivals)
            {
                packet.CopyTo(_packet, 0);
                receiver.Unprotect(pointer, packet.Length);
            }
        }
    }

    public override void Dispose()
    {
        foreach (var sender in _senders)
            sender.Dispose();
    }
}
