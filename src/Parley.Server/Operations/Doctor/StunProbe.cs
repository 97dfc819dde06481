// RFC 8489 §6: a Binding request, to see whether a STUN or TURN server answers over UDP.
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Parley.Server.Operations.Doctor;

internal static class StunProbe
{
    private const int HeaderBytes = 20;

    private static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends requests until something answers; false when that is not STUN.</summary>
    /// <exception cref="OperationCanceledException">Nothing answered in time.</exception>
    /// <exception cref="SocketException">The host is unknown or refuses.</exception>
    public static async Task<bool> AnswersAsync(string host, int port, CancellationToken cancellation)
    {
        var request = new byte[HeaderBytes];
        request[1] = 0x01; // Binding request, no attributes
        request[4] = 0x21; // magic cookie
        request[5] = 0x12;
        request[6] = 0xA4;
        request[7] = 0x42;
        RandomNumberGenerator.Fill(request.AsSpan(8));
        using var client = new UdpClient(host, port);
        var answer = client.ReceiveAsync(cancellation).AsTask();
        while (true)
        {
            await client.SendAsync(request, cancellation);
            if (await Task.WhenAny(answer, Task.Delay(Repeat, cancellation)) != answer)
            {
                cancellation.ThrowIfCancellationRequested();
                continue;
            }

            var bytes = (await answer).Buffer;
            return bytes.Length >= HeaderBytes && bytes.AsSpan(4, 16).SequenceEqual(request.AsSpan(4, 16));
        }
    }
}
