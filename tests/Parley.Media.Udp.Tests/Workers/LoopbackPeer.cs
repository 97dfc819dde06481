// A peer over real sockets: checks, a DTLS handshake as the client, and media.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Parley.Media.Dtls;
using Parley.Media.Engine;
using Parley.Media.Ice;
using Parley.Media.Rtp;
using Parley.Media.Srtp;
using Parley.Media.Stun;
using Parley.Media.Tests.Stage;
using Parley.Media.Udp.Dtls;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp.Tests.Workers;

internal sealed class LoopbackPeer : IDtlsEvents, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DtlsHandshakes _handshakes;
    private readonly TaskCompletionSource<SrtpKeys> _keys = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<ReceivedPacket> _media = Channel.CreateUnbounded<ReceivedPacket>();
    private readonly Dictionary<uint, SrtpReceiveState> _states = [];
    private readonly CancellationTokenSource _ending = new();
    private readonly List<(LoopbackTransport Transport, Task Reading)> _transports = [];
    private LoopbackTransport _transport;
    private IceCredentials? _remote;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;

    public LoopbackPeer(MediaServer server, IPAddress? address = null)
        : this(server, LoopbackTransport.Udp(server, address))
    {
    }

    public LoopbackPeer(MediaServer server, LoopbackTransport transport)
        : this(transport) => ServerFingerprint = server.Fingerprint;

    public LoopbackPeer(IPEndPoint server)
        : this(LoopbackTransport.Udp(server))
    {
    }

    private LoopbackPeer(LoopbackTransport transport)
    {
        var certificate = DtlsCertificate.Create();
        Fingerprint = certificate.Fingerprint;
        _handshakes = new DtlsHandshakes(certificate, this);
        _transport = transport;
    }

    public IceCredentials Local { get; } = IceCredentials.Create(new CryptographicRandom());

    public Fingerprint Fingerprint { get; }

    /// <summary>Of the certificate that the server must have.</summary>
    public Fingerprint? ServerFingerprint { get; set; }

    /// <summary>How many datagrams of DTLS leave; what comes after is lost.</summary>
    public int DtlsDatagrams { get; set; } = int.MaxValue;

    /// <summary>Datagrams that were of no protocol, or media that was not authentic.</summary>
    public int Unintelligible { get; private set; }

    /// <summary>Why the association ended.</summary>
    public Task<string> Ended => _end.Task.WaitAsync(Patience);

    /// <summary>Joins a server and connects.</summary>
    public async Task<PeerHandle> ConnectAsync(MediaServer server, Action<MediaPeer>? prepare = null, int worker = 0)
    {
        var handle = await StartAsync(server, prepare, worker: worker);
        await KeysAsync();
        return handle;
    }

    /// <summary>Joins a server, and begins to connect.</summary>
    public async Task<PeerHandle> StartAsync(MediaServer server, Action<MediaPeer>? prepare = null, IReadOnlyCollection<Fingerprint>? fingerprints = null, int worker = 0)
    {
        var handle = await AddAsync(server, prepare, fingerprints, worker);
        await StartAsync(_remote!);
        return handle;
    }

    /// <summary>Joins a server, and sends nothing yet.</summary>
    public async Task<PeerHandle> AddAsync(MediaServer server, Action<MediaPeer>? prepare = null, IReadOnlyCollection<Fingerprint>? fingerprints = null, int worker = 0)
    {
        _remote = IceCredentials.Create(new CryptographicRandom());
        return await server.AddPeerAsync(worker, _remote, Local, fingerprints ?? [Fingerprint], DtlsRole.Server, prepare);
    }

    /// <summary>Begins to connect to a server that knows of us by signaling.</summary>
    public async Task StartAsync(IceCredentials remote)
    {
        await CheckAsync(remote);
        _handshakes.Start(1, DtlsRole.Client, [ServerFingerprint ?? throw new InvalidOperationException("The server's certificate is not known yet.")]);
    }

    /// <summary>Makes a connectivity check, and waits until it is answered.</summary>
    public async Task CheckAsync(IceCredentials remote, IceCredentials? local = null)
    {
        _remote = remote;
        Listen(_transport);
        _transport.Send(Check(local: local));
        await AnswerAsync();
    }

    /// <summary>Nominates another way to the server, and sends by it from now on.</summary>
    public async Task UseAsync(LoopbackTransport transport, uint priority = 1)
    {
        Listen(transport);
        _transport = transport;
        transport.Send(Check(priority));
        await AnswerAsync();
    }

    /// <summary>Reads what comes by another way.</summary>
    public void Listen(LoopbackTransport transport)
    {
        if (!_transports.Exists(known => known.Transport == transport))
            _transports.Add((transport, ReadAsync(transport)));
    }

    /// <summary>The answer to a check.</summary>
    public async Task<byte[]> AnswerAsync() => await _answers.Reader.ReadAsync(_ending.Token).AsTask().WaitAsync(Patience);

    public async Task KeysAsync()
    {
        var keys = await _keys.Task.WaitAsync(Patience);
        _sender = SrtpSender.Create(keys.Profile, keys.SendKey, keys.SendSalt);
        _receiver = SrtpReceiver.Create(keys.Profile, keys.ReceiveKey, keys.ReceiveSalt);
    }

    public Task SendRtpAsync(uint ssrc, byte payloadType, ushort sequence, ReadOnlyMemory<byte> payload)
    {
        var packet = new byte[1500];
        packet[0] = 0x80;
        packet[1] = payloadType;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 3000u);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        var length = _sender!.ProtectRtp(packet, RtpHeader.FixedLength, payload.Span, 0);
        _transport.Send(packet.AsSpan(0, length));
        return Task.CompletedTask;
    }

    public async Task<ReceivedPacket> ReceiveRtpAsync() => await _media.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public bool TryReceiveRtp([NotNullWhen(true)] out ReceivedPacket? packet) => _media.Reader.TryRead(out packet);

    public void Close() => _handshakes.Close(1);

    public void Send(long id, ReadOnlySpan<byte> datagram)
    {
        if (DtlsDatagrams-- > 0)
            _transport.Send(datagram);
    }

    public void KeysReady(long id, SrtpKeys keys) => _keys.SetResult(keys);

    public void Farewell(long id, ReadOnlySpan<byte> closeNotify)
    {
    }

    public void ApplicationData(long id, ReadOnlySpan<byte> data) => throw new NotSupportedException();

    public void Failed(long id, DtlsFailure failure) => _end.TrySetResult(failure.ToString());

    public void Closed(long id) => _end.TrySetResult("closed");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var (_, reading) in _transports)
            await reading;
        _handshakes.Dispose();
        _transport.Dispose();
        foreach (var (transport, _) in _transports)
            transport.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
        _ending.Dispose();
    }

    /// <summary>A check that nominates.</summary>
    public byte[] Check(uint priority = 1, string? password = null, IceCredentials? local = null)
    {
        var remote = _remote!;
        var bytes = new byte[512];
        var writer = new StunWriter(bytes, StunConstants.BindingRequest, Guid.NewGuid().ToByteArray().AsSpan(0, 12));
        writer.Username(Encoding.ASCII.GetBytes($"{remote.Ufrag}:{(local ?? Local).Ufrag}"));
        writer.Number(StunConstants.IceControlling, 1ul);
        writer.Number(StunConstants.Priority, priority);
        writer.Flag(StunConstants.UseCandidate);
        return bytes[..writer.Seal(Encoding.ASCII.GetBytes(password ?? remote.Password))];
    }

    private async Task ReadAsync(LoopbackTransport transport)
    {
        var buffer = new byte[2048];
        try
        {
            while (true)
            {
                var length = await transport.ReceiveAsync(buffer, _ending.Token);
                if (length < 0)
                    return;
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
                    case DatagramKind.Unknown or DatagramKind.TurnChannel:
                        Unintelligible++;
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
        var payload = new byte[packet.Length];
        if (!RtpHeader.TryRead(packet, out var header))
        {
            Unintelligible++;
            return;
        }

        ref var state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, header.Ssrc, out _);
        if (_receiver!.UnprotectRtp(packet, header.Length, ref state, payload, out var length, out var index) == SrtpResult.Ok)
            _media.Writer.TryWrite(new ReceivedPacket(header.Ssrc, header.PayloadType, (long)index, payload[..length]));
        else
            Unintelligible++;
    }
}

internal sealed record ReceivedPacket(uint Ssrc, byte PayloadType, long Sequence, byte[] Payload);
