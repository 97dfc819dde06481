// What the log says of a connection: where it came from, how it ended, and what failed.
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Server.Signaling.Transport;
using Parley.Server.Tests.Hosting;
using Parley.Server.Tests.Signaling.Support;

namespace Parley.Server.Tests.Signaling;

public sealed class ConnectionLogTests
{
    [Fact]
    public async Task A_connection_that_fails_is_logged_between_its_opening_and_its_end()
    {
        using var lines = new LogLines();
        await using var server = await ParleyFixture.StartAsync(new ParleySetup
        {
            Configure = builder =>
            {
                builder.Logging.SetMinimumLevel(LogLevel.Information);
                builder.Logging.AddProvider(lines);
                builder.Services.AddSingleton<ISessionFactory, Failing>();
            },
        });
        using var socket = await RawWebSocket.OpenAsync(server.Address);
        Assert.Equal(101, socket.Status);
        await Eventually.TrueAsync(() => lines.Written.Any(static line => line.Event == 2001));

        var written = lines.Written.Where(static line => line.Event is >= 2000 and <= 2099).ToList();
        Assert.Equal([2000, 2005, 2001], written.Select(static line => line.Event));
        Assert.Equal([LogLevel.Information, LogLevel.Error, LogLevel.Information], written.Select(static line => line.Level));
        Assert.Contains("127.0.0.1", written[0].Text, StringComparison.Ordinal);
        Assert.Equal("broken on purpose", written[1].Failure?.Message);
    }

    private sealed class Failing : ISessionFactory
    {
        public IConnectionHandler Create(Connection connection, IPAddress? address) => throw new InvalidOperationException("broken on purpose");
    }
}
