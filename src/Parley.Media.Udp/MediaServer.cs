// The media engine with everything that it needs of the system: workers with their sockets, and the handshakes.
using System.Buffers;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Parley.Media.Dtls;
using Parley.Media.Engine;
using Parley.Media.Forwarding;
using Parley.Media.Ice;
using Parley.Media.Relay;
using Parley.Media.Srtp;
using Parley.Media.Udp.Dtls;
using Parley.Media.Udp.Native;
using Parley.Media.Udp.Sockets;
using Parley.Media.Udp.Workers;

namespace Parley.Media.Udp;

/// <summary>A peer of a server: its worker, and its number there.</summary>
public readonly record struct PeerHandle(int Worker, PeerId Peer)
{
    private const int WorkerShift = 48;

    internal long Association => (long)Worker << WorkerShift | Peer.Value;

    internal static PeerHandle Of(long association) => new((int)(association >> WorkerShift), new PeerId(association & (1L << WorkerShift) - 1));
}

/// <summary>
/// A selective forwarding unit on UDP, and on TCP where a network lets no UDP through. Peers are added to a worker; what concerns their tracks is done on the worker's thread by <see cref="InvokeAsync{T}"/>.
/// </summary>
public sealed class MediaServer : IDisposable
{
    private const int FreePortAttempts = 32;

    /// <summary>More peers than a machine carries.</summary>
    private const ulong MostPeerSockets = 32_768;

    /// <summary>Some 2 µs each.</summary>
    private const int PeersReadInATurn = 32;

    private readonly MediaServerOptions _options;
    private readonly MediaWorker[] _workers;
    private readonly SocketBudget _budget;
    private readonly IMediaServerEvents? _events;
    private readonly DtlsHandshakes _handshakes;
    private readonly DtlsCertificate _certificate = DtlsCertificate.Create();

    /// <summary>Binds the port and starts the threads.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="events">Who hears what happens to peers.</param>
    /// <exception cref="IOException">The port is taken, or an address is not one of this machine.</exception>
    public MediaServer(MediaServerOptions? options = null, IMediaServerEvents? events = null)
    {
        _options = options ?? new MediaServerOptions();
        _events = events;
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Workers, 1, nameof(options));
        var carrier = new Carrier(this);
        _handshakes = new DtlsHandshakes(_certificate, carrier, options: _options.Dtls);
        _workers = new MediaWorker[_options.Workers];
        _budget = new SocketBudget(_options.MaxPeerSockets > 0 ? _options.MaxPeerSockets : (int)Math.Min(MostPeerSockets, Libc.DescriptorLimit() / 4));
        try
        {
            var group = _options.Workers > 1 ? new SteeringGroup(_options.Workers) : null;
            _workers[0] = BindFirst(carrier, group);
            for (var i = 1; i < _workers.Length; i++)
                _workers[i] = new MediaWorker(carrier, i, _workers[0].Addresses, _options, _budget, group);
            if (group is not null)
                _workers.CopyTo(group.Workers, 0);
        }
        catch
        {
            Free();
            throw;
        }

