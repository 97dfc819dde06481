// The examples of RFC 3711, appendices B.2 (keystream) and B.3 (key derivation).
using System.Runtime.Intrinsics;
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class CounterModeVectorTests
{
    private static readonly byte[] MasterKey = Convert.FromHexString("E1F97A0D3E018BE0D64FA32C06DE4139");
    private static readonly byte[] MasterSalt = Convert.FromHexString("0EC675AD498AFEEBB6960B3AABE6");

    public static TheoryData<SrtpImplementation> Implementations => [.. SrtpImplementations.Supported];

    [Theory, MemberData(nameof(Implementations))]
    public void The_keystream_is_that_of_the_RFC(SrtpImplementation implementation)
    {
        using var cipher = SrtpImplementations.CreateCounter(implementation, Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C"));
        var initial = Vector128.Create<byte>(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"));
        // The RFC goes on to the 65282nd block.
        var keystream = new byte[0xFF02 * 16];
        cipher.Transform(initial, keystream, keystream);
        string Blocks(int first, int last) => Convert.ToHexString(keystream.AsSpan(first * 16, (last - first + 1) * 16));
        Assert.Equal("E03EAD0935C95E80E166B16DD92B4EB4" + "D23513162B02D0F72A43A2FE4A5F97AB" + "41E95B3BB0A2E8DD477901E4FCA894C0", Blocks(0, 2));
        Assert.Equal("EC8CDF7398607CB0F2D21675EA9EA1E4" + "362B7C3C6773516318A077D7FC5073AE" + "6A2CC3787889374FBEB4C81B17BA6C44", Blocks(0xFEFF, 0xFF01));
    }

    [Theory]
    [InlineData(nameof(SrtpKeyLabel.RtpEncryption), "C61E7A93744F39EE10734AFE3FF7A087")]
    [InlineData(nameof(SrtpKeyLabel.RtpSalt), "30CBBC08863D8C85D49DB34A9AE1")]
    [InlineData(
        nameof(SrtpKeyLabel.RtpAuthentication),
        "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF72270986371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2")]
    public void Session_keys_are_those_of_the_RFC(string label, string expected)
    {
        var session = new byte[expected.Length / 2];
        SrtpKeyDerivation.Derive(MasterKey, MasterSalt, Enum.Parse<SrtpKeyLabel>(label), session);
        Assert.Equal(expected, Convert.ToHexString(session));
    }

    [Fact]
    public void Every_label_gives_another_key()
    {
        var keys = Enum.GetValues<SrtpKeyLabel>().Select(label =>
        {
            var session = new byte[16];
            SrtpKeyDerivation.Derive(MasterKey, MasterSalt, label, session);
            return Convert.ToHexString(session);
        });
        Assert.Equal(6, keys.Distinct().Count());
    }
}
