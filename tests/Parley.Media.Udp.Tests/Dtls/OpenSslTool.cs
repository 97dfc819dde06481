// Debian's openssl as a DTLS peer that we did not write, over UDP on loopback.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Parley.Media.Dtls;

namespace Parley.Media.Udp.Tests.Dtls;

/// <summary>A run of <c>openssl s_client</c> or <c>s_server</c>, and our socket towards it.</summary>
internal sealed class OpenSslTool : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("parley-dtls-");
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly StringBuilder _output = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly DtlsEnd _end;
    private readonly Process _process;
    private readonly Task _receiving;
    private SocketAddress? _remote;

    private OpenSslTool(DtlsEnd end, string command, string? pem, string arguments, bool isClient)
    {
        _end = end;
        if (pem is not null)
            File.WriteAllText(Path.Combine(_directory.FullName, "own.pem"), pem);
        var certificate = pem is null ? "" : "-cert own.pem -key own.pem";
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = isClient ? $"-connect 127.0.0.1:{((IPEndPoint)_socket.LocalEndPoint!).Port}" : "-accept 127.0.0.1:0";
        _process = Process.Start(new ProcessStartInfo("openssl", $"{command} -dtls1_2 {address} {certificate} {arguments}")
        {
            UseShellExecute = false,
            WorkingDirectory = _directory.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        end.Out = (_, datagram) => Send(datagram);
        _receiving = Task.Run(Receive);
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The tool connects to us, who are the server of association 1.</summary>
    public static OpenSslTool Client(DtlsEnd end, string arguments, string? pem) => new(end, "s_client", pem, arguments, isClient: true);

    /// <summary>The tool waits for us, who will be the client of association 1.</summary>
    public static OpenSslTool Server(DtlsEnd end, string arguments, string pem)
    {
        var tool = new OpenSslTool(end, "s_server", pem, arguments, isClient: false);
        var port = int.Parse(tool.Expect(@"ACCEPT 127\.0\.0\.1:(\d+)"), null);
        tool._remote = new IPEndPoint(IPAddress.Loopback, port).Serialize();
        return tool;
    }

    /// <summary>A new certificate of the tool's own, and its fingerprint.</summary>
    public static (string Pem, Fingerprint Fingerprint) NewCertificate(bool rsa = false)
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsaKey = RSA.Create(2048);
        var request = rsa
            ? new CertificateRequest("CN=openssl", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=openssl", ec, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var key = rsa ? rsaKey.ExportPkcs8PrivateKeyPem() : ec.ExportPkcs8PrivateKeyPem();
        return ($"{certificate.ExportCertificatePem()}\n{key}\n", Fingerprint.Of(certificate.RawData));
    }

    /// <summary>Waits for a line of the tool and returns the first group of the match.</summary>
    public string Expect(string pattern)
    {
        Match match = Match.Empty;
        var found = SpinWait.SpinUntil(() => (match = Regex.Match(Output, pattern, RegexOptions.None, TimeSpan.FromSeconds(1))).Success || HasGone(), DtlsEnd.Patience);
        // Its last words may have come between looking and seeing that it has gone.
        if (found && !match.Success)
            match = Regex.Match(Output, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        Assert.True(match.Success, $"no {pattern} in what openssl said:\n{Output}");
        return match.Groups[1].Value;
    }

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    public void WaitForEnd() => Assert.True(_process.WaitForExit(DtlsEnd.Patience), $"openssl goes on:\n{Output}");

    public void Dispose()
    {
        _end.Out = static (_, _) => { };
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _stop.Cancel();
        _receiving.Wait();
        _socket.Dispose();
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private bool HasGone()
    {
        if (!_process.HasExited)
            return false;
        _process.WaitForExit(); // its output has been read by then
        return true;
    }

    private void Append(string? line)
    {
        lock (_output)
            _output.Append(line).Append('\n');
    }

    private void Send(byte[] datagram)
    {
        if (_remote is { } remote)
            _socket.SendTo(datagram, SocketFlags.None, remote);
    }

    private async Task Receive()
    {
        var buffer = new byte[4096];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from, _stop.Token);
                if (_remote is null)
                {
                    _remote = new SocketAddress(AddressFamily.InterNetwork, from.Size);
                    from.Buffer.Span.CopyTo(_remote.Buffer.Span);
                }

                _end.Handshakes.Receive(1, buffer.AsSpan(0, length));
            }
        }
        catch (OperationCanceledException)
        {
            // the test is over
        }
    }
}
