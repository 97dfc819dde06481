// Waits for a condition that nothing announces, by asking again and again; never for a fixed time.
using System.Diagnostics;

namespace Parley.Server.Tests.Signaling.Support;

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<Task<bool>> condition) => TrueAsync(condition, Patience);

    /// <summary>For what a busy machine may take long over, such as the start of a program.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < patience, "The condition did not come true.");
            await Task.Delay(Pause);
        }
    }

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));
}
