using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class EstablishedDtlsTests
{
    private const ulong Epoch1 = 1UL << 48;
    private static readonly byte[] LastFlight = [1, 2, 3];

    private readonly byte[] _buffer = new byte[256];

    public static TheoryData<int> Suites => [.. CipherSuite.All.Select(suite => (int)suite.Number)];

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_close_notify_of_one_end_is_understood_by_the_other(int number)
    {
        var (client, server, _) = Ends(number);
        var length = client.WriteCloseNotify(_buffer);
        Assert.InRange(length, 1, EstablishedDtls.AlertLength);
        Assert.Equal(EstablishedNews.Closed, server.Receive(_buffer.AsSpan(0, length)));
        Assert.Equal(EstablishedNews.None, client.Receive(_buffer.AsSpan(0, length)));
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public void No_flipped_bit_passes(int number)
    {
        var (client, server, _) = Ends(number);
        var length = client.WriteCloseNotify(_buffer);
        for (var bit = 0; bit < length * 8; bit++)
        {
            var forged = _buffer.AsSpan(0, length).ToArray();
            forged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Equal(EstablishedNews.None, server.Receive(forged));
        }

        for (var shorter = 0; shorter < length; shorter++)
            Assert.Equal(EstablishedNews.None, server.Receive(_buffer.AsSpan(0, shorter)));
    }

    [Theory]
    [InlineData(2, 40, EstablishedNews.Refused)]
    [InlineData(1, 90, EstablishedNews.None)]
    [InlineData(1, 0, EstablishedNews.Closed)]
    [InlineData(2, 0, EstablishedNews.Closed)]
    internal void An_alert_means_what_its_level_and_number_say(byte level, byte description, EstablishedNews news)
    {
        var (_, server, peer) = Ends(0xC02B);
        Assert.Equal(news, server.Receive(Sealed(peer, DtlsRecord.Alert, 5, [level, description])));
    }

    [Fact]
    public void A_repeated_Finished_is_answered_within_bounds()
    {
        var (_, server, peer) = Ends(0xC02B);
        byte[] finished = [20, 0, 0, 12, 0, 5, 0, 0, 0, 0, 0, 12, .. new byte[12]];
        var answered = Enumerable.Range(0, 100).Count(number => server.Receive(Sealed(peer, DtlsRecord.Handshake, (ulong)number, finished)) == EstablishedNews.LastFlightWanted);
        Assert.Equal(32, answered);
        Assert.Equal(LastFlight, Assert.Single(server.LastFlight));
    }

    [Fact]
    public void A_client_has_no_last_flight_to_repeat()
    {
        var suite = CipherSuite.Of(0xC02B);
        var block = Block(suite);
        var client = new EstablishedDtls(suite, block, isClient: true, Epoch1, 7, []);
        var server = new RecordKey(suite, block.AsSpan(16, 16), block.AsSpan(^4..));
        Assert.Equal(EstablishedNews.None, client.Receive(Sealed(server, DtlsRecord.Handshake, 1, [20, 0, 0, 12])));
    }

    [Fact]
    public void Other_records_mean_nothing()
    {
        var (_, server, peer) = Ends(0xC02B);
        Assert.Equal(EstablishedNews.None, server.Receive(Sealed(peer, DtlsRecord.ApplicationData, 1, [1, 0])));
        Assert.Equal(EstablishedNews.None, server.Receive(Sealed(peer, DtlsRecord.Handshake, 2, [1, 0])));
        Assert.Equal(EstablishedNews.None, server.Receive(Sealed(peer, DtlsRecord.Handshake, 3, [])));
        Assert.Equal(EstablishedNews.None, server.Receive(Sealed(peer, DtlsRecord.Alert, 4, [1])));
        Assert.Equal(EstablishedNews.None, server.Receive(Sealed(peer, DtlsRecord.Alert, 5, new byte[60])));
        Assert.Equal(EstablishedNews.None, server.Receive([DtlsRecord.Alert, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0]));
    }

    [Fact]
    public void Several_records_of_a_datagram_are_all_looked_at()
    {
        var (_, server, peer) = Ends(0xC02B);
        byte[] datagram = [.. Sealed(peer, DtlsRecord.ApplicationData, 1, new byte[20]), .. Sealed(peer, DtlsRecord.Alert, 2, [1, 0])];
        Assert.Equal(EstablishedNews.Closed, server.Receive(datagram));
    }

    private static byte[] Block(CipherSuite suite) => suite.KeyBlock(new byte[48], new byte[32], new byte[32]);

    private static (EstablishedDtls Client, EstablishedDtls Server, RecordKey ClientKey) Ends(int number)
    {
        var suite = CipherSuite.Of((ushort)number);
        var block = Block(suite);
        return (
            new EstablishedDtls(suite, block, isClient: true, Epoch1, ulong.MaxValue, []),
            new EstablishedDtls(suite, block, isClient: false, Epoch1 | 3, 3, [LastFlight]),
            new RecordKey(suite, block.AsSpan(0, suite.KeyLength), block.AsSpan(2 * suite.KeyLength, suite.IvLength)));
    }

    private static byte[] Sealed(RecordKey key, byte contentType, ulong sequence, byte[] plain)
    {
        var record = new byte[plain.Length + 64];
        return record[..key.Seal(contentType, Epoch1 | sequence, sequence, plain, record)];
    }
}
