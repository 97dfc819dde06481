// Which thread handles what a socket received (docs/decisions/0012-one-thread-from-socket-to-socket.md).
namespace Parley.Server.Composition;

/// <summary>Received bytes are handled, and their answers sent, on the thread that the kernel woke for them.</summary>
internal static class SocketScheduling
{
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Called before the first socket: the runtime reads the setting once. What the environment says already stands.</summary>
    public static void PreferInline()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
    }
}
