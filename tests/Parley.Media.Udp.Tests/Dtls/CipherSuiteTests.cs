using System.Text;
using Parley.Media.Udp.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

public sealed class CipherSuiteTests
{
    // The vector for P_SHA256 that is known to all TLS implementers; the other by "openssl kdf … TLS1-PRF" of OpenSSL 3.0.
    [Theory]
    [InlineData(0xC02B, "9BBE436BA940F017B17652849A71DB35", "74657374206C6162656CA0BA9F936CDA311827A6F796FFD5198C",
        "E3F229BA727BE17B8D122620557CD453C2AAB21D07C3D495329B52D4E61EDB5A6B301791E90D35C9C9A46B4E14BAF9AF0FA022F7077DEF17ABFD3797C0564BAB4FBC91666E9DEF9B97FCE34F796789BAA48082D122EE42C5A72E5A5110FFF70187347B66")]
    [InlineData(0xC02C, "B80B733D6CEEFCDC71566EA48E5567DF", "746573742C2074657374",
        "02F7C05B5491BD038A72607CE6D4A39B77FD3C559A561795A75528FCE767EBDFAFDC609D883D28C6680C81BBAF58F29743DD243DC921E6A93628C24A0D8687B8069DDB2DE5F0C0CB68BC09AEB9C18F9D8B7BFBAC55173FFF0A7419F12F6A6FB2B2F8A935")]
    public void Expansion_agrees_with_known_vectors(int suite, string secret, string seed, string expected)
    {
        var output = new byte[expected.Length / 2];
        CipherSuite.Of((ushort)suite).Expand(Convert.FromHexString(secret), Convert.FromHexString(seed), output);
        Assert.Equal(expected, Convert.ToHexString(output));
        var shorter = new byte[49];
        CipherSuite.Of((ushort)suite).Expand(Convert.FromHexString(secret), Convert.FromHexString(seed), shorter);
        Assert.Equal(output[..49], shorter);
    }

    [Fact]
    public void The_key_block_holds_both_directions()
    {
        foreach (var suite in CipherSuite.All)
        {
            var block = suite.KeyBlock(new byte[48], Encoding.ASCII.GetBytes(new string('c', 32)), Encoding.ASCII.GetBytes(new string('s', 32)));
            var swapped = suite.KeyBlock(new byte[48], Encoding.ASCII.GetBytes(new string('s', 32)), Encoding.ASCII.GetBytes(new string('c', 32)));
            Assert.Equal(2 * (suite.KeyLength + suite.IvLength), block.Length);
            Assert.NotEqual(block, swapped);
        }
    }
}
