// When memory is given back: once after each busy time, never during one.
using Parley.Server.Operations;

namespace Parley.Server.Tests.Operations;

public sealed class QuietTimeTests
{
    private const long Much = QuietTime.WorthBytes;
    private const long Little = QuietTime.QuietBytes - 1;

    [Fact]
    public void A_busy_time_is_not_interrupted_and_its_end_is_told_once()
    {
        var quiet = new QuietTime();
        Assert.False(quiet.HasBegun(Much));
        Assert.False(quiet.HasBegun(3 * Much));
        Assert.True(quiet.HasBegun((3 * Much) + Little));
        Assert.False(quiet.HasBegun((3 * Much) + (2 * Little)));
        Assert.False(quiet.HasBegun(5 * Much));
        Assert.True(quiet.HasBegun(5 * Much));
    }

    [Fact]
    public void What_trickles_is_collected_when_it_has_become_worth_it()
    {
        var quiet = new QuietTime();
        var allocated = 0L;
        while (allocated + Little < Much)
            Assert.False(quiet.HasBegun(allocated += Little));
        Assert.True(quiet.HasBegun(allocated += Little));
        Assert.False(quiet.HasBegun(allocated + Little));
    }
}
