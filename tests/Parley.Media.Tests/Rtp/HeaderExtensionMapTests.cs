// Ids of header extensions, both ways.
using Parley.Media.Rtp;

namespace Parley.Media.Tests.Rtp;

public sealed class HeaderExtensionMapTests
{
    [Fact]
    public void The_first_entry_of_an_id_and_of_an_extension_counts()
    {
        var map = new HeaderExtensionMap(
        [
            (0, HeaderExtension.Mid), (4, HeaderExtension.Mid), (4, HeaderExtension.AudioLevel), (5, HeaderExtension.Mid), (200, HeaderExtension.ColorSpace),
        ]);
        Assert.Equal(HeaderExtension.Mid, map[4]);
        Assert.Equal(HeaderExtension.None, map[5]);
        Assert.Equal(4, map.IdOf(HeaderExtension.Mid));
        Assert.Equal(0, map.IdOf(HeaderExtension.AudioLevel));
        Assert.Equal(200, map.IdOf(HeaderExtension.ColorSpace));
        Assert.Equal(2, map.Entries.Length);
    }
}
