// `parley migrate up|down|status`: the schema by hand.
using System.CommandLine;
using System.Globalization;
using Parley.Data;

namespace Parley.Server.Operations.Commands;

internal static class MigrateCommand
{
    public static Command Create(IReadOnlyList<string> args, TextWriter output)
    {
        var migrate = new Command("migrate", "Brings the database's schema up or down.");
        var up = new Command("up", "Applies what is missing.") { TreatUnmatchedTokensAsErrors = false };
        up.SetAction((_, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            var steps = await scope.Migrator.UpAsync(TimeProvider.System.GetUtcNow(), cancellation);
            await ReportAsync(output, steps, "applied", "The schema is up to date.");
            return 0;
        }));
        var to = new Option<int?>("--to") { Description = "The version that stays; one step back without it. 0 takes back everything, data included.", HelpName = "VERSION" };
        var down = new Command("down", "Takes steps back, with the data in them.") { TreatUnmatchedTokensAsErrors = false };
        down.Options.Add(to);
        down.SetAction((parsed, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            var applied = (await scope.Migrator.StatusAsync(cancellation)).Count(static step => step.AppliedAt is not null);
            var version = parsed.GetValue(to) ?? Math.Max(0, applied - 1);
            if (version < 0 || version > scope.Migrator.LatestVersion)
            {
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"There is no version {version}; the newest is {scope.Migrator.LatestVersion}."));
                return ParleyCommand.Failed;
            }

            await ReportAsync(output, await scope.Migrator.DownAsync(version, cancellation), "taken back", "There is nothing to take back.");
            return 0;
        }));
        var status = new Command("status", "Lists the steps.") { TreatUnmatchedTokensAsErrors = false };
        status.SetAction((_, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            var steps = await scope.Migrator.StatusAsync(cancellation);
            foreach (var step in steps)
            {
                var when = step.AppliedAt is { } at ? at.ToString("u", CultureInfo.InvariantCulture) : "-";
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{step.Version:D4}_{step.Name,-24} {step.State,-8} {when}"));
            }

            return steps.Any(static step => step.State is MigrationState.Changed or MigrationState.Unknown) ? ParleyCommand.Failed : 0;
        }));
        migrate.Subcommands.Add(up);
        migrate.Subcommands.Add(down);
        migrate.Subcommands.Add(status);
        return migrate;
    }

    private static async Task ReportAsync(TextWriter output, IReadOnlyList<string> steps, string verb, string nothing)
    {
        foreach (var step in steps)
            await output.WriteLineAsync($"{step} {verb}");
        if (steps.Count == 0)
            await output.WriteLineAsync(nothing);
    }
}
