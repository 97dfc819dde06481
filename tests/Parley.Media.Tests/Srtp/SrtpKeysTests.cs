// Exported key material taken apart. RFC 5764 §4.2.
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class SrtpKeysTests
{
    [Theory]
    [InlineData(SrtpProfile.AeadAes128Gcm, 56)]
    [InlineData(SrtpProfile.AeadAes256Gcm, 88)]
    [InlineData(SrtpProfile.Aes128CmHmacSha1Tag80, 60)]
    public void One_end_sends_what_the_other_receives(SrtpProfile profile, int length)
    {
        Assert.Equal(length, profile.ExportedLength());
        var exported = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        var client = new SrtpKeys(profile, exported, isClient: true);
        var server = new SrtpKeys(profile, exported, isClient: false);
        Assert.Equal(exported[..profile.KeyLength()], client.SendKey);
        Assert.Equal(exported[^profile.SaltLength()..], client.ReceiveSalt);
        Assert.Equal(client.SendKey, server.ReceiveKey);
        Assert.Equal(client.SendSalt, server.ReceiveSalt);
        Assert.Equal(client.ReceiveKey, server.SendKey);
        Assert.Equal(client.ReceiveSalt, server.SendSalt);
        Assert.Throws<ArgumentException>(() => new SrtpKeys(profile, exported[1..], isClient: true));
    }
}
