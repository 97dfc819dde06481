using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class ApplicationDataTests
{
    [Fact]
    public async Task It_goes_both_ways_when_it_is_wanted()
    {
        using var pair = new DtlsPair();
        pair.Start(1, clientData: true, serverData: true);
        await pair.Agree(1);
        for (var length = 1; length <= 1163; length += 166)
        {
            var data = Enumerable.Range(0, length).Select(value => (byte)value).ToArray();
            pair.Client.Handshakes.Send(1, data);
            Assert.Equal(data, await pair.Server[1].Data.Reader.ReadAsync(TestContext.Current.CancellationToken));
            pair.Server.Handshakes.Send(1, data);
            Assert.Equal(data, await pair.Client[1].Data.Reader.ReadAsync(TestContext.Current.CancellationToken));
        }

        Assert.All(pair.Client[1].Sent, datagram => Assert.InRange(datagram.Length, 1, 1200));
        Assert.Equal(1, pair.Client.Handshakes.LiveSessions);
        pair.Client.Handshakes.Close(1);
        await pair.Server[1].Ending();
        Assert.Equal(0, pair.Server.Handshakes.LiveSessions);
    }

    [Fact]
    public async Task It_is_ignored_when_it_is_not_wanted()
    {
        using var pair = new DtlsPair();
        pair.Start(1, clientData: true);
        await pair.Agree(1);
        pair.Client.Handshakes.Send(1, "to nobody"u8);
        pair.Server.Handshakes.Send(1, "to nobody"u8);
        pair.Client.Handshakes.Close(1);
        await pair.Server[1].Ending();
        Assert.Equal(0, pair.Server[1].Data.Reader.Count);
        Assert.Equal(0, pair.Client[1].Data.Reader.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DtlsHandshakes.MaxApplicationData + 1)]
    public void What_fits_no_datagram_is_refused(int length)
    {
        using var end = new DtlsEnd();
        Assert.Throws<ArgumentOutOfRangeException>(() => end.Handshakes.Send(1, new byte[length]));
    }
}
