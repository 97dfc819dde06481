// No number of a subscriber's is used for two packets, whatever is asked for. RFC 3711 §9.1.
using Parley.Media.Forwarding;

namespace Parley.Media.Tests.Forwarding;

public sealed class GivenNumbersTests
{
    [Fact]
    public void What_was_passed_over_is_free_once()
    {
        var numbers = new GivenNumbers(100);
        Assert.All([100, 101, 105, 106, 103], number => Assert.True(numbers.TryTake(number)));
        Assert.All([100, 101, 103, 105, 106, 99, 0, -1, -32768], number => Assert.False(numbers.TryTake(number)));
        Assert.All([104, 102, 107], number => Assert.True(numbers.TryTake(number)));
    }

    [Fact]
    public void What_was_passed_over_long_ago_is_not_free_any_more()
    {
        var numbers = new GivenNumbers(0);
        Assert.True(numbers.TryTake(1));
        Assert.True(numbers.TryTake(3000));
        Assert.False(numbers.TryTake(0));
        Assert.False(numbers.TryTake(3000 - GivenNumbers.Remembered - 1));
        Assert.True(numbers.TryTake(3000 - GivenNumbers.Remembered));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void None_is_taken_twice(int seed)
    {
        var random = new Random(seed);
        var first = random.Next(0x8000);
        var numbers = new GivenNumbers(first);
        var taken = new HashSet<long>();
        long next = first;
        var late = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var number = random.Next(10) switch
            {
                0 => next + random.Next(3000),
                1 or 2 or 3 => next - random.Next(1500),
                _ => next,
            };
            var isFree = number >= first && !taken.Contains(number);
            if (numbers.TryTake(number))
                Assert.True(isFree && taken.Add(number), $"seed {seed}: {number}");
            else
                Assert.True(!isFree || next - 1 - number > GivenNumbers.Remembered, $"seed {seed}: {number} was free");
            late += number < next && isFree ? 1 : 0;
            next = Math.Max(next, number + 1);
        }

        Assert.True(late > 1000);
    }
}
