using Parley.Media.Dtls;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class FingerprintCheckTests
{
    private static readonly Fingerprint Somebody = DtlsCertificate.Create().Fingerprint;

    [Fact]
    public async Task A_server_turns_away_a_client_with_another_certificate()
    {
        using var pair = new DtlsPair();
        pair.Server.Handshakes.Start(1, DtlsRole.Server, [Somebody]);
        pair.Client.Handshakes.Start(1, DtlsRole.Client, [pair.Server.Fingerprint]);
        Assert.Equal(DtlsFailure.Fingerprint, (await pair.Server[1].Ending()).Failure);
        Assert.Equal(DtlsFailure.Refused, (await pair.Client[1].Ending()).Failure);
        Assert.False(pair.Server[1].HasKeys);
        Assert.False(pair.Client[1].HasKeys);
    }

    [Fact]
    public async Task A_client_turns_away_a_server_with_another_certificate()
    {
        using var pair = new DtlsPair();
        pair.Server.Handshakes.Start(1, DtlsRole.Server, [pair.Client.Fingerprint]);
        pair.Client.Handshakes.Start(1, DtlsRole.Client, [Somebody]);
        Assert.Equal(DtlsFailure.Fingerprint, (await pair.Client[1].Ending()).Failure);
        Assert.Equal(DtlsFailure.Refused, (await pair.Server[1].Ending()).Failure);
        Assert.False(pair.Client[1].HasKeys);
        Assert.False(pair.Server[1].HasKeys);
    }

    [Fact]
    public async Task A_longer_hash_is_checked_as_well()
    {
        using var pair = new DtlsPair();
        var hash = System.Security.Cryptography.SHA512.HashData(pair.Client.Certificate.Certificate);
        var text = "sha-512 " + string.Join(':', hash.Select(value => value.ToString("X2", null)));
        Assert.True(Fingerprint.TryParse(text, out var fingerprint));
        pair.Server.Handshakes.Start(1, DtlsRole.Server, [fingerprint!]);
        pair.Client.Handshakes.Start(1, DtlsRole.Client, [pair.Server.Fingerprint]);
        await pair.Agree(1);
    }

    [Theory, InlineData(0), InlineData(7)]
    public async Task Of_several_certificates_a_peer_has_one(int place)
    {
        using var pair = new DtlsPair();
        Fingerprint[] ofClient = [.. Enumerable.Range(0, DtlsHandshakes.MaxFingerprints).Select(i => i == place ? pair.Client.Fingerprint : DtlsCertificate.Create().Fingerprint)];
        Fingerprint[] ofServer = [Somebody, pair.Server.Fingerprint];
        pair.Server.Handshakes.Start(1, DtlsRole.Server, ofClient);
        pair.Client.Handshakes.Start(1, DtlsRole.Client, ofServer);
        await pair.Agree(1);
        pair.Server.Handshakes.Start(2, DtlsRole.Server, [.. ofClient.Where((_, i) => i != place)]);
        pair.Client.Handshakes.Start(2, DtlsRole.Client, ofServer);
        Assert.Equal(DtlsFailure.Fingerprint, (await pair.Server[2].Ending()).Failure);
    }

    [Theory, InlineData(0), InlineData(9)]
    public void None_and_too_many_are_refused(int count)
    {
        using var end = new DtlsEnd();
        Assert.Throws<ArgumentOutOfRangeException>(() => end.Handshakes.Start(1, DtlsRole.Server, [.. Enumerable.Repeat(Somebody, count)]));
        Assert.Equal(0, end.Handshakes.Peers);
    }

    [Fact]
    public async Task One_peer_turned_away_leaves_the_others_alone()
    {
        using var pair = new DtlsPair();
        pair.Start(1);
        pair.Server.Handshakes.Start(2, DtlsRole.Server, [Somebody]);
        pair.Client.Handshakes.Start(2, DtlsRole.Client, [pair.Server.Fingerprint]);
        pair.Start(3);
        Assert.Equal(DtlsFailure.Fingerprint, (await pair.Server[2].Ending()).Failure);
        await pair.Agree(1);
        await pair.Agree(3);
        Assert.Equal(2, pair.Server.Handshakes.Peers);
    }
}
