// The examples of RFC 7714 §16 and §17, below key derivation: they give session keys.
using System.Runtime.Intrinsics;
using Parley.Media.Srtp;
using Parley.Media.Srtp.Ciphers;

namespace Parley.Media.Tests.Srtp;

public sealed class GcmVectorTests
{
    private const string Key128 = "000102030405060708090a0b0c0d0e0f";
    private const string Key256 = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string Salt = "517569642070726f2071756f";

    private const string Rtp = "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private const string RtpNonce = "51753c6580c2726f20718414";

    private const string Rtcp = "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
    private const string RtcpNonce = "517524055203726f207170bb";
    private const uint RtcpIndex = 0x5d4;

    public static TheoryData<string, string, SrtpImplementation> RtpPackets => WithImplementations(
        (Key128, "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce"),
        (Key256, "8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13"));

    public static TheoryData<string, string, SrtpImplementation> RtcpPackets => WithImplementations(
        (Key128, "81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4"),
        (Key256, "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6cb26ac3be800005d4"));

    public static TheoryData<string, string, string, string, SrtpImplementation> TagsAlone
    {
        get
        {
            var data = new TheoryData<string, string, string, string, SrtpImplementation>();
            foreach (var implementation in SrtpImplementations.Supported)
            {
                data.Add(Key128, RtpNonce, Rtp, "22493f82d2bce397e9d79e3b19aa4216", implementation);
                data.Add(Key256, RtpNonce, Rtp, "a866d5910f887463067ceefec45215d4", implementation);
                data.Add(Key128, RtcpNonce, Rtcp + "000005d4", "841dd9683dd78ec92ae58790125f62b3", implementation);
                data.Add(Key256, RtcpNonce, Rtcp + "000005d4", "91db4afbfeee5a978fab4393ed2615fe", implementation);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(RtpPackets))]
    public void An_RTP_packet_is_protected_and_unprotected(string key, string expected, SrtpImplementation implementation)
    {
        var plain = Convert.FromHexString(Rtp);
        using var sender = new SrtpSender(Transform(key, implementation));
        Assert.Equal(expected, Convert.ToHexStringLower(sender.Protect(plain)));

        using var receiver = new SrtpReceiver(Transform(key, implementation));
        var state = new SrtpReceiveState();
        var (result, payload, index) = receiver.Unprotect(Convert.FromHexString(expected), ref state);
        Assert.Equal(SrtpResult.Ok, result);
        Assert.Equal(plain[Contexts.HeaderLength..], payload);
        Assert.Equal(0xf17bUL, index);
    }

    [Theory, MemberData(nameof(RtcpPackets))]
    public void An_RTCP_packet_is_protected_and_unprotected(string key, string expected, SrtpImplementation implementation)
    {
        var plain = Convert.FromHexString(Rtcp);
        using var sender = new SrtpSender(Transform(key, implementation)) { NextRtcpIndex = RtcpIndex };
        Assert.Equal(expected, Convert.ToHexStringLower(sender.ProtectRtcp(plain)));

        using var receiver = new SrtpReceiver(Transform(key, implementation));
        Assert.Equal(plain, receiver.AcceptRtcp(Convert.FromHexString(expected)));
    }

    /// <summary>The examples that are authenticated only; as packets we refuse them, so they stand for long associated data.</summary>
    [Theory, MemberData(nameof(TagsAlone))]
    public void A_tag_without_ciphertext_is_made_and_checked(string key, string nonce, string associated, string tag, SrtpImplementation implementation)
    {
        using var cipher = SrtpImplementations.CreateGcm(implementation, Convert.FromHexString(key));
        var block = Vector128.Create<byte>(Convert.FromHexString(nonce + "00000000"));
        var made = new byte[GcmCipher.TagLength];
        cipher.Seal(block, Convert.FromHexString(associated), [], made);
        Assert.Equal(tag, Convert.ToHexStringLower(made));
        Assert.True(cipher.TryOpen(block, Convert.FromHexString(associated), made, []));
        made[0] ^= 1;
        Assert.False(cipher.TryOpen(block, Convert.FromHexString(associated), made, []));
    }

    private static AeadTransform Transform(string key, SrtpImplementation implementation) => new(
        SrtpImplementations.CreateGcm(implementation, Convert.FromHexString(key)),
        SrtpImplementations.CreateGcm(implementation, Convert.FromHexString(key)),
        Convert.FromHexString(Salt));

    private static TheoryData<string, string, SrtpImplementation> WithImplementations(params (string Key, string Packet)[] examples)
    {
        var data = new TheoryData<string, string, SrtpImplementation>();
        foreach (var implementation in SrtpImplementations.Supported)
        {
            foreach (var (key, packet) in examples)
                data.Add(key, packet, implementation);
        }

        return data;
    }
}
