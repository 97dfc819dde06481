// What is left of an association when OpenSSL's session has been freed: enough to say the last flight again, to notice the peer's end and to tell it ours.
// docs/decisions/0014-dtls-sessions-are-freed.md
namespace Parley.Media.Udp.Dtls;

/// <summary>What a datagram meant to an established association.</summary>
internal enum EstablishedNews : byte
{
    None,

    /// <summary>The peer has not got our last flight.</summary>
    LastFlightWanted,

    Closed,

    /// <summary>A fatal alert other than close_notify.</summary>
    Refused,
}

/// <summary>An association without its session: some 400 bytes in place of 47 KiB.</summary>
internal sealed class EstablishedDtls
{
    /// <summary>The longest datagram of ours is a close_notify with GCM's explicit nonce.</summary>
    public const int AlertLength = DtlsRecord.HeaderLength + 8 + 2 + RecordKey.TagLength;

    // An alert is two bytes, Finished twelve and its header; what is longer need not be opened.
    private const int LongestPlain = 32;
    private const byte Finished = 20;
    private const byte WarningLevel = 1;
    private const byte FatalLevel = 2;
    private const byte CloseNotify = 0;

    // A peer whose timer starts at 50 ms and doubles does not ask more often within its own time-out; a replayed Finished shall not be answered for ever.
    private const int MaxRepetitions = 32;

    private readonly RecordKey _own;
    private readonly RecordKey _peer;
    private readonly byte[][] _lastFlight;
    private readonly ulong _lastSequence;
    private readonly ulong _lastNonce;
    private int _repetitions;

    /// <summary>Takes over from a session.</summary>
    /// <param name="suite">The suite that was agreed upon.</param>
    /// <param name="keyBlock">As of <see cref="CipherSuite.KeyBlock"/>.</param>
    /// <param name="isClient">True when we were the client.</param>
    /// <param name="lastSequence">Epoch and number of our last record.</param>
    /// <param name="lastNonce">The explicit nonce of our last record.</param>
    /// <param name="lastFlight">The datagrams that end the handshake, if it was ours to send them.</param>
    public EstablishedDtls(CipherSuite suite, ReadOnlySpan<byte> keyBlock, bool isClient, ulong lastSequence, ulong lastNonce, byte[][] lastFlight)
    {
        var client = new RecordKey(suite, keyBlock[..suite.KeyLength], keyBlock.Slice(2 * suite.KeyLength, suite.IvLength));
        var server = new RecordKey(suite, keyBlock.Slice(suite.KeyLength, suite.KeyLength), keyBlock[^suite.IvLength..]);
        (_own, _peer) = isClient ? (client, server) : (server, client);
        _lastSequence = lastSequence;
        _lastNonce = lastNonce;
        _lastFlight = lastFlight;
    }

    /// <summary>The datagrams that end the handshake; empty for a client, whose last flight has been answered.</summary>
    public IReadOnlyList<byte[]> LastFlight => _lastFlight;

    /// <summary>Looks for the peer's alerts and for its repeated Finished. What is not authentic means nothing.</summary>
    public EstablishedNews Receive(ReadOnlySpan<byte> datagram)
    {
        Span<byte> plain = stackalloc byte[LongestPlain];
        var news = EstablishedNews.None;
        foreach (var record in DtlsRecord.In(datagram))
        {
            if (record.Epoch != 1 || record.ContentType is not (DtlsRecord.Alert or DtlsRecord.Handshake) || !_peer.TryOpen(record, plain, out var length))
                continue;
            if (record.ContentType == DtlsRecord.Alert && length == 2)
            {
                if (plain[1] == CloseNotify)
                    return EstablishedNews.Closed;
                if (plain[0] == FatalLevel)
                    return EstablishedNews.Refused;
            }
            else if (record.ContentType == DtlsRecord.Handshake && length > 0 && plain[0] == Finished && _lastFlight.Length > 0 && _repetitions < MaxRepetitions)
            {
                _repetitions++;
                news = EstablishedNews.LastFlightWanted;
            }
        }

        return news;
    }

    /// <summary>Writes the one close_notify of this association and returns its length.</summary>
    public int WriteCloseNotify(Span<byte> datagram) =>
        _own.Seal(DtlsRecord.Alert, _lastSequence + 1, _lastNonce + 1, [WarningLevel, CloseNotify], datagram);
}
