// The database and its stores.
using Parley.Data;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Health;

namespace Parley.Server.Composition;

internal static class Storage
{
    public static void AddStorage(this IServiceCollection services)
    {
        services.AddSingleton(static provider => Open(provider.GetRequiredService<ParleyOptions>()));
        services.AddSingleton<Migrator>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<RefreshTokenStore>();
        services.AddSingleton<MeetingStore>();
        services.AddSingleton<ChatStore>();
        services.AddSingleton<AttendanceStore>();
        services.AddSingleton<CallLogStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<Housekeeping>();
        services.AddSingleton<IReadinessCheck, DatabaseCheck>();
    }

    /// <summary>The database of a configuration; nothing is touched yet.</summary>
    /// <exception cref="StartupException">The connection string is not one.</exception>
    public static Database Open(ParleyOptions options)
    {
        try
        {
            return Database.Open(new DatabaseOptions { ConnectionString = options.ConnectionString, DataDirectory = options.DataDirectory });
        }
        catch (ArgumentException exception)
        {
            // The reason may quote the string, and with it the password.
            throw new StartupException("Parley:Database:ConnectionString is not a PostgreSQL connection string (Host=…;Database=…;Username=…;Password=…).", exception);
        }
    }

    private sealed class DatabaseCheck(Database database) : IReadinessCheck
    {
        public string Name => "database";

        public async Task<string?> CheckAsync(CancellationToken cancellation)
        {
            try
            {
                await database.PingAsync(cancellation);
                return null;
            }
            catch (Exception exception) when (exception is DatabaseUnavailableException or OperationCanceledException)
            {
                return "unavailable";
            }
        }
    }
}
