// What a command needs of the server: its configuration and its stores, without anything listening.
using Parley.Data;
using Parley.Server.Composition;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Operations.Commands;

/// <summary>The configuration and database of one command.</summary>
internal sealed class CommandScope
{
    private CommandScope(ParleyOptions options, Database database)
    {
        Options = options;
        Migrator = new Migrator(database);
        Accounts = new AccountStore(database);
        RefreshTokens = new RefreshTokenStore(database);
        Audit = new AuditStore(database);
    }

    public ParleyOptions Options { get; }

    public Migrator Migrator { get; }

    public AccountStore Accounts { get; }

    public RefreshTokenStore RefreshTokens { get; }

    public AuditStore Audit { get; }

    /// <summary>Runs a command over the configured database.</summary>
    /// <exception cref="ConfigurationException">The configuration has mistakes.</exception>
    /// <exception cref="StartupException">The database does not answer.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, Func<CommandScope, Task<int>> command)
    {
        var loaded = ConfigurationLoader.Load(Configuration(args));
        if (loaded.Problems.Count > 0)
            throw new ConfigurationException(loaded.Problems);
        new DataDirectory(loaded.Options).Create();
        await using var database = Storage.Open(loaded.Options);
        var scope = new CommandScope(loaded.Options, database);
        try
        {
            return await command(scope);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or SchemaException)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    /// <summary>The same sources in the same order as the server's.</summary>
    public static IConfigurationRoot Configuration(IReadOnlyList<string> args) => new ConfigurationBuilder()
        .SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true, reloadOnChange: false)
        .AddEnvironmentVariables("ASPNETCORE_")
        .AddEnvironmentVariables()
        .AddCommandLine(CommandLineArguments.ToConfiguration(args))
        .Build();
}
