using System.Buffers.Binary;
using Parley.Media.Dtls;
using Parley.Media.Srtp;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class HandshakeTests
{
    [Fact]
    public async Task Both_ends_get_the_same_keys_and_prefer_GCM()
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        Assert.Equal(SrtpProfile.AeadAes128Gcm, await pair.Agree(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Many_associations_do_not_disturb_each_other(int threads)
    {
        using var pair = new DtlsPair(threads: threads);
        for (var id = 0; id < 50; id++)
            pair.Start(id);
        var keys = new HashSet<string>();
        for (var id = 0; id < 50; id++)
        {
            await pair.Agree(id);
            Assert.True(keys.Add(Convert.ToHexString((await pair.Client[id].Keys()).SendKey)));
        }
    }

    [Fact]
    public async Task OpenSSLs_session_is_freed_when_the_keys_are_there()
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        await pair.Agree(1);
        DtlsEnd.Until(() => pair.Client.Handshakes.LiveSessions == 0 && pair.Server.Handshakes.LiveSessions == 0);
        Assert.Equal(1, pair.Server.Handshakes.Peers);
    }

    [Fact]
    public void A_server_has_no_session_before_a_client_says_hello()
    {
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        Assert.Equal(1, end.Handshakes.Peers);
        Assert.Equal(0, end.Handshakes.LiveSessions);
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(576)]
    [InlineData(300)]
    public async Task No_datagram_is_longer_than_the_MTU(int mtu)
    {
        using var pair = new DtlsPair();
        pair.Start(1, mtu: mtu);
        await pair.Agree(1);
        Assert.All(pair.Client[1].Sent.Concat(pair.Server[1].Sent), datagram => Assert.InRange(datagram.Length, DtlsRecord.HeaderLength, mtu));
        Assert.True(mtu == 1200 || pair.Server[1].Sent.Any(datagram => datagram.Length == mtu), "no flight was long enough to be split");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_network_that_loses_repeats_and_reorders_only_delays(int seed)
    {
        using var pair = new DtlsPair();
        pair.Client.Out = new DisturbedPath(seed, 0.25, 0.2, 0.3, (id, datagram) => pair.Server.Handshakes.Receive(id, datagram)).Send;
        pair.Server.Out = new DisturbedPath(~seed, 0.25, 0.2, 0.3, (id, datagram) => pair.Client.Handshakes.Receive(id, datagram)).Send;
        for (var id = 0; id < 4; id++)
            pair.Start(id, mtu: 400);
        for (var id = 0; id < 4; id++)
            await pair.Agree(id);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Fact]
    public async Task The_last_flight_is_said_again_when_it_was_lost_although_the_session_is_gone()
    {
        using var pair = new DtlsPair();
        var lost = 0;
        pair.Server.Out = (id, datagram) =>
        {
            if (IsLastFlight(datagram) && Interlocked.Increment(ref lost) <= 3)
                return;
            pair.Client.Handshakes.Receive(id, datagram);
        };
        pair.Start(1);
        await pair.Server[1].Keys();
        DtlsEnd.Until(() => pair.Server.Handshakes.LiveSessions == 0);
        await pair.Agree(1);
        Assert.True(lost > 3, $"the last flight was lost {lost} times");
        Assert.Equal(0, pair.Server.Handshakes.LiveSessions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ClientHello_in_pieces_is_taken_in_any_order(bool reversed)
    {
        using var pair = new DtlsPair();
        pair.Client.Out = (id, datagram) =>
        {
            var pieces = DtlsRecord.BeginsWithClientHello(datagram) ? InPieces(datagram, 60) : [datagram];
            foreach (var piece in reversed ? pieces.Reverse() : pieces)
                pair.Server.Handshakes.Receive(id, piece);
        };
        pair.Start(1);
        await pair.Agree(1);
        Assert.True(InPieces(pair.Client[1].Sent.First(), 60).Length > 2);
    }

    [Theory]
    [InlineData(DtlsRole.Server)]
    [InlineData(DtlsRole.Client)]
    public async Task Who_hears_nothing_fails_as_silent(DtlsRole role)
    {
        using var end = new DtlsEnd(DtlsEnd.Quick with { HandshakeTimeout = TimeSpan.FromMilliseconds(200) });
        end.Handshakes.Start(1, role, [end.Fingerprint]);
        Assert.Equal(DtlsFailure.Silent, (await end[1].Ending()).Failure);
        Assert.Equal(0, end.Handshakes.Peers);
        Assert.Equal(role == DtlsRole.Client, !end[1].Sent.IsEmpty);
    }

    [Fact]
    public async Task A_handshake_that_gets_stuck_times_out_on_both_ends()
    {
        using var pair = new DtlsPair(DtlsEnd.Quick with { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        pair.Client.Out = (id, datagram) =>
        {
            if (DtlsRecord.BeginsWithClientHello(datagram))
                pair.Server.Handshakes.Receive(id, datagram);
        };
        pair.Start(1);
        Assert.Equal(DtlsFailure.TimedOut, (await pair.Client[1].Ending()).Failure);
        Assert.Equal(DtlsFailure.TimedOut, (await pair.Server[1].Ending()).Failure);
        Assert.True(pair.Client[1].Sent.Count > 3, "nothing was sent again");
        Assert.False(pair.Server[1].HasKeys);
    }

    [Fact]
    public void An_id_is_not_started_twice()
    {
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        Assert.Throws<InvalidOperationException>(() => end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]));
    }

    [Fact]
    public async Task An_id_may_be_started_again_after_its_end()
    {
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        end.Handshakes.Close(1);
        Assert.Null((await end[1].Ending()).Failure);
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        Assert.Equal(1, end.Handshakes.Peers);
    }

    /// <summary>ChangeCipherSpec and Finished of a server: it begins with the first and is no answer to be continued.</summary>
    private static bool IsLastFlight(byte[] datagram) => datagram[0] == DtlsRecord.ChangeCipherSpec;

    /// <summary>The one handshake message of a datagram in several, each in a record and a datagram of its own (RFC 6347 §4.2.3).</summary>
    private static byte[][] InPieces(byte[] datagram, int size)
    {
        const int header = DtlsRecord.HeaderLength + 12;
        var body = datagram.AsSpan(header);
        var pieces = new List<byte[]>();
        for (var offset = 0; offset < body.Length; offset += size)
        {
            var length = Math.Min(size, body.Length - offset);
            var piece = new byte[header + length];
            datagram.AsSpan(0, header).CopyTo(piece);
            // Distinct record numbers, or the replay check drops all but one.
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(9), (ushort)(BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(9)) * 64 + pieces.Count));
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(11), (ushort)(12 + length));
            piece[DtlsRecord.HeaderLength + 6] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(DtlsRecord.HeaderLength + 7), (ushort)offset);
            piece[DtlsRecord.HeaderLength + 9] = 0;
            BinaryPrimitives.WriteUInt16BigEndian(piece.AsSpan(DtlsRecord.HeaderLength + 10), (ushort)length);
            body.Slice(offset, length).CopyTo(piece.AsSpan(header));
            pieces.Add(piece);
        }

        return [.. pieces];
    }
}
