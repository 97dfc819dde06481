// DTLS 1.2 for all peers of a server, by OpenSSL, on threads of its own: no packet of media waits for a handshake. RFC 6347, RFC 5764, RFC 8842.
using System.Collections.Concurrent;
using Parley.Media.Dtls;

namespace Parley.Media.Udp.Dtls;

/// <summary>Runs the DTLS associations of many peers. Every method may be called by every thread and returns at once; what follows comes by <see cref="IDtlsEvents"/>.</summary>
public sealed class DtlsHandshakes : IDisposable
{
    /// <summary>The most that <see cref="Send"/> takes at once.</summary>
    public const int MaxApplicationData = DatagramPool.BufferLength;

    /// <summary>The most certificates that a peer may choose from.</summary>
    public const int MaxFingerprints = 8;

    // One record of application data, decrypted.
    private const int ReadLength = 16 * 1024;

    private readonly DtlsContext _context;
    private readonly DtlsOptions _options;
    private readonly DatagramPool _pool;
    private readonly HandshakeThread[] _threads;
    private readonly NativeSessionCount _sessions = new();
    private readonly ConcurrentDictionary<long, (DtlsPeer Peer, HandshakeThread Thread)> _peers = new();
    private readonly IDtlsEvents _events;
    private uint _next;
    private long _malformed;
    private long _overflowed;
    private long _faults;
    private volatile bool _disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="certificate">Whom we are, to every peer.</param>
    /// <param name="events">Takes what comes out.</param>
    /// <param name="threads">How many handshakes may run at a time, at least 1. One thread makes about 2,000 handshakes a second.</param>
    /// <param name="options">Times and bounds; the usual ones when null.</param>
    public DtlsHandshakes(DtlsCertificate certificate, IDtlsEvents events, int threads = 1, DtlsOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _options = options ?? new DtlsOptions();
        _events = events;
        _context = new DtlsContext(certificate, _options.Profiles);
        _pool = new DatagramPool(_options.QueueInAll);
        _threads = new HandshakeThread[threads];
        for (var i = 0; i < threads; i++)
        {
            var around = new PeerSurroundings(_context, events, _options, new RecordSieve(), new DatagramBatch(), new byte[ReadLength], _sessions, id => _peers.TryRemove(id, out _));
            _threads[i] = new HandshakeThread(this, _pool, around, i);
        }
    }

    /// <summary>Associations that have begun and not ended.</summary>
    public int Peers => _peers.Count;

    /// <summary>Sessions that OpenSSL holds, about 47 KiB each: handshakes under way, and associations with application data.</summary>
    public int LiveSessions => _sessions.Value;

    /// <summary>Datagrams that wait for their thread.</summary>
    public int Waiting => _pool.InUse;

    /// <summary>What went wrong.</summary>
    public DtlsCounters Counters => new(Interlocked.Read(ref _malformed), Interlocked.Read(ref _overflowed), Interlocked.Read(ref _faults));

    /// <summary>The last such fault.</summary>
    public Exception? LastFault { get; private set; }

    /// <summary>Begins an association. As a client the first datagram goes out at once, as a server the peer's is awaited.</summary>
    /// <param name="id">Names the association in every call and event until it has ended.</param>
    /// <param name="role">Our part.</param>
    /// <param name="expected">Fingerprints as signaled, 1 to <see cref="MaxFingerprints"/> of one hash: the peer's certificate has to match one of them (RFC 8122 §5).</param>
    /// <param name="mtu">The longest datagram, 256 to 2048 bytes.</param>
    /// <param name="applicationData">True when application data is wanted; OpenSSL's session is kept then.</param>
    /// <exception cref="InvalidOperationException">The id is in use.</exception>
    public void Start(long id, DtlsRole role, IReadOnlyCollection<Fingerprint> expected, int mtu = 1200, bool applicationData = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(expected.Count, nameof(expected));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expected.Count, MaxFingerprints, nameof(expected));
        ArgumentOutOfRangeException.ThrowIfLessThan(mtu, 256);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mtu, DatagramPool.BufferLength);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var thread = _threads[Interlocked.Increment(ref _next) % (uint)_threads.Length];
        var peer = new DtlsPeer(thread.Around, id, role, [.. expected], mtu, applicationData, HandshakeThread.Now + _options.HandshakeTimeout);
        if (!_peers.TryAdd(id, (peer, thread)))
            throw new InvalidOperationException($"Association {id} has not ended yet.");
        thread.Post(new HandshakeItem(HandshakeWork.Start, peer, null, 0));
    }

    /// <summary>Takes a datagram of the peer, which is copied. What is no DTLS, of nobody, or too much is dropped.</summary>
    public void Receive(long id, ReadOnlySpan<byte> datagram)
    {
        if (DtlsRecord.Begins(datagram) && datagram.Length <= DatagramPool.BufferLength)
            Post(id, HandshakeWork.Datagram, datagram);
        else
            Interlocked.Increment(ref _malformed);
    }

    /// <summary>Sends application data, which is copied, in one datagram. Dropped before the handshake is done and when too much is waiting.</summary>
    /// <param name="id">An association that was started with application data.</param>
    /// <param name="data">1 to <see cref="MaxApplicationData"/> bytes; whoever sends keeps 37 bytes below the MTU.</param>
    public void Send(long id, ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfZero(data.Length, nameof(data));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, MaxApplicationData, nameof(data));
        Post(id, HandshakeWork.Send, data);
    }

    /// <summary>Ends an association: the peer is sent close_notify if it has keys. <see cref="IDtlsEvents.Closed"/> follows, unless it has ended already.</summary>
    /// <param name="id">The association.</param>
    /// <param name="quietly">True when nothing is to be sent: the peer was told by <see cref="IDtlsEvents.Farewell"/>, or is out of reach.</param>
    public void Close(long id, bool quietly = false)
    {
        if (!_disposed && _peers.TryGetValue(id, out var found))
            found.Thread.Post(new HandshakeItem(quietly ? HandshakeWork.CloseQuietly : HandshakeWork.Close, found.Peer, null, 0));
    }

    /// <summary>Finishes what was asked before, ends the threads and frees everything, without a word to peers that were not closed. Not to be called from an event.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var thread in _threads)
            thread.Dispose();
        foreach (var (peer, _) in _peers.Values)
            peer.Abandon();
        _peers.Clear();
        _context.Dispose();
    }

    internal void HandleFault(DtlsPeer peer, Exception fault)
    {
        LastFault = fault;
        Interlocked.Increment(ref _faults);
        var hadEnded = peer.HasEnded;
        peer.Abandon();
        if (hadEnded)
            return;
        try
        {
            _events.Failed(peer.Id, DtlsFailure.Internal);
        }
#pragma warning disable CA1031 // whoever takes the events is at fault, and has been told
        catch (Exception again)
#pragma warning restore CA1031
        {
            LastFault = again;
        }
    }

    private void Post(long id, HandshakeWork work, ReadOnlySpan<byte> bytes)
    {
        if (_disposed || !_peers.TryGetValue(id, out var found))
            return;
        if (!found.Peer.TryTakePlace())
        {
            Interlocked.Increment(ref _overflowed);
            return;
        }

        if (!_pool.TryRent(out var buffer))
        {
            found.Peer.GivePlaceBack();
            Interlocked.Increment(ref _overflowed);
            return;
        }

        bytes.CopyTo(buffer);
        found.Thread.Post(new HandshakeItem(work, found.Peer, buffer, bytes.Length));
    }
}
