// Structured logs: JSON lines for machines, plain lines for a terminal. Scopes carry a request's correlation id;
// a connection has none, for memory's sake: the line that opens it (event 2000) joins its id, which its other lines name, to its request and address.
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;

namespace Parley.Server.Composition;

internal static class Logging
{
    public static void AddParleyLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        // ASP.NET Core's own line per request would hold the query, and says what the metrics say.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);

        // Whoever reads the log may stop reading: lines are lost then, and said to be lost, but no meeting waits for a log.
        builder.Services.Configure<ConsoleLoggerOptions>(static console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        if (Console.IsOutputRedirected)
        {
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                console.JsonWriterOptions = new JsonWriterOptions { Indented = false };
            });
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
    }
}
