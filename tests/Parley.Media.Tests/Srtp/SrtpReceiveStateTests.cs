// The rollover counter's estimate and the replay window. RFC 3711 §3.3.1, §3.3.2.
using Parley.Media.Srtp;

namespace Parley.Media.Tests.Srtp;

public sealed class SrtpReceiveStateTests
{
    [Theory]
    // The examples are (highest index so far, sequence number, expected index).
    [InlineData(0x0_0000, 1, 0x0_0001)]
    [InlineData(0x0_FFFF, 0, 0x1_0000)]
    [InlineData(0x1_0000, 0xFFFF, 0x0_FFFF)]
    [InlineData(0x1_0010, 0x0005, 0x1_0005)]
    [InlineData(0x5_7FFF, 0xFFFF, 0x5_FFFF)] // half of the numbers ahead: still ahead
    [InlineData(0x5_7FFE, 0xFFFF, 0x4_FFFF)] // more than half: behind
    [InlineData(0x5_8000, 0x0000, 0x5_0000)] // half behind: still behind
    [InlineData(0x5_8001, 0x0000, 0x6_0000)] // more than half: ahead
    [InlineData(0x5_C000, 0x3FFF, 0x6_3FFF)]
    [InlineData(0x0_0002, 0xFFF0, 0x0_FFF0)] // nothing lies before the first cycle
    [InlineData(0xFFFF_FFFF_FFFF, 0, 0x1_0000_0000_0000)]
    public void The_index_nearest_to_the_highest_is_assumed(ulong highest, int sequenceNumber, ulong expected)
    {
        var state = new SrtpReceiveState();
        state.Accept(highest);
        Assert.Equal(expected, state.Estimate((ushort)sequenceNumber));
    }

    [Fact]
    public void A_first_packet_is_of_the_first_cycle()
    {
        var state = new SrtpReceiveState();
        Assert.False(state.HasStarted);
        Assert.Equal(65535UL, state.Estimate(65535));
        state.Accept(65535);
        Assert.True(state.HasStarted);
        Assert.Equal(65536UL, state.Estimate(0));
    }

    [Fact]
    public void Indices_beyond_48_bits_are_refused()
    {
        var state = new SrtpReceiveState();
        state.Accept((1UL << 48) - 1);
        Assert.Equal(SrtpResult.KeyExhausted, state.Check(1UL << 48));
        Assert.Equal(SrtpResult.Replayed, state.Check((1UL << 48) - 1));
    }

    [Fact]
    public void The_window_reaches_back_far_enough() => Assert.True(SrtpReceiveState.WindowLength >= 512);

    [Fact]
    public void The_window_says_what_a_set_says()
    {
        // Random walks with jumps of every size, compared with a set that forgets nothing.
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var state = new SrtpReceiveState();
            var accepted = new HashSet<ulong>();
            var highest = (ulong)random.NextInt64(3000);
            var started = false;
            for (var step = 0; step < 2000; step++)
            {
                var reach = random.Next(6) switch { 0 => 3000, 1 => 1100, 2 => 960, 3 => 64, _ => 8 };
                var index = (ulong)Math.Max(0, (long)highest + random.Next(-reach, random.Next(20) == 0 ? reach : 3));
                var expected = !started || index > highest ? SrtpResult.Ok
                    : highest - index >= SrtpReceiveState.WindowLength ? SrtpResult.TooOld
                    : accepted.Contains(index) ? SrtpResult.Replayed : SrtpResult.Ok;
                Assert.True(expected == state.Check(index), $"seed {seed}, step {step}: {index} with {highest} highest is {state.Check(index)}, not {expected}");
                if (expected != SrtpResult.Ok)
                    continue;
                state.Accept(index);
                accepted.Add(index);
                highest = started ? Math.Max(highest, index) : index;
                started = true;
                Assert.Equal(highest, state.HighestIndex);
            }
        }
    }

    [Fact]
    public void A_copy_is_a_state_of_its_own()
    {
        var state = new SrtpReceiveState();
        state.Accept(100);
        var copy = state;
        Assert.True(copy == state);
        copy.Accept(101);
        Assert.True(copy != state);
        Assert.Equal(SrtpResult.Ok, state.Check(101));
        Assert.Equal(SrtpResult.Replayed, copy.Check(101));
    }
}
