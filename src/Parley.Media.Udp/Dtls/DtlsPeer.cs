// One association from its start to its end. Everything but the count of what waits is touched by its handshake thread alone.
using Parley.Media.Dtls;

namespace Parley.Media.Udp.Dtls;

/// <summary>What a peer needs of the world around it; the same for all peers of a thread. All is borrowed.</summary>
/// <param name="Context">What all sessions have in common.</param>
/// <param name="Events">Where news goes.</param>
/// <param name="Options">Times and bounds.</param>
/// <param name="Sieve">Takes datagrams apart.</param>
/// <param name="Output">What OpenSSL puts out; empty between two turns.</param>
/// <param name="Read">Where application data is decrypted to.</param>
/// <param name="Sessions">Counts what OpenSSL holds.</param>
/// <param name="Forget">Called before the last event, so that the id may be used again once that has come.</param>
internal sealed record PeerSurroundings(
    DtlsContext Context, IDtlsEvents Events, DtlsOptions Options, RecordSieve Sieve, DatagramBatch Output, byte[] Read, NativeSessionCount Sessions, Action<long> Forget);

/// <summary>How many sessions OpenSSL holds for us.</summary>
internal sealed class NativeSessionCount
{
    private int _count;

    public int Value => Volatile.Read(ref _count);

    public void Add(int difference) => Interlocked.Add(ref _count, difference);
}

