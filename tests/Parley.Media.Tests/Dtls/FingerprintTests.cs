// Fingerprints as SDP writes them, and certificates held against them.
using System.Security.Cryptography;
using Parley.Media.Dtls;

namespace Parley.Media.Tests.Dtls;

public sealed class FingerprintTests
{
    private static readonly byte[] Certificate = [1, 2, 3];

    [Fact]
    public void What_is_written_is_read_again()
    {
        var fingerprint = Fingerprint.Of(Certificate);
        Assert.True(Fingerprint.TryParse(fingerprint.ToString(), out var read));
        Assert.Equal(fingerprint, read);
        Assert.True(read!.Matches(Certificate));
        Assert.False(read.Matches([1, 2, 4]));
    }

    [Fact]
    public void Longer_hashes_and_any_case_are_taken()
    {
        var text = "SHA-512 " + string.Join(':', SHA512.HashData(Certificate).Select(value => value.ToString("x2")));
        Assert.True(Fingerprint.TryParse(text, out var read));
        Assert.True(read!.Matches(Certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha-256")]
    [InlineData("sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB")]
    [InlineData("sha-256 4A:AD")]
    [InlineData("sha-256 +A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF")]
    [InlineData("sha-256 4A-AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF")]
    public void What_is_none_is_refused(string text) => Assert.False(Fingerprint.TryParse(text, out _));
}
