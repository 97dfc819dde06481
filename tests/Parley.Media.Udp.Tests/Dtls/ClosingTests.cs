using Parley.Media.Dtls;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class ClosingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Closing_reaches_a_peer_whose_session_was_freed(bool byClient)
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        await pair.Agree(1);
        DtlsEnd.Until(() => pair.Client.Handshakes.LiveSessions + pair.Server.Handshakes.LiveSessions == 0);
        await CloseAndHear(pair, byClient);
    }

    [Theory]
    [InlineData(DtlsRole.Client)]
    [InlineData(DtlsRole.Server)]
    public async Task A_farewell_ends_the_peer_and_who_closes_quietly_says_nothing_more(DtlsRole role)
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        await pair.Agree(1);
        var (own, other) = role == DtlsRole.Client ? (pair.Client, pair.Server) : (pair.Server, pair.Client);
        DtlsEnd.Until(() => own[1].Farewell is not null);
        var sent = own[1].Sent.Count;
        own.Handshakes.Close(1, quietly: true);
        Assert.Null((await own[1].Ending()).Failure);
        Assert.Equal(sent, own[1].Sent.Count);
        Assert.False(other[1].HasEnded);

        other.Handshakes.Receive(1, own[1].Farewell);
        Assert.Null((await other[1].Ending()).Failure);
    }

    // Whoever keeps OpenSSL's session judges our alerts by it, and lets OpenSSL make its own.
    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    [InlineData(false, true, false)]
    public async Task Closing_reaches_a_peer_whose_session_was_kept_and_the_other_way_round(bool clientKeeps, bool serverKeeps, bool byClient)
    {
        using var pair = new DtlsPair();
        pair.Start(1, clientData: clientKeeps, serverData: serverKeeps);
        await pair.Agree(1);
        DtlsEnd.Until(() => pair.Client.Handshakes.LiveSessions == (clientKeeps ? 1 : 0) && pair.Server.Handshakes.LiveSessions == (serverKeeps ? 1 : 0));
        await CloseAndHear(pair, byClient);
        Assert.Equal(0, pair.Client.Handshakes.LiveSessions + pair.Server.Handshakes.LiveSessions);
    }

    [Theory]
    [InlineData(DtlsRole.Server)]
    [InlineData(DtlsRole.Client)]
    public async Task Closing_during_the_handshake_frees_the_session(DtlsRole role)
    {
        using var end = new DtlsEnd();
        using var other = new DtlsEnd();
        other.Out = (id, datagram) => end.Handshakes.Receive(id, datagram);
        end.Handshakes.Start(1, role, [other.Fingerprint]);
        if (role == DtlsRole.Server)
            other.Handshakes.Start(1, DtlsRole.Client, [end.Fingerprint]);
        DtlsEnd.Until(() => end.Handshakes.LiveSessions == 1);
        end.Handshakes.Close(1);
        Assert.Null((await end[1].Ending()).Failure);
        Assert.Equal(0, end.Handshakes.LiveSessions);
        Assert.Equal(0, end.Handshakes.Peers);
    }

    [Fact]
    public async Task A_forged_close_notify_closes_nothing()
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        await pair.Agree(1);
        DtlsEnd.Until(() => pair.Server.Handshakes.LiveSessions == 0);

        byte[]? authentic = null;
        pair.Client.Out = (_, datagram) => Volatile.Write(ref authentic, datagram);
        pair.Client.Handshakes.Close(1);
        await pair.Client[1].Ending();
        byte[] plaintext = [DtlsRecord.Alert, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 1, 0];
        pair.Server.Handshakes.Receive(1, plaintext);
        for (var at = 3; at < authentic!.Length; at++)
        {
            var forged = authentic.ToArray();
            forged[at] ^= 0x40;
            pair.Server.Handshakes.Receive(1, forged);
            pair.Server.Handshakes.Receive(1, authentic.AsSpan(0, at));
        }

        // The queue is in order: when the authentic one is through, the forged ones have been judged.
        Assert.False(pair.Server[1].HasEnded);
        pair.Server.Handshakes.Receive(1, authentic);
        await pair.Server[1].Ending();
        Assert.Single(pair.Server[1].Sent, datagram => datagram[0] == DtlsRecord.Alert);
    }

    [Fact]
    public async Task What_arrives_after_the_end_means_nothing()
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        await pair.Agree(1);
        await CloseAndHear(pair, byClient: true);
        var sent = pair.Server[1].Sent.Count;
        foreach (var datagram in pair.Client[1].Sent)
            pair.Server.Handshakes.Receive(1, datagram);
        pair.Server.Handshakes.Close(1);
        Assert.Equal(sent, pair.Server[1].Sent.Count);
    }

    [Fact]
    public async Task Disposal_finishes_what_was_asked_for_and_frees_the_rest()
    {
        using var pair = new DtlsPair();
        pair.Start(1, clientData: true);
        pair.Start(2, clientData: true);
        await pair.Agree(1);
        await pair.Agree(2);
        pair.Client.Handshakes.Close(1);
        pair.Client.Handshakes.Dispose();
        Assert.True(pair.Client[1].HasEnded);
        Assert.Null((await pair.Server[1].Ending()).Failure);
        Assert.False(pair.Client[2].HasEnded);
        Assert.Equal(0, pair.Client.Handshakes.LiveSessions);
        Assert.Throws<ObjectDisposedException>(() => pair.Client.Handshakes.Start(3, DtlsRole.Client, [pair.Server.Fingerprint]));
    }

    [Fact]
    public async Task A_fault_in_an_event_ends_that_association_alone()
    {
        using var pair = new DtlsPair();
        pair.Start(2);
        await pair.Agree(2);
        pair.Server.ExpectsFault = true;
        var toClient = pair.Server.Out;
        pair.Server.Out = (id, datagram) =>
        {
            if (id == 1)
                throw new InvalidOperationException("a fault");
            toClient(id, datagram);
        };
        pair.Start(1);
        pair.Start(3);
        Assert.Equal(DtlsFailure.Internal, (await pair.Server[1].Ending()).Failure);
        Assert.Equal(1, pair.Server.Handshakes.Counters.Faults);
        Assert.Equal("a fault", pair.Server.Handshakes.LastFault?.Message);
        await pair.Agree(3);
        pair.Client.Handshakes.Close(2);
        Assert.Null((await pair.Server[2].Ending()).Failure);
    }

    private static async Task CloseAndHear(DtlsPair pair, bool byClient)
    {
        (byClient ? pair.Client : pair.Server).Handshakes.Close(1);
        Assert.Null((await pair.Client[1].Ending()).Failure);
        Assert.Null((await pair.Server[1].Ending()).Failure);
        Assert.Equal(0, pair.Client.Handshakes.Peers + pair.Server.Handshakes.Peers);
    }
}