        Port = _workers[0].Addresses.First().Port;
        Candidates = [.. AddressesToTell().Select(address => TransportAddress.From(address, Port))];
        TcpCandidates = _options.Tcp ? Candidates : [];
        foreach (var worker in _workers)
            worker.Start();
    }

    /// <summary>The port, of UDP and of TCP.</summary>
    public int Port { get; }

    /// <summary>How many workers there are.</summary>
    public int Workers => _workers.Length;

    /// <summary>What peers are to send to.</summary>
    public IReadOnlyList<TransportAddress> Candidates { get; }

    /// <summary>What peers may connect to: the passive candidates of RFC 6544. None when TCP is off.</summary>
    public IReadOnlyList<TransportAddress> TcpCandidates { get; }

    /// <summary>The fingerprint of our certificate.</summary>
    public Fingerprint Fingerprint => _certificate.Fingerprint;

    /// <summary>Handshakes and established associations whose native session is alive.</summary>
    public int LiveDtlsSessions => _handshakes.LiveSessions;

    /// <summary>What went wrong with handshakes.</summary>
    public DtlsCounters DtlsCounters => _handshakes.Counters;

    /// <summary>Descriptors that peers take now: their own sockets, and connections.</summary>
    public int PeerSockets => _budget.Used;

    /// <summary>How many they may take: <see cref="MediaServerOptions.MaxPeerSockets"/>.</summary>
    public int MaxPeerSockets => _budget.Limit;

    /// <summary>
    /// How many of them peers on UDP may take. Three quarters; at most 64 before Linux 6.13, which compares every datagram that arrives with all sockets of the port.
    /// </summary>
    public int MaxDatagramSockets => _budget.LimitForDatagrams;

    /// <summary>Adds a peer and begins to wait for it.</summary>
    /// <param name="worker">From 0 on: where the other peers of its room are.</param>
    /// <param name="local">Our credentials.</param>
    /// <param name="remote">The peer's.</param>
    /// <param name="fingerprints">Of the peer's certificates, 1 to <see cref="DtlsHandshakes.MaxFingerprints"/> of one hash: it has to have one of them.</param>
    /// <param name="role">Our part in the handshake.</param>
    /// <param name="prepare">Adds the peer's tracks; runs on the worker's thread before anything of the peer is taken.</param>
    public async Task<PeerHandle> AddPeerAsync(
        int worker, IceCredentials local, IceCredentials remote, IReadOnlyCollection<Fingerprint> fingerprints, DtlsRole role, Action<MediaPeer>? prepare = null) =>
        await _workers[worker].InvokeAsync((self, nowUs) =>
        {
            var peer = self.Engine.AddPeer(local, remote, nowUs);
            var handle = new PeerHandle(worker, peer.Id);
            try
            {
                prepare?.Invoke(peer);
                _handshakes.Start(handle.Association, role, fingerprints);
            }
            catch
            {
                Close(self, peer.Id, PeerEndReason.Fault);
                throw;
            }

            return handle;
        });

    /// <summary>Does something with a worker's engine, on its thread. Fails with <see cref="ObjectDisposedException"/> when the server has ended.</summary>
    public Task<T> InvokeAsync<T>(int worker, Func<MediaEngine, T> work) => _workers[worker].InvokeAsync((self, _) => work(self.Engine));

    /// <summary>
    /// Lets another worker's peers read a track of a peer: only as long as somebody there does is anything carried. It ends with the original, or when nobody has read it for
    /// a while; one that is relayed already is the same.
    /// </summary>
    /// <param name="publisher">Whose track it is.</param>
    /// <param name="mid">The track's mid.</param>
    /// <param name="toWorker">Who is to read it.</param>
    /// <param name="attach">Subscribes peers of that worker to it; runs on its thread.</param>
    /// <returns>The track there, the original if that is with its publisher; null when the publisher or its track is gone.</returns>
    public async Task<MediaTrack?> RelayAsync(PeerHandle publisher, string mid, int toWorker, Action<MediaTrack>? attach = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(toWorker);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(toWorker, _workers.Length);
        var isHere = toWorker == publisher.Worker;
        var (track, id) = await _workers[publisher.Worker].InvokeAsync((self, _) =>
        {
            var track = self.Engine.Find(publisher.Peer)?.Tracks.FirstOrDefault(track => track.Parameters.Mid == mid);
            if (isHere && track is not null)
                attach?.Invoke(track);
            return (track, track is null || isHere ? 0 : self.Relay!.LinkTo(toWorker).Offer(track));
        });
        if (track is null || isHere)
            return track;
        return await _workers[toWorker].InvokeAsync((self, _) =>
        {
            var relayed = self.Relay!.LinkTo(publisher.Worker).Receive(id, track.Parameters, track.Publisher);
            attach?.Invoke(relayed);
            return relayed;
        });
    }

    /// <summary>Has a copy made of what a track of a peer brings, for a reader on any thread: a recorder.</summary>
    /// <param name="publisher">Whose track it is.</param>
    /// <param name="mid">The track's mid.</param>
    /// <param name="options">How the tap behaves.</param>
    /// <returns>The tap; null when the publisher or its track is gone.</returns>
    public Task<TrackTap?> TapAsync(PeerHandle publisher, string mid, TapOptions? options = null) => _workers[publisher.Worker].InvokeAsync((self, _) =>
        self.Engine.Find(publisher.Peer)?.Tracks.FirstOrDefault(track => track.Parameters.Mid == mid)?.AddTap(options));

    /// <summary>Ends a peer, which is told by DTLS close_notify when its handshake was done; nothing happens when it is gone.</summary>
    public Task ClosePeerAsync(PeerHandle peer) => _workers[peer.Worker].InvokeAsync((self, _) =>
    {
        Close(self, peer.Peer, PeerEndReason.Closed);
        return true;
    });

    /// <summary>What a peer did; null when it is gone.</summary>
    public Task<PeerStatistics?> ReadPeerStatisticsAsync(PeerHandle peer) => InvokeAsync(peer.Worker, engine => engine.Find(peer.Peer)?.ReadStatistics());

    /// <summary>What several peers did; those that are gone are left out. They are read a few in a turn, so that no packet waits for it.</summary>
    public async Task<IReadOnlyDictionary<PeerHandle, PeerStatistics>> ReadPeerStatisticsAsync(IEnumerable<PeerHandle> peers)
    {
        var read = new Dictionary<PeerHandle, PeerStatistics>();
        foreach (var some in peers.Distinct().GroupBy(static peer => peer.Worker).SelectMany(static group => group.Chunk(PeersReadInATurn)))
        {
            var statistics = await InvokeAsync(some[0].Worker, engine => some.Select(peer => engine.Find(peer.Peer)?.ReadStatistics()).ToList());
            for (var i = 0; i < some.Length; i++)
            {
                if (statistics[i] is { } known)
                    read[some[i]] = known;
            }
        }

        return read;
    }

    /// <summary>What the workers did.</summary>
    public IReadOnlyList<WorkerStatistics> ReadStatistics() =>
        [.. _workers.Select(static (worker, index) => new WorkerStatistics(
            index, worker.Received, worker.BytesReceived, worker.Sender.Sent, worker.Sender.BytesSent, worker.Sender.Calls, worker.Sender.Failed, worker.LongestTurnUs, worker.Engine.Drops)
        {
            Peers = worker.Engine.PeerCount,
            Repairs = worker.Engine.Repairs,
            Tcp = worker.TcpStatistics,
            Steered = worker.Steering?.Steered ?? 0,
            SteeringDrops = worker.Steering?.Dropped ?? 0,
            Relay = worker.Relay?.Read() ?? new RelayStatistics(0, 0, 0, 0),
        })];

    /// <summary>Ends every peer, each of which is told as by <see cref="ClosePeerAsync"/>, and the threads.</summary>
    public void Dispose() => Free();

    private static void Close(MediaWorker worker, PeerId peer, PeerEndReason reason, Exception? fault = null)
    {
        var sink = new UdpSink(worker);
        worker.Engine.ClosePeer(ref sink, peer, reason, fault);
    }

    /// <summary>Makes the worker that finds the port. One that is free for UDP may be taken for TCP: with port 0, another is tried.</summary>
    private MediaWorker BindFirst(Carrier carrier, SteeringGroup? group)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new MediaWorker(carrier, 0, BindTo(), _options, _budget, group);
            }
            catch (MediaSocketException taken) when (_options.Port == 0 && taken.Error == Libc.ErrorAddressInUse && attempt < FreePortAttempts)
            {
                continue;
            }
        }
    }

    private IEnumerable<TransportAddress> BindTo()
    {
        if (_options.BindAddresses.Count > 0)
            return _options.BindAddresses.Select(address => TransportAddress.From(address, _options.Port));
        // A machine without IPv6 has no second socket; with port 0 both families cannot share what is found.
        return Socket.OSSupportsIPv6 && _options.Port != 0
            ? [TransportAddress.From(IPAddress.Any, _options.Port), TransportAddress.From(IPAddress.IPv6Any, _options.Port)]
            : [TransportAddress.From(IPAddress.Any, _options.Port)];
    }

    private IEnumerable<IPAddress> AddressesToTell()
    {
        if (_options.AdvertisedAddresses.Count > 0)
            return _options.AdvertisedAddresses.Where(static address => !IsLinkLocal(address)).Distinct();
        var bound = _workers[0].Addresses.Select(static address => address.ToIPAddress()).ToList();
        var named = bound.Where(static address => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)).ToList();
        if (named.Count > 0)
            return named.Where(static address => !IsLinkLocal(address));
        var all = NetworkInterface.GetAllNetworkInterfaces()
            .Where(static network => network.OperationalStatus == OperationalStatus.Up || network.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            .SelectMany(static network => network.GetIPProperties().UnicastAddresses.Select(static unicast => unicast.Address))
            .Where(address => !IsLinkLocal(address) && bound.Exists(own => own.AddressFamily == address.AddressFamily))
            .Distinct()
            .ToList();
        // Loopback is told where there is nothing else: a machine without a network still talks to itself.
        var others = all.Where(static address => !IPAddress.IsLoopback(address)).ToList();
        return others.Count > 0 ? others : all;
    }

    private static bool IsLinkLocal(IPAddress address) => TransportAddress.From(address, 0).IsLinkLocal;

    // Workers wake each other, and handshakes wake workers: descriptors are closed when no thread is left that could use them.
    private void Free()
    {
        foreach (var worker in _workers)
            worker?.Stop();
        _handshakes.Dispose();
        foreach (var worker in _workers)
            worker?.Dispose();
    }

    /// <summary>Carries events between workers and handshakes.</summary>
    private sealed class Carrier(MediaServer server) : IMediaWorkerOwner, IDtlsEvents
    {
        public void ReceiveDtls(int worker, PeerId peer, ReadOnlySpan<byte> record) =>
            server._handshakes.Receive(new PeerHandle(worker, peer).Association, record);

        public void Handle(int worker, MediaEvent happened)
        {
            var handle = new PeerHandle(worker, happened.Peer);
            // The engine has sent the farewell: its paths are closed now.
            if (happened is PeerEnded)
                server._handshakes.Close(handle.Association, quietly: true);
            if (happened is CopyFailed failed)
                server._events?.Fault(worker, failed.Fault);
            server._events?.Handle(handle, happened);
        }

        public void Fault(int worker, Exception fault) => server._events?.Fault(worker, fault);

        public void Send(long id, ReadOnlySpan<byte> datagram)
        {
            var length = datagram.Length;
            var copy = ArrayPool<byte>.Shared.Rent(length);
            datagram.CopyTo(copy);
            Post(id, (worker, handle, _) =>
            {
                var sink = new UdpSink(worker);
                worker.Engine.SendDtls(ref sink, handle.Peer, copy.AsSpan(0, length));
                ArrayPool<byte>.Shared.Return(copy);
            });
        }

        public void KeysReady(long id, SrtpKeys keys) => Post(id, (worker, handle, _) =>
        {
            worker.Engine.HandleKeys(handle.Peer, keys);
            keys.Clear();
        });

        public void Farewell(long id, ReadOnlySpan<byte> closeNotify)
        {
            var copy = closeNotify.ToArray();
            Post(id, (worker, handle, _) => worker.Engine.SetFarewell(handle.Peer, copy));
        }

        // Nothing is started with application data as long as m=application is rejected.
        public void ApplicationData(long id, ReadOnlySpan<byte> data)
        {
        }

        public void Failed(long id, DtlsFailure failure)
        {
            var fault = failure == DtlsFailure.Internal ? server._handshakes.LastFault : null;
            Post(id, (worker, handle, _) => Close(worker, handle.Peer, ReasonOf(failure, worker.Engine.Find(handle.Peer)), fault));
        }

        public void Closed(long id) => Post(id, (worker, handle, _) => Close(worker, handle.Peer, PeerEndReason.ClosedByPeer));

        private static PeerEndReason ReasonOf(DtlsFailure failure, MediaPeer? peer) => failure switch
        {
            DtlsFailure.Fingerprint => PeerEndReason.FingerprintMismatch,
            // Nothing of it came at all: DTLS is not to blame.
            DtlsFailure.Silent when peer is { WasReached: false } => PeerEndReason.NoConnectivity,
            DtlsFailure.Silent => PeerEndReason.HandshakeSilent,
            DtlsFailure.TimedOut => PeerEndReason.HandshakeTimedOut,
            DtlsFailure.Refused => PeerEndReason.HandshakeRefused,
            DtlsFailure.NoCertificate => PeerEndReason.NoCertificate,
            DtlsFailure.NoSrtpProfile => PeerEndReason.NoSrtpProfile,
            DtlsFailure.Internal => PeerEndReason.Fault,
            _ => PeerEndReason.HandshakeFailed,
        };

        private void Post(long id, Action<MediaWorker, PeerHandle, long> work)
        {
            var handle = PeerHandle.Of(id);
            server._workers[handle.Worker].Post((worker, nowUs) => work(worker, handle, nowUs));
        }
    }
}
