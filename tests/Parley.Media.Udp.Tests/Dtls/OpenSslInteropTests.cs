using Parley.Media.Dtls;
using Parley.Media.Srtp;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

/// <summary>Against Debian's openssl, a program of its own: handshake, keys, refusals, closing.</summary>
public sealed class OpenSslInteropTests
{
    private const string Export = "-keymatexport EXTRACTOR-dtls_srtp -keymatexportlen";

    public static TheoryData<string, SrtpProfile> Profiles => new()
    {
        { "SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm },
        { "SRTP_AEAD_AES_256_GCM", SrtpProfile.AeadAes256Gcm },
        { "SRTP_AES128_CM_SHA1_80", SrtpProfile.Aes128CmHmacSha1Tag80 },
        { "SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", SrtpProfile.AeadAes128Gcm },
    };

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_client_exports_the_keys_that_we_do(string offered, SrtpProfile expected)
    {
        RequireTool();
        var (pem, fingerprint) = OpenSslTool.NewCertificate();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [fingerprint]);
        using var tool = OpenSslTool.Client(end, $"-use_srtp {offered} {Export} {expected.ExportedLength()}", pem);
        var keys = await end[1].Keys();
        Assert.Equal(expected, keys.Profile);
        // client key, server key, client salt, server salt: the client's are what we receive with
        Assert.Equal(tool.Expect("Keying material: ([0-9A-F]+)"), Hex(keys.ReceiveKey, keys.SendKey, keys.ReceiveSalt, keys.SendSalt));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task A_server_exports_the_keys_that_we_do(string offered, SrtpProfile expected)
    {
        RequireTool();
        // As a client we leave the choice to the server, and it takes its own first.
        var chosen = offered.Contains(':', StringComparison.Ordinal) ? SrtpProfile.Aes128CmHmacSha1Tag80 : expected;
        var (pem, fingerprint) = OpenSslTool.NewCertificate();
        using var end = new DtlsEnd();
        using var tool = OpenSslTool.Server(end, $"-Verify 1 -verify_quiet -use_srtp {offered} {Export} {chosen.ExportedLength()}", pem);
        end.Handshakes.Start(1, DtlsRole.Client, [fingerprint]);
        var keys = await end[1].Keys();
        Assert.Equal(chosen, keys.Profile);
        Assert.Equal(tool.Expect("Keying material: ([0-9A-F]+)"), Hex(keys.SendKey, keys.ReceiveKey, keys.SendSalt, keys.ReceiveSalt));
    }

    public static TheoryData<string, bool> CiphersAndWays =>
        [.. CipherSuite.All.Where(suite => !IsRsa(suite)).SelectMany(suite => new[] { true, false }.Select(weClose => (suite.Name, weClose)))];

    // By then our session is gone: what we open and seal, we do with keys of our own making.
    [Theory]
    [MemberData(nameof(CiphersAndWays))]
    public async Task A_client_hears_our_closing_and_we_hear_its_own(string cipher, bool weClose)
    {
        RequireTool();
        var (pem, fingerprint) = OpenSslTool.NewCertificate();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [fingerprint]);
        using var tool = OpenSslTool.Client(end, $"-cipher {cipher} -use_srtp SRTP_AEAD_AES_128_GCM", pem);
        await end[1].Keys();
        tool.Expect($"Cipher is ({cipher})");
        DtlsEnd.Until(() => end.Handshakes.LiveSessions == 0);
        if (weClose)
            end.Handshakes.Close(1);
        else
            tool.Say("Q");
        tool.WaitForEnd();
        Assert.Null((await end[1].Ending()).Failure);
    }

    public static TheoryData<string> Ciphers => [.. CipherSuite.All.Select(suite => suite.Name)];

    // s_server closes its socket before it could say that it goes, so this is one way only.
    [Theory]
    [MemberData(nameof(Ciphers))]
    public async Task A_server_hears_our_closing(string cipher)
    {
        RequireTool();
        var (pem, fingerprint) = OpenSslTool.NewCertificate(IsRsa(CipherSuite.All.Single(suite => suite.Name == cipher)));
        using var end = new DtlsEnd();
        using var tool = OpenSslTool.Server(end, $"-Verify 1 -verify_quiet -cipher {cipher} -use_srtp SRTP_AEAD_AES_128_GCM", pem);
        end.Handshakes.Start(1, DtlsRole.Client, [fingerprint]);
        await end[1].Keys();
        tool.Expect($"CIPHER is ({cipher})");
        DtlsEnd.Until(() => end.Handshakes.LiveSessions == 0);
        end.Handshakes.Close(1);
        tool.Expect("(DONE|CONNECTION CLOSED)");
        Assert.Null((await end[1].Ending()).Failure);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_turned_away()
    {
        RequireTool();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        using var tool = OpenSslTool.Client(end, "-use_srtp SRTP_AEAD_AES_128_GCM", pem: null);
        Assert.Equal(DtlsFailure.NoCertificate, (await end[1].Ending()).Failure);
        tool.Expect("(alert handshake failure)");
    }

    [Fact]
    public async Task A_client_with_another_certificate_is_told_so()
    {
        RequireTool();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [end.Fingerprint]);
        using var tool = OpenSslTool.Client(end, "-use_srtp SRTP_AEAD_AES_128_GCM", OpenSslTool.NewCertificate().Pem);
        Assert.Equal(DtlsFailure.Fingerprint, (await end[1].Ending()).Failure);
        tool.Expect("(alert bad certificate)");
        Assert.False(end[1].HasKeys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-use_srtp SRTP_AES128_CM_SHA1_32")]
    public async Task A_client_that_takes_none_of_our_profiles_fails_by_that_name(string arguments)
    {
        RequireTool();
        var (pem, fingerprint) = OpenSslTool.NewCertificate();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [fingerprint]);
        using var tool = OpenSslTool.Client(end, arguments, pem);
        Assert.Equal(DtlsFailure.NoSrtpProfile, (await end[1].Ending()).Failure);
        tool.WaitForEnd();
        Assert.Equal(0, end.Handshakes.LiveSessions);
    }

    [Fact]
    public async Task A_client_with_another_cipher_fails_as_no_handshake_of_ours()
    {
        RequireTool();
        var (pem, fingerprint) = OpenSslTool.NewCertificate();
        using var end = new DtlsEnd();
        end.Handshakes.Start(1, DtlsRole.Server, [fingerprint]);
        using var tool = OpenSslTool.Client(end, "-use_srtp SRTP_AEAD_AES_128_GCM -cipher ECDHE-ECDSA-AES128-SHA", pem);
        Assert.Equal(DtlsFailure.Protocol, (await end[1].Ending()).Failure);
        tool.Expect("(alert handshake failure)");
    }

    private static string Hex(params ReadOnlySpan<byte[]> parts) => string.Concat([.. parts.ToArray().Select(Convert.ToHexString)]);

    private static string Hex(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, ReadOnlySpan<byte> fourth) =>
        Hex(first.ToArray(), second.ToArray(), third.ToArray(), fourth.ToArray());

    private static bool IsRsa(CipherSuite suite) => suite.Name.StartsWith("ECDHE-RSA", StringComparison.Ordinal);

    private static void RequireTool() => Assert.SkipUnless(
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, "openssl"))),
        "openssl (the tool) is not installed");
}
