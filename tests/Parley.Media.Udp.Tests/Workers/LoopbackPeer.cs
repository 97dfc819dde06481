// A peer over real sockets: checks, a DTLS handshake as the client, and media.
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Parley.Media.Dtls;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Stun;
using Parley.Media.Udp.Dtls;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

internal sealed class LoopbackPeer : IDtlsEvents, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly IPEndPoint _server;
    private readonly DtlsHandshakes _handshakes;
    private readonly TaskCompletionSource<SrtpKeys> _keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<ReceivedPacket> _media = Channel.CreateUnbounded<ReceivedPacket>();
    private readonly Dictionary<uint, SrtpReceiveState> _states = [];
    private readonly CancellationTokenSource _ending = new();
    private Task _reading = Task.CompletedTask;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;

    public LoopbackPeer(MediaServer server, IPAddress? address = null)
        : this(new IPEndPoint(address ?? IPAddress.Loopback, server.Port)) => ServerFingerprint = server.Fingerprint;

    public LoopbackPeer(IPEndPoint server)
    {
        var certificate = DtlsCertificate.Create();
        Fingerprint = certificate.Fingerprint;
        _handshakes = new DtlsHandshakes(certificate, this);
        _server = server;
        _socket = new Socket(_server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _socket.Bind(new IPEndPoint(_server.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, 0));
    }

    public IceCredentials Local { get; } = IceCredentials.Create(new CryptographicRandom());

    public Fingerprint Fingerprint { get; }

    /// <summary>Of the certificate that the server must have.</summary>
    public Fingerprint? ServerFingerprint { get; set; }

    /// <summary>Why the association ended.</summary>
    public Task<string> Ended => _end.Task.WaitAsync(Patience);

    /// <summary>Joins a server and connects.</summary>
    public async Task<PeerHandle> ConnectAsync(MediaServer server, Action<MediaPeer>? prepare = null)
    {
        var handle = await StartAsync(server, prepare);
        await KeysAsync();
        return handle;
    }

    /// <summary>Joins a server, and begins to connect.</summary>
    public async Task<PeerHandle> StartAsync(MediaServer server, Action<MediaPeer>? prepare = null, Fingerprint? fingerprint = null)
    {
        var remote = IceCredentials.Create(new CryptographicRandom());
        var handle = await server.AddPeerAsync(0, remote, Local, fingerprint ?? Fingerprint, DtlsRole.Server, prepare);
        await StartAsync(remote);
        return handle;
    }

    /// <summary>Begins to connect to a server that knows of us by signaling.</summary>
    public async Task StartAsync(IceCredentials remote)
    {
        _reading = ReadAsync();
        await CheckAsync(remote);
        _handshakes.Start(1, DtlsRole.Client, ServerFingerprint ?? throw new InvalidOperationException("The server's certificate is not known yet."));
    }

    /// <summary>Makes a connectivity check, and waits until it is answered.</summary>
    public async Task CheckAsync(IceCredentials remote, IceCredentials? local = null)
    {
        await _socket.SendToAsync(Check(remote, local ?? Local), _server);
        await _answers.Reader.ReadAsync(_ending.Token).AsTask().WaitAsync(Patience);
    }

    public async Task KeysAsync()
    {
        var keys = await _keys.Task.WaitAsync(Patience);
        _sender = SrtpSender.Create(keys.Profile, keys.SendKey, keys.SendSalt);
        _receiver = SrtpReceiver.Create(keys.Profile, keys.ReceiveKey, keys.ReceiveSalt);
    }

    public async Task SendRtpAsync(uint ssrc, byte payloadType, ushort sequence, ReadOnlyMemory<byte> payload)
    {
        var packet = new byte[1500];
        packet[0] = 0x80;
        packet[1] = payloadType;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 3000u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        var length = _sender!.ProtectRtp(packet, RtpHeader.FixedLength, payload.Span, 0);
        await _socket.SendToAsync(packet.AsMemory(0, length), _server);
    }

    public async Task<ReceivedPacket> ReceiveRtpAsync() => await _media.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public void Close() => _handshakes.Close(1);

    public void Send(long id, ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, _server);

    public void KeysReady(long id, SrtpKeys keys) => _keys.SetResult(keys);

    public void ApplicationData(long id, ReadOnlySpan<byte> data) => throw new NotSupportedException();

    public void Failed(long id, DtlsFailure failure) => _end.TrySetResult(failure.ToString());

    public void Closed(long id) => _end.TrySetResult("closed");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _reading;
        _handshakes.Dispose();
        _socket.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
        _ending.Dispose();
    }

    private static byte[] Check(IceCredentials remote, IceCredentials local)
    {
        var bytes = new byte[512];
        var writer = new StunWriter(bytes, StunConstants.BindingRequest, Guid.NewGuid().ToByteArray().AsSpan(0, 12));
        writer.Username(Encoding.ASCII.GetBytes($"{remote.Ufrag}:{local.Ufrag}"));
        writer.Number(StunConstants.IceControlling, 1ul);
        writer.Number(StunConstants.Priority, 1u);
        writer.Flag(StunConstants.UseCandidate);
        return bytes[..writer.Seal(Encoding.ASCII.GetBytes(remote.Password))];
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, _ending.Token);
                switch (DatagramRouter.Classify(buffer.AsSpan(0, length)))
                {
                    case DatagramKind.Stun:
                        await _answers.Writer.WriteAsync(buffer[..length]);
                        break;
                    case DatagramKind.Dtls:
                        _handshakes.Receive(1, buffer.AsSpan(0, length));
                        break;
                    case DatagramKind.Rtp when _receiver is not null:
                        Take(buffer.AsSpan(0, length));
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Take(ReadOnlySpan<byte> packet)
    {
        if (!RtpHeader.TryRead(packet, out var header))
            return;
        var payload = new byte[packet.Length];
        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, header.Ssrc, out _);
        if (_receiver!.UnprotectRtp(packet, header.Length, ref state, payload, out var length, out var index) == SrtpResult.Ok)
            _media.Writer.TryWrite(new ReceivedPacket(header.Ssrc, header.PayloadType, (long)index, payload[..length]));
    }
}

internal sealed record ReceivedPacket(uint Ssrc, byte PayloadType, long Sequence, byte[] Payload);
