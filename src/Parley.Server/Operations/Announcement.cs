// Tells the person who started the server where to open the browser.
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Parley.Server.Composition.Configuration;
using Parley.Server.Operations.Tls;

namespace Parley.Server.Operations;

/// <summary>Prints the addresses once the server listens.</summary>
internal sealed class Announcement(IServer server, ParleyOptions options, ServerCertificate certificate, TextWriter output)
{
    public void Print()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var line in Lines([.. addresses], SelfSignedCertificate.LanAddresses(), options, certificate.IsSelfSigned))
            output.WriteLine(line);
        output.Flush();
    }

    /// <summary>What is said for these listening addresses.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<string> listening, IReadOnlyList<IPAddress> lan, ParleyOptions options, bool selfSigned)
    {
        yield return "Parley is running. Open in a browser:";
        if (options.Http.PublicUrl is { } url)
            yield return $"  {url.GetLeftPart(UriPartial.Authority)}";
        var warns = false;
        foreach (var address in listening.Select(BindingAddress.Parse))
        {
            var isAny = !IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? address.Host is "*" or "+" : ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
            if (!isAny)
            {
                yield return $"  {address.Scheme}://{address.Host}:{address.Port}";
                warns |= address.Scheme == "https";
                continue;
            }

            yield return $"  {address.Scheme}://localhost:{address.Port}  (this computer)";
            foreach (var host in lan)
            {
                var text = host.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{host}]" : host.ToString();
                yield return $"  {address.Scheme}://{text}:{address.Port}  (others in your network{(address.Scheme == "http" ? "; browsers give no camera over plain HTTP" : string.Empty)})";
            }

            warns |= address.Scheme == "https";
        }

        if (warns && selfSigned)
            yield return "The certificate is self-signed: browsers warn once. Name your own with Parley:Https:CertificatePath.";
        if (options.Http.WebRoot is null)
            yield return "The web app is not built, so only the API is served: npm --prefix web ci && npm --prefix web run build";
    }
}
