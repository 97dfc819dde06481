// The command line: `parley [serve]`, `doctor`, `user`, `migrate`, `openapi`. Any configuration key may follow any command as --Key=value.
using System.CommandLine;
using Parley.Server.Composition;

namespace Parley.Server.Operations.Commands;

/// <summary>Parses the arguments and runs the command they name.</summary>
public static class ParleyCommand
{
    /// <summary>The command failed.</summary>
    public const int Failed = 1;

    /// <summary>The configuration or the arguments cannot be used.</summary>
    public const int BadConfiguration = 2;

    /// <summary>Runs the program and returns its exit code.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> args) => RunAsync(args, Console.Out, Console.Error);

    /// <summary>Runs the program, writing what a command says to the given writers.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Parley: video meetings on your own server. Any key of the configuration may be given as --Key=value.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        root.Options.Add(new Option<string?>("--urls") { Description = "Where to listen, such as http://127.0.0.1:5000", HelpName = "URLS", Recursive = true });
        root.Options.Add(new Option<string?>("--data-dir") { Description = "Where keys, certificates and the database live (default ./data)", HelpName = "DIR", Recursive = true });
        var serve = new Command("serve", "Runs the server (the default).") { TreatUnmatchedTokensAsErrors = false };
        root.Subcommands.Add(serve);
        root.Subcommands.Add(DoctorCommand.Create(args, output));
        root.Subcommands.Add(UserCommand.Create(args, output));
        root.Subcommands.Add(MigrateCommand.Create(args, output));
        root.Subcommands.Add(OpenApiCommand.Create(args, output));
        root.SetAction((_, cancellation) => ServeAsync(args, output, cancellation));
        serve.SetAction((_, cancellation) => ServeAsync(args, output, cancellation));
        try
        {
            // The host handles signals itself: it drains. Exceptions are answered below.
            var invocation = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
            var parsed = root.Parse([.. args]);
            if (parsed.Errors.Count == 0 && CommandLineArguments.FindStray(parsed.UnmatchedTokens) is { } stray)
            {
                await error.WriteLineAsync($"Parley does not know what to do with \"{stray}\"; parley --help shows the commands.");
                return BadConfiguration;
            }

            if (parsed.Errors.Count == 0 && CommandLineArguments.FindUnknownOption(parsed.UnmatchedTokens) is { } unknown)
            {
                await error.WriteLineAsync(
                    $"Parley has no option {unknown}; parley --help shows those that there are (--urls says where to listen), and a key of the configuration is given as --Section:Key=value.");
                return BadConfiguration;
            }

            return await parsed.InvokeAsync(invocation);
        }
        catch (ConfigurationException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return BadConfiguration;
        }
        catch (StartupException exception)
        {
            await error.WriteLineAsync($"Parley cannot do this: {exception.Message}");
            return Failed;
        }
        catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await error.WriteLineAsync($"Parley cannot start: {exception.Message} Choose another with --urls, or end the program that has it.");
            return Failed;
        }
    }

    private static async Task<int> ServeAsync(IReadOnlyList<string> args, TextWriter output, CancellationToken cancellation)
    {
        await using var app = ParleyServer.Build(args);
        var announcement = ActivatorUtilities.CreateInstance<Announcement>(app.Services, output);
        app.Lifetime.ApplicationStarted.Register(announcement.Print);
        await app.RunAsync(cancellation);
        return 0;
    }
}
