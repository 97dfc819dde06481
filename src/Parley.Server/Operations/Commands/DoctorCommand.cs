// `parley doctor`: looks at everything that Parley needs, says what is wrong and how to mend it.
using System.CommandLine;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Doctor;

namespace Parley.Server.Operations.Commands;

internal static class DoctorCommand
{
    public static Command Create(IReadOnlyList<string> args, TextWriter output)
    {
        var command = new Command("doctor", "Checks configuration, database, ports, clock, descriptors, certificate and TURN.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (_, cancellation) =>
        {
            var findings = await ExamineAsync(CommandScope.Configuration(args), TimeProvider.System, cancellation);
            foreach (var finding in findings)
            {
                await output.WriteLineAsync($"{Word(finding.Verdict)}  {finding.Subject}: {finding.Text}");
                if (finding.Remedy is not null)
                    await output.WriteLineAsync($"      -> {finding.Remedy}");
            }

            var failures = findings.Count(static finding => finding.Verdict == Verdict.Fail);
            await output.WriteLineAsync(failures == 0 ? "Parley can run." : $"{failures} to mend before Parley can run well.");
            return failures == 0 ? 0 : ParleyCommand.Failed;
        });
        return command;
    }

    internal static async Task<IReadOnlyList<Finding>> ExamineAsync(IConfiguration configuration, TimeProvider clock, CancellationToken cancellation)
    {
        var loaded = ConfigurationLoader.Load(configuration);
        var options = loaded.Options;
        var findings = new List<Finding>();
        findings.AddRange(loaded.Problems.Select(static problem => Finding.Fail("configuration", problem.ToString(), "Mend this key (docs/operations/configuration.md).")));
        findings.AddRange(loaded.Warnings.Select(static problem => Finding.Warn("configuration", problem.ToString(), "Mend or remove this key (docs/operations/configuration.md).")));
        if (findings.Count == 0)
            findings.Add(Finding.Ok("configuration", "no mistakes"));
        findings.AddRange(MachineChecks.DataDirectory(options));
        findings.Add(await DependencyChecks.DatabaseAsync(options, cancellation));
        findings.AddRange(MachineChecks.Ports(configuration));
        findings.Add(MachineChecks.MediaPort(options.Media));
        findings.Add(MachineChecks.Clock(options, clock));
        findings.Add(MachineChecks.Descriptors());
        findings.Add(DependencyChecks.Certificate(options, clock));
        findings.AddRange(await DependencyChecks.TurnAsync(options, cancellation));
        findings.Add(MachineChecks.WebApp(options));
        return findings;
    }

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "OK  ",
        Verdict.Warn => "WARN",
        _ => "FAIL",
    };
}
