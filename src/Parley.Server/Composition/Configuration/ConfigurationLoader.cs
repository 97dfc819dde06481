// Turns IConfiguration into ParleyOptions, with every problem named and every unknown key guessed at.
using System.Net;
using System.Text;
using Parley.Protocol;

namespace Parley.Server.Composition.Configuration;

/// <summary>The outcome of reading the configuration.</summary>
/// <param name="Options">The values; defaults stand where a value could not be used.</param>
/// <param name="Problems">What must be mended before the server starts.</param>
/// <param name="Warnings">What is probably a mistake but harmless.</param>
/// <param name="KnownKeys">Every key that exists, for the documentation's test.</param>
public sealed record ConfigurationResult(
    ParleyOptions Options,
    IReadOnlyList<ConfigurationProblem> Problems,
    IReadOnlyList<ConfigurationProblem> Warnings,
    IReadOnlyCollection<string> KnownKeys);

/// <summary>Reads <c>Parley:</c>.</summary>
public static class ConfigurationLoader
{
    /// <summary>The issuer of our own tokens; no API key may have it.</summary>
    public const string OwnIssuer = "parley";

    private const int MinSecretBytes = 32;

    /// <summary>Reads and checks everything; never throws for a bad value.</summary>
    public static ConfigurationResult Load(IConfiguration configuration)
    {
        var reader = new SettingReader(configuration);
        const string graceKey = "Parley:Rooms:GraceSeconds";
        int? grace = reader.Text(graceKey) is null ? null : reader.Number(graceKey, 30, 1, 3_600);
        var options = new ParleyOptions
        {
            DataDirectory = Path.GetFullPath(reader.Text("Parley:DataDirectory") ?? "data"),
            ConnectionString = reader.Text("Parley:Database:ConnectionString"),
            RateLimiting = reader.Flag("Parley:RateLimiting:Enabled", true),
            Auth = ReadAuth(reader),
            Rooms = new RoomsOptions
            {
                Empty = reader.Seconds("Parley:Rooms:EmptySeconds", grace ?? 60, 1, 86_400),
                Reconnect = reader.Seconds("Parley:Rooms:ReconnectSeconds", grace ?? 30, 1, 3_600),
                Invitation = reader.Seconds("Parley:Rooms:InvitationSeconds", 45, 1, 3_600),
                MeshLimit = reader.Number("Parley:Rooms:MeshLimit", 4, 2, 500),
            },
            Ice = ReadIce(reader),
            Media = MediaSettings.Read(reader),
            Http = ReadHttp(reader),
            Https = ReadHttps(reader),
            MetricsAllowedAddresses = Networks(reader, "Parley:Metrics:AllowedAddresses"),
        };
        foreach (var url in WebServer.BadUrls(configuration))
            reader.Refuse("urls", $"\"{url}\" is not an address to listen on, such as http://127.0.0.1:5000.");
        return new ConfigurationResult(options, reader.Problems, UnknownKeys.Find(configuration, reader.KnownKeys), reader.KnownKeys);
    }

    private static AuthOptions ReadAuth(SettingReader reader)
    {
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var child in reader.Children("Parley:Auth:ApiKeys"))
        {
            reader.MarkKnown(child.Path);
            var secret = Encoding.UTF8.GetBytes(child.Value ?? string.Empty);
            if (string.Equals(child.Key, OwnIssuer, StringComparison.OrdinalIgnoreCase))
                reader.Refuse(child.Path, $"the name \"{OwnIssuer}\" is reserved for Parley's own tokens; choose another.");
            else if (secret.Length < MinSecretBytes)
                reader.Refuse(child.Path, $"the secret has {secret.Length} bytes; at least {MinSecretBytes} are needed (try: openssl rand -base64 48).");
            else
                keys[child.Key] = secret;
        }

