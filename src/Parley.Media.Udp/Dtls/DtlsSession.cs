// One SSL object of OpenSSL and what its callbacks need. Used by one thread; its time is OpenSSL's own.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Parley.Media.Dtls;
using Parley.Media.Srtp;

namespace Parley.Media.Udp.Dtls;

/// <summary>Where a session stands after a call.</summary>
internal enum SessionState : byte
{
    Handshaking,
    Established,
    Closed,
    Failed,
}

/// <summary>A DTLS association while OpenSSL has it.</summary>
#pragma warning disable CA2216 // its own handle keeps it alive, so a finalizer would never run
internal sealed unsafe class DtlsSession : IDisposable
#pragma warning restore CA2216
{
    /// <summary>Where the SSL object keeps the way back to us.</summary>
    public const int ExtraDataIndex = 0;

    private readonly Fingerprint[] _expected;
    private readonly DtlsOptions _options;
    private readonly DatagramBatch _output;
    private readonly bool _isClient;
    private GCHandle _self;
    private nint _ssl;
    private ArraySegment<byte> _input = ArraySegment<byte>.Empty;
    private bool _certificateIsRight;
    private bool _certificateIsWrong;
    private ulong _lastSequence;
    private ulong _lastNonce;

    /// <summary>Makes a session. Datagrams for the peer are added to the output.</summary>
    public DtlsSession(DtlsContext context, DtlsRole role, Fingerprint[] expected, int mtu, DtlsOptions options, DatagramBatch output)
    {
        _expected = expected;
        _options = options;
        _output = output;
        _isClient = role == DtlsRole.Client;
        OpenSsl.ERR_clear_error();
        _ssl = OpenSsl.SSL_new(context.DangerousGetHandle());
        if (_ssl == 0)
            throw new InvalidOperationException($"OpenSSL: {OpenSsl.FirstError()}");
        _self = GCHandle.Alloc(this);
        var self = GCHandle.ToIntPtr(_self);
        var bio = DatagramBio.Create(self);
        OpenSsl.SSL_set_bio(_ssl, bio, bio);
        _ = OpenSsl.SSL_set_ex_data(_ssl, ExtraDataIndex, self);
        _ = OpenSsl.SSL_ctrl(_ssl, OpenSsl.ControlSetMtu, mtu, 0);
        OpenSsl.DTLS_set_timer_cb(_ssl, &NextTimeout);
        if (_isClient)
            OpenSsl.SSL_set_connect_state(_ssl);
        else
            OpenSsl.SSL_set_accept_state(_ssl);
    }

    /// <summary>Why the state is <see cref="SessionState.Failed"/>.</summary>
    public DtlsFailure Failure { get; private set; }

    /// <summary>True when ChangeCipherSpec of the peer has been taken: protected records can be judged from now on, and are not merely kept.</summary>
    public bool TakesProtectedRecords => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(OpenSsl.SSL_state_string(_ssl)).SequenceEqual("TRCCS"u8);

    internal static DtlsSession Of(nint handle) => (DtlsSession)GCHandle.FromIntPtr(handle).Target!;

    /// <summary>Goes on with the handshake, with a datagram of the peer or with none.</summary>
    public SessionState Handshake(ArraySegment<byte> datagram)
    {
        _input = datagram;
        OpenSsl.ERR_clear_error();
        var result = OpenSsl.SSL_do_handshake(_ssl);
        _input = ArraySegment<byte>.Empty;
        if (result != 1)
            return Judge(result, SessionState.Handshaking);
        // Certificates are demanded and sessions never resumed, so the callback was there; were it not, nobody would have been authenticated.
        return _certificateIsRight ? SessionState.Established : Fail(DtlsFailure.NoCertificate);
    }

    /// <summary>Reads on in an established session. Returns the bytes of application data that are now in the buffer; with 0 the state says why.</summary>
    public int Read(ArraySegment<byte> datagram, Span<byte> buffer, out SessionState state)
    {
        _input = datagram;
        OpenSsl.ERR_clear_error();
        int result;
        fixed (byte* start = buffer)
            result = OpenSsl.SSL_read(_ssl, start, buffer.Length);
        _input = ArraySegment<byte>.Empty;
        state = result > 0 ? SessionState.Established : Judge(result, SessionState.Established);
        return Math.Max(result, 0);
    }

    /// <summary>Sends application data. False when OpenSSL would not take it.</summary>
    public bool Write(ReadOnlySpan<byte> data)
    {
        OpenSsl.ERR_clear_error();
        fixed (byte* start = data)
            return OpenSsl.SSL_write(_ssl, start, data.Length) == data.Length;
    }

    /// <summary>Sends close_notify; nothing while the handshake is under way.</summary>
    public void Shutdown()
    {
        OpenSsl.ERR_clear_error();
        _ = OpenSsl.SSL_shutdown(_ssl);
    }

    /// <summary>The time until <see cref="HandleTimeout"/> is to be called; null when no flight waits for an answer.</summary>
    public TimeSpan? UntilTimeout
    {
        get
        {
            var time = stackalloc long[2];
            return OpenSsl.SSL_ctrl(_ssl, OpenSsl.ControlDtlsGetTimeout, 0, (nint)time) == 1
                ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1])
                : null;
        }
    }

    /// <summary>Sends the flight again if its time has come.</summary>
    public SessionState HandleTimeout()
    {
        OpenSsl.ERR_clear_error();
        return OpenSsl.SSL_ctrl(_ssl, OpenSsl.ControlDtlsHandleTimeout, 0, 0) >= 0 ? SessionState.Handshaking : Fail(DtlsFailure.TimedOut);
    }

    /// <summary>The keys for SRTP (RFC 5764 §4.2); null when no profile was agreed upon.</summary>
    public SrtpKeys? ExportKeys()
    {
        var chosen = OpenSsl.SSL_get_selected_srtp_profile(_ssl);
        if (chosen == 0)
            return null;
        // struct { const char *name; unsigned long id; }
        var profile = (SrtpProfile)((nuint*)chosen)[1];
        ReadOnlySpan<byte> label = "EXTRACTOR-dtls_srtp"u8;
        Span<byte> exported = stackalloc byte[profile.ExportedLength()];
        fixed (byte* output = exported)
        fixed (byte* name = label)
        {
            if (OpenSsl.SSL_export_keying_material(_ssl, output, (nuint)exported.Length, name, (nuint)label.Length, null, 0, 0) != 1)
                throw new InvalidOperationException($"OpenSSL: {OpenSsl.FirstError()}");
        }

        var keys = new SrtpKeys(profile, exported, _isClient);
        exported.Clear();
        return keys;
    }

    /// <summary>What has to be kept of an established session that is going to be freed.</summary>
    /// <param name="lastFlight">What the last call has put out.</param>
    public EstablishedDtls Leave(byte[][] lastFlight)
    {
        var suite = CipherSuite.Of(OpenSsl.SSL_CIPHER_get_protocol_id(OpenSsl.SSL_get_current_cipher(_ssl)));
        Span<byte> secret = stackalloc byte[48];
        Span<byte> client = stackalloc byte[32];
        Span<byte> server = stackalloc byte[32];
        bool complete;
        fixed (byte* toSecret = secret, toClient = client, toServer = server)
        {
            complete = OpenSsl.SSL_SESSION_get_master_key(OpenSsl.SSL_get_session(_ssl), toSecret, 48) == 48
                && OpenSsl.SSL_get_client_random(_ssl, toClient, 32) == 32
                && OpenSsl.SSL_get_server_random(_ssl, toServer, 32) == 32;
        }

        if (!complete)
            throw new InvalidOperationException("OpenSSL did not give the session's secrets.");
        var block = suite.KeyBlock(secret, client, server);
        secret.Clear();
        return new EstablishedDtls(suite, block, _isClient, _lastSequence, _lastNonce, _isClient ? [] : lastFlight);
    }

    /// <summary>Frees the session.</summary>
    public void Dispose()
    {
        if (_ssl == 0)
            return;
        OpenSsl.SSL_free(_ssl);
        _ssl = 0;
        _self.Free();
    }

    /// <summary>OpenSSL reads: the datagram once, whole.</summary>
    internal int TakeDatagram(Span<byte> buffer)
    {
        var length = Math.Min(_input.Count, buffer.Length);
        _input.AsSpan(0, length).CopyTo(buffer);
        _input = ArraySegment<byte>.Empty;
        return length;
    }

    /// <summary>OpenSSL writes. The number and nonce of the last protected record are where we go on when the session is gone.</summary>
    internal void PutDatagram(ReadOnlySpan<byte> datagram)
    {
        _output.Add(datagram);
        foreach (var record in DtlsRecord.In(datagram))
        {
            if (record.Epoch == 0 || record.Fragment.Length < sizeof(ulong))
                continue;
            _lastSequence = record.EpochAndSequence;
            _lastNonce = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(record.Fragment);
        }
    }

    /// <summary>OpenSSL asks whether the certificate is the peer's: one of those that were signaled.</summary>
    internal bool Accepts(ReadOnlySpan<byte> certificate)
    {
        _certificateIsRight = false;
        foreach (var fingerprint in _expected)
            _certificateIsRight |= fingerprint.Matches(certificate);
        _certificateIsWrong = !_certificateIsRight;
        return _certificateIsRight;
    }

    // 0 asks for the first timeout, anything else is the last one.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static uint NextTimeout(nint ssl, uint lastUs)
    {
        var options = Of(OpenSsl.SSL_get_ex_data(ssl, ExtraDataIndex))._options;
        var next = lastUs == 0 ? options.FirstRetransmission.TotalMicroseconds : Math.Min(2.0 * lastUs, options.LongestRetransmission.TotalMicroseconds);
        return (uint)next;
    }

    private SessionState Judge(int result, SessionState waiting)
    {
        switch (OpenSsl.SSL_get_error(_ssl, result))
        {
            case OpenSsl.ErrorWantRead:
                return waiting;
            case OpenSsl.ErrorZeroReturn:
                return SessionState.Closed;
        }

        if (_certificateIsWrong)
            return Fail(DtlsFailure.Fingerprint);
        return Fail(OpenSsl.FirstReason() switch
        {
            OpenSsl.ReasonNoCertificate => DtlsFailure.NoCertificate,
            OpenSsl.ReasonReadTimeoutExpired => DtlsFailure.TimedOut,
            >= OpenSsl.ReasonAlert and < OpenSsl.ReasonAlert + 256 => DtlsFailure.Refused,
            _ => DtlsFailure.Protocol,
        });
    }

    private SessionState Fail(DtlsFailure failure)
    {
        Failure = failure;
        return SessionState.Failed;
    }
}
