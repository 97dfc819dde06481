// Any sequence of what may enter a room keeps its invariants. A failure prints FsCheck's seed and the shortest sequence that still fails.
using FsCheck;
using FsCheck.Fluent;

namespace Parley.Rooms.Tests.Properties;

public sealed class RoomProperties
{
    [Theory]
    [InlineData(true, 3)]
    [InlineData(true, 100)]
    [InlineData(false, 3)]
    [InlineData(false, 100)]
    public void Any_sequence_of_inputs_keeps_the_invariants(bool lobby, int max)
    {
        var steps = Gen.Choose(0, int.MaxValue - 1).Select(Step.From).ArrayOf(80);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(steps, Shorter), sequence => Hold(sequence, lobby, max)));
    }

    // A block that runs out every few events, while every commit is stored: with a database that is away for longer than a block lasts, numbers may fall after a crash.
    [Fact]
    public void However_often_it_is_killed_a_rooms_event_numbers_only_rise()
    {
        var options = new RoomOptions { SeqBlock = 8 };
        var steps = Gen.Choose(0, int.MaxValue - 1).Select(Step.From).Select(Killed).ArrayOf(80);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Arb.From(steps, Shorter), sequence => Hold(sequence, lobby: false, 100, options)));
    }

    private static Step Killed(Step step) => step.Kind switch
    {
        StepKind.HoldCommits => step with { Kind = StepKind.Restart },
        StepKind.Remove or StepKind.Revoke or StepKind.PassLong => step with { Kind = StepKind.Resume },
        _ => step,
    };

    private static void Hold(Step[] sequence, bool lobby, int max, RoomOptions? options = null)
    {
        var world = new RoomWorld(lobby, max, options);
        try
        {
            foreach (var step in sequence)
                world.Run(step);
            world.Abandon();
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message}\n{string.Join(' ', sequence.Select(s => s.ToString()))}", exception);
        }
    }

    // Halves first, then single steps.
    private static IEnumerable<Step[]> Shorter(Step[] sequence)
    {
        for (var size = sequence.Length / 2; size > 0; size /= 2)
        {
            for (var at = 0; at + size <= sequence.Length; at += size)
                yield return [.. sequence[..at], .. sequence[(at + size)..]];
        }
    }
}
