// What code allocates each time it runs, as against what the runtime allocates once, whenever it compiles it better.
namespace Parley.Media.Tests.Stage;

internal static class Allocations
{
    private const int Rounds = 4;

    /// <summary>The least that the current thread allocates in one of several rounds: 0 for what allocates nothing, for the runtime's own work is not in each of them.</summary>
    public static long Of(Action work)
    {
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