        return new AuthOptions
        {
            AllowGuests = reader.Flag("Parley:Auth:AllowGuests", true),
            AllowSignup = reader.Flag("Parley:Auth:AllowSignup", true),
            ApiKeys = keys,
        };
    }

    private static IceOptions ReadIce(SettingReader reader)
    {
        var servers = new List<IceServer>();
        foreach (var child in reader.Children("Parley:Ice:Servers"))
        {
            var urls = reader.List($"{child.Path}:Urls");
            var server = new IceServer(urls, reader.Text($"{child.Path}:Username"), reader.Text($"{child.Path}:Credential"));
            if (urls.Count == 0)
                reader.Refuse(child.Path, "Urls is missing; an ICE server needs at least one stun:, turn: or turns: URL.");
            CheckIceUrls(reader, $"{child.Path}:Urls", urls, "stun:", "stuns:", "turn:", "turns:");
            servers.Add(server);
        }

        var turnUrls = reader.List("Parley:Ice:TurnUrls");
        CheckIceUrls(reader, "Parley:Ice:TurnUrls", turnUrls, "turn:", "turns:");
        var secret = reader.Text("Parley:Ice:TurnSecret");
        if (turnUrls.Count > 0 && secret is null)
            reader.Refuse("Parley:Ice:TurnSecret", "is missing while Parley:Ice:TurnUrls is set; give the static-auth-secret of the TURN server.");
        return new IceOptions
        {
            Servers = servers,
            TurnUrls = turnUrls,
            TurnSecret = secret,
            TurnTtl = reader.Seconds("Parley:Ice:TurnTtlSeconds", 3_600, 60, 7 * 86_400),
        };
    }

    private static void CheckIceUrls(SettingReader reader, string key, IReadOnlyList<string> urls, params string[] schemes)
    {
        foreach (var url in urls)
        {
            if (!schemes.Any(scheme => url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && url.Length > scheme.Length))
                reader.Refuse(key, $"\"{url}\" does not begin with {string.Join(" or ", schemes)}.");
        }
    }

    private static HttpOptions ReadHttp(SettingReader reader)
    {
        const string publicUrlKey = "Parley:Http:PublicUrl";
        Uri? publicUrl = null;
        var text = reader.Text(publicUrlKey);
        if (text is not null && !TryOrigin(text, out publicUrl))
            reader.Refuse(publicUrlKey, $"\"{text}\" is not an http(s) address without a path, such as https://meet.example.org.");

        const string originsKey = "Parley:Http:AllowedOrigins";
        var origins = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var origin in reader.List(originsKey))
        {
            if (TryOrigin(origin, out var uri))
                origins.Add(uri!.GetLeftPart(UriPartial.Authority));
            else
                reader.Refuse(originsKey, $"\"{origin}\" is not an origin, such as https://app.example.org (no path, no wildcard).");
        }

        const string webRootKey = "Parley:Http:WebRoot";
        var webRoot = reader.Text(webRootKey);
        if (webRoot is not null && !File.Exists(Path.Combine(webRoot, "index.html")))
            reader.Refuse(webRootKey, $"\"{webRoot}\" holds no index.html; build the web app (npm --prefix web run build) or leave the key out.");
        return new HttpOptions
        {
            PublicUrl = publicUrl,
            AllowedOrigins = origins,
            KnownProxies = Networks(reader, "Parley:Http:KnownProxies"),
            WebRoot = webRoot is null ? FindWebRoot() : Path.GetFullPath(webRoot),
            MaxConnections = reader.Number("Parley:Http:MaxConnections", 0, 0, 10_000_000),
            DrainDelay = reader.Seconds("Parley:Http:DrainDelaySeconds", 0, 0, 600),
            DrainTimeout = reader.Seconds("Parley:Http:DrainTimeoutSeconds", 10, 1, 600),
        };
    }

    private static HttpsOptions ReadHttps(SettingReader reader)
    {
        const string pathKey = "Parley:Https:CertificatePath";
        const string keyPathKey = "Parley:Https:CertificateKeyPath";
        var options = new HttpsOptions
        {
            CertificatePath = reader.Text(pathKey),
            CertificateKeyPath = reader.Text(keyPathKey),
            CertificatePassword = reader.Text("Parley:Https:CertificatePassword"),
        };
        if (options.CertificatePath is null && options.CertificateKeyPath is not null)
            reader.Refuse(pathKey, $"is missing while {keyPathKey} is set.");
        foreach (var (key, path) in new[] { (pathKey, options.CertificatePath), (keyPathKey, options.CertificateKeyPath) })
        {
            if (path is not null && !File.Exists(path))
                reader.Refuse(key, $"there is no file \"{path}\".");
        }

        return options;
    }

    private static List<IPNetwork> Networks(SettingReader reader, string key)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in reader.List(key))
        {
            if (IPAddress.TryParse(text, out var address))
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            else if (IPNetwork.TryParse(text, out var network))
                networks.Add(network);
            else
                reader.Refuse(key, $"\"{text}\" is neither an IP address nor a network such as 10.0.0.0/8.");
        }

        return networks;
    }

    private static bool TryOrigin(string text, out Uri? uri) =>
        Uri.TryCreate(text, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.PathAndQuery == "/"
        && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0 && !text.Contains('*', StringComparison.Ordinal);

    /// <summary>The web app beside the program, or in the source tree that the program was built in.</summary>
    private static string? FindWebRoot()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (File.Exists(Path.Combine(beside, "index.html")))
            return beside;
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var built = Path.Combine(directory.FullName, "web", "dist");
            if (File.Exists(Path.Combine(built, "index.html")))
                return built;
            if (File.Exists(Path.Combine(directory.FullName, "Parley.slnx")))
                return null;
        }

        return null;
    }
}
