// Swallows packets to certain UDP ports of this machine, as a router does that has forgotten a mapping. Needs root and nftables.
using System.Diagnostics;
using System.Globalization;

namespace Parley.Browser.Tests.Harness;

/// <summary>A firewall rule that lives as long as this object.</summary>
public sealed class BlockedPorts : IAsyncDisposable
{
    private readonly string _table;

    private BlockedPorts(string table) => _table = table;

    /// <summary>Why ports cannot be blocked here, or null.</summary>
    public static string? Missing { get; } =
        !File.Exists("/usr/sbin/nft") ? "nftables is not installed (apt-get install nftables)"
        : Environment.UserName != "root" ? "blocking ports needs root"
        : null;

    /// <summary>Drops what is sent to these ports from now on. Returns null, with the reason, where the kernel does not allow it.</summary>
    public static async Task<(BlockedPorts? Blocked, string Reason)> BlockAsync(IEnumerable<int> ports)
    {
        var table = string.Create(CultureInfo.InvariantCulture, $"parley_test_{Environment.ProcessId}");
        var (status, output) = await NftAsync(
            $"add table inet {table}\n" +
            $"add chain inet {table} input {{ type filter hook input priority 0; policy accept; }}\n" +
            $"add rule inet {table} input udp dport {{ {string.Join(", ", ports)} }} drop\n");
        return status == 0 ? (new BlockedPorts(table), "") : (null, $"nft: {output.Trim()}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await NftAsync($"delete table inet {_table}\n");

    private static async Task<(int Status, string Output)> NftAsync(string commands)
    {
        var start = new ProcessStartInfo("/usr/sbin/nft", ["-f", "-"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var nft = Process.Start(start)!;
        await nft.StandardInput.WriteAsync(commands);
        nft.StandardInput.Close();
        var errors = await nft.StandardError.ReadToEndAsync();
        await nft.WaitForExitAsync();
        return (nft.ExitCode, errors);
    }
}
