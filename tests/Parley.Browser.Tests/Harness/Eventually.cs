// Waiting for a condition that no event announces.
using System.Diagnostics;

namespace Parley.Browser.Tests.Harness;

/// <summary>Waits until something holds, or fails saying what did not.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the answer is yes.</summary>
    public static Task TrueAsync(string what, TimeSpan limit, Func<Task<bool>> condition) =>
        HoldsAsync(what, limit, condition, yes => yes);

    /// <summary>Reads until <paramref name="holds"/> accepts the value, which is returned.</summary>
    public static async Task<T> HoldsAsync<T>(string what, TimeSpan limit, Func<Task<T>> read, Func<T, bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var value = await read();
            if (holds(value))
                return value;
            if (watch.Elapsed > limit)
                throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}. Last seen: {value}");
            await Task.Delay(Pause);
        }
    }
}
