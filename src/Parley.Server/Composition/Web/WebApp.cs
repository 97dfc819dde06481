// Serves the built web app: hashed assets for ever, the page itself never from a cache, the page for every route that the app knows.
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Parley.Server.Composition.Configuration;

namespace Parley.Server.Composition.Web;

internal static partial class WebApp
{
    private const string Immutable = "public, max-age=31536000, immutable";
    private const string Revalidate = "no-cache";

    public static void UseWebApp(this WebApplication app, ParleyOptions options)
    {
        if (options.Http.WebRoot is not { } root)
            return;
        // Borrowed by the middleware for the life of the program.
        var files = new PhysicalFileProvider(root);
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".br"] = "application/octet-stream"; // replaced by the type of what is compressed
        types.Mappings[".wasm"] = "application/wasm";
        types.Mappings[".webmanifest"] = "application/manifest+json";
        var staticFiles = new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = types,
            OnPrepareResponse = static response => Prepare(response.Context, response.File.Name),
        };
        app.Use(async (context, next) =>
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            {
                await next(context);
                return;
            }

            if (RoutePrefixes.IsReserved(context.Request.Path))
            {
                await next(context);
                return;
            }

            if (IsPage(context.Request.Path))
            {
                context.Request.Path = "/index.html";
            }
            else if (WantsPage(context.Request) && !files.GetFileInfo(context.Request.Path.Value!).Exists)
            {
                // A person who mistyped an address is told so by the app, not by a line of JSON.
                context.Request.Path = "/index.html";
                context.Items[typeof(UnknownPage)] = UnknownPage.Instance;
            }

            ChoosePrecompressed(context, files, types);
            await next(context);
        });
        app.UseStaticFiles(staticFiles);
    }

    /// <summary>The routes of the app; anything else that is no file is 404.</summary>
    internal static bool IsPage(PathString path) => ClientRoute().IsMatch(path.Value ?? string.Empty);

    private static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(static type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    /// <summary>What the build compressed beforehand is sent as it is, to those who understand it.</summary>
    private static void ChoosePrecompressed(HttpContext context, PhysicalFileProvider files, FileExtensionContentTypeProvider types)
    {
        var path = context.Request.Path.Value!;
        if (!types.TryGetContentType(path, out var contentType))
            return;
        var accepted = context.Request.GetTypedHeaders().AcceptEncoding;
        foreach (var (coding, extension) in new[] { ("br", ".br"), ("gzip", ".gz") })
        {
            if (!accepted.Any(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && value.Quality is null or > 0)
                || !files.GetFileInfo(path + extension).Exists)
                continue;
            context.Request.Path = path + extension;
            context.Items[typeof(Precompressed)] = new Precompressed(coding, contentType);
            return;
        }
    }

    private static void Prepare(HttpContext context, string name)
    {
        var headers = context.Response.Headers;
        if (context.Items[typeof(Precompressed)] is Precompressed compressed)
        {
            headers.ContentEncoding = compressed.Coding;
            context.Response.ContentType = compressed.ContentType;
        }

        if (context.Items.ContainsKey(typeof(UnknownPage)))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        headers.Append("Vary", "Accept-Encoding");
        headers.CacheControl = HashedName().IsMatch(name) ? Immutable : Revalidate;
    }

    [GeneratedRegex("^/(login|signup|dashboard|settings|history(/[^/.]+)?|[A-Za-z]{3}-?[A-Za-z]{4}-?[A-Za-z]{3})?/?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientRoute();

    /// <summary>Vite's names of built files: name-hash.extension.</summary>
    [GeneratedRegex(@"-[A-Za-z0-9_-]{8}\.[a-z0-9.]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HashedName();

    private sealed record UnknownPage
    {
        public static readonly UnknownPage Instance = new();
    }

    private sealed record Precompressed(string Coding, string ContentType);
}