/// <summary>An association: waiting, in its handshake, established with or without OpenSSL's session, ended.</summary>
#pragma warning disable CA1001 // End frees the session, and every association comes to its end
internal sealed class DtlsPeer(PeerSurroundings around, long id, DtlsRole role, Fingerprint[] expected, int mtu, bool wantsApplicationData, TimeSpan handshakeEnd)
#pragma warning restore CA1001
{
    private static readonly ArraySegment<byte> Nothing = ArraySegment<byte>.Empty;

    private DtlsSession? _session;
    private EstablishedDtls? _established;
    private bool _isEstablished;
    private bool _peerHasSpoken;

    /// <summary>Datagrams that wait for the thread; counted by those who bring them.</summary>
    private int _waiting;

    public long Id => id;

    /// <summary>True once the last event is due.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>When <see cref="HandleDeadline"/> is wanted next; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The deadline by which the thread has this peer in its queue.</summary>
    public TimeSpan QueuedDeadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>Takes one of the places in the queue; false when all are taken.</summary>
    public bool TryTakePlace()
    {
        if (Interlocked.Increment(ref _waiting) <= around.Options.QueuePerPeer)
            return true;
        Interlocked.Decrement(ref _waiting);
        return false;
    }

    public void GivePlaceBack() => Interlocked.Decrement(ref _waiting);

    /// <summary>A client says hello at once; a server waits, and costs no session until somebody says hello.</summary>
    public void HandleStart(TimeSpan now)
    {
        Deadline = handshakeEnd;
        if (role == DtlsRole.Client)
            Continue(Nothing, now);
    }

    public void HandleDatagram(ArraySegment<byte> datagram, TimeSpan now)
    {
        if (HasEnded)
            return;
        if (_established is not null)
            HandleAfterHandshake(_established, datagram);
        else if (_isEstablished)
            Read(datagram);
        else if (_session is not null || DtlsRecord.BeginsWithClientHello(datagram))
            HandleInHandshake(datagram, now);
    }

    public void HandleSend(ReadOnlySpan<byte> data)
    {
        if (HasEnded || !_isEstablished || _session is null)
            return;
        _ = _session.Write(data);
        Flush();
    }

    public void HandleDeadline(TimeSpan now)
    {
        if (HasEnded || _isEstablished || now < Deadline)
            return;
        if (now >= handshakeEnd)
        {
            Fail(_peerHasSpoken ? DtlsFailure.TimedOut : DtlsFailure.Silent);
            return;
        }

        if (_session!.HandleTimeout() == SessionState.Failed)
        {
            Fail(_session.Failure);
            return;
        }

        Flush();
        SetDeadline(now);
    }

    public void HandleClose(bool quietly)
    {
        if (HasEnded)
            return;
        if (!quietly)
            SayGoodbye();
        End();
        around.Events.Closed(id);
    }

    /// <summary>Ends without a word and without an event.</summary>
    public void Abandon()
    {
        around.Output.Clear();
        if (!HasEnded)
            End();
    }

    private void HandleInHandshake(ReadOnlySpan<byte> datagram, TimeSpan now)
    {
        _peerHasSpoken = true;
        around.Sieve.Sift(datagram);
        if (around.Sieve.Plain.Count > 0)
            Continue(around.Sieve.Plain, now);
        if (around.Sieve.Protected.Count > 0 && _session is { TakesProtectedRecords: true })
            Continue(around.Sieve.Protected, now);
    }

    private void Continue(ArraySegment<byte> datagram, TimeSpan now)
    {
        if (_session is null)
        {
            _session = new DtlsSession(around.Context, role, expected, mtu, around.Options, around.Output);
            around.Sessions.Add(1);
        }

        switch (_session.Handshake(datagram))
        {
            case SessionState.Established:
                Establish(_session);
                break;
            case SessionState.Failed:
                Fail(_session.Failure);
                break;
            case SessionState.Closed:
                Flush();
                End();
                around.Events.Closed(id);
                break;
            default:
                Flush();
                SetDeadline(now);
                break;
        }
    }

    private void Establish(DtlsSession session)
    {
        if (session.ExportKeys() is not { } keys)
        {
            session.Shutdown();
            Fail(DtlsFailure.NoSrtpProfile);
            return;
        }

        _isEstablished = true;
        Deadline = TimeSpan.MaxValue;
        var lastFlight = around.Output.ToArrays();
        around.Events.KeysReady(id, keys);
        // What came in one datagram with the end of the handshake, or overtook it. The last flight waits for the farewell: whoever has heard the one can be told the other.
        Read(Nothing, sends: wantsApplicationData);
        if (HasEnded || wantsApplicationData)
            return;
        _established = session.Leave(lastFlight);
        FreeSession();
        Span<byte> alert = stackalloc byte[EstablishedDtls.AlertLength];
        around.Events.Farewell(id, alert[.._established.WriteCloseNotify(alert)]);
        Flush();
    }

    private void Read(ArraySegment<byte> datagram, bool sends = true)
    {
        while (_session is not null)
        {
            var count = _session.Read(datagram, around.Read, out var state);
            datagram = Nothing;
            // OpenSSL may have repeated its last flight.
            if (sends)
                Flush();
            if (count > 0)
            {
                if (wantsApplicationData)
                    around.Events.ApplicationData(id, around.Read.AsSpan(0, count));
                continue;
            }

            if (state == SessionState.Failed)
                Fail(_session.Failure);
            else if (state == SessionState.Closed)
                HandleClose(quietly: false);
            return;
        }
    }

    private void HandleAfterHandshake(EstablishedDtls established, ReadOnlySpan<byte> datagram)
    {
        switch (established.Receive(datagram))
        {
            case EstablishedNews.LastFlightWanted:
                foreach (var repeated in established.LastFlight)
                    around.Events.Send(id, repeated);
                break;
            case EstablishedNews.Closed:
                HandleClose(quietly: false);
                break;
            case EstablishedNews.Refused:
                Fail(DtlsFailure.Refused);
                break;
        }
    }

    private void SayGoodbye()
    {
        if (_established is not null)
        {
            Span<byte> alert = stackalloc byte[EstablishedDtls.AlertLength];
            around.Events.Send(id, alert[.._established.WriteCloseNotify(alert)]);
        }
        else if (_isEstablished)
        {
            _session?.Shutdown();
            Flush();
        }
    }

    private void Fail(DtlsFailure failure)
    {
        Flush();
        End();
        around.Events.Failed(id, failure);
    }

    private void End()
    {
        HasEnded = true;
        Deadline = TimeSpan.MaxValue;
        _established = null;
        FreeSession();
        around.Forget(id);
    }

    private void FreeSession()
    {
        if (_session is null)
            return;
        _session.Dispose();
        _session = null;
        around.Sessions.Add(-1);
    }

    private void Flush()
    {
        for (var i = 0; i < around.Output.Count; i++)
            around.Events.Send(id, around.Output[i]);
        around.Output.Clear();
    }

    private void SetDeadline(TimeSpan now)
    {
        var retransmission = _session?.UntilTimeout is { } rest ? now + rest : TimeSpan.MaxValue;
        Deadline = retransmission < handshakeEnd ? retransmission : handshakeEnd;
    }
}
