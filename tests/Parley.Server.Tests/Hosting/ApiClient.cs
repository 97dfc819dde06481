// A plain HTTP client of the REST API: JSON in, JSON out, cookies kept as a browser would.
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Server.Tests.Hosting;

/// <summary>A response with its body read.</summary>
public sealed record ApiResponse(HttpStatusCode Status, JsonElement Body, HttpResponseHeaders Headers, MediaTypeHeaderValue? ContentType)
{
    /// <summary>The status as a number.</summary>
    public int StatusNumber => (int)Status;

    /// <summary>The stable code of a problem.</summary>
    public string? Code => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>A text of the body.</summary>
    public string? Text(string name) => Body.GetProperty(name).GetString();

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<JsonElement> Items => [.. Body.GetProperty("items").EnumerateArray()];

    /// <summary>The cookies that were set, by name, with their attributes.</summary>
    public IReadOnlyDictionary<string, string> SetCookies => Headers.TryGetValues("Set-Cookie", out var values)
        ? values.ToDictionary(value => value.Split('=')[0], value => value, StringComparer.Ordinal)
        : new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>One browser or program.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Dictionary<string, string> _cookies = new(StringComparer.Ordinal);

    /// <summary>A client of a server, signed in as nobody.</summary>
    public ApiClient(ParleyFixture server) => _http = server.CreateClient();

    /// <summary>The access token that is sent; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>The user of the last sign-in.</summary>
    public JsonElement User { get; private set; }

    /// <summary>The user's id.</summary>
    public string UserId => User.GetProperty("id").GetString()!;

    /// <summary>The cookies that are sent.</summary>
    public IDictionary<string, string> Cookies => _cookies;

    /// <summary>Headers that are sent with every request.</summary>
    public HttpRequestHeaders Headers => _http.DefaultRequestHeaders;

    /// <summary>A client that has signed up.</summary>
    public static async Task<ApiClient> AccountAsync(ParleyFixture server, string name = "Ada Lovelace", string? email = null, string password = "correct horse")
    {
        var client = new ApiClient(server);
        await client.BeginAsync("/api/auth/signup", new { email = email ?? $"{Guid.NewGuid():N}@example.org", name, password });
        return client;
    }

    /// <summary>A client that came as a guest.</summary>
    public static async Task<ApiClient> GuestAsync(ParleyFixture server, string name = "Guest")
    {
        var client = new ApiClient(server);
        await client.BeginAsync("/api/auth/guest", new { name });
        return client;
    }

    /// <summary>Makes a meeting and returns its body.</summary>
    public async Task<JsonElement> CreateMeetingAsync(object? body = null)
    {
        var response = await PostAsync("/api/meetings", body ?? new { });
        Assert.Equal(201, response.StatusNumber);
        return response.Body;
    }

    public Task<ApiResponse> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ApiResponse> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<ApiResponse> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public Task<ApiResponse> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Sends a body of any text and type.</summary>
    public Task<ApiResponse> PostTextAsync(string path, string text, string mediaType = "application/json") =>
        SendAsync(HttpMethod.Post, path, new StringContent(text, Encoding.UTF8, mediaType));

    public void Dispose() => _http.Dispose();

    /// <summary>Sends a request; every error must be a problem with a code.</summary>
    public async Task<ApiResponse> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body is JsonNode ? body : JsonSerializer.SerializeToElement(body));
        if (Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (_cookies.Count > 0 && path.StartsWith("/api/auth", StringComparison.Ordinal))
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        using var response = await _http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json";
        var answer = new ApiResponse(
            response.StatusCode,
            isJson && bytes.Length > 0 ? JsonDocument.Parse(bytes).RootElement.Clone() : default,
            response.Headers,
            response.Content.Headers.ContentType);
        if (answer.StatusNumber >= 400 && !path.StartsWith("/health", StringComparison.Ordinal))
        {
            Assert.Equal(Composition.Http.Problem.ContentType, answer.ContentType?.MediaType);
            Assert.Equal(answer.StatusNumber, answer.Body.GetProperty("status").GetInt32());
            Assert.Matches("^[a-z_]+$", answer.Code);
        }

        foreach (var (name, cookie) in answer.SetCookies)
        {
            var value = cookie.Split(';')[0][(name.Length + 1)..];
            if (value.Length == 0)
                _cookies.Remove(name);
            else
                _cookies[name] = value;
        }

        return answer;
    }

    private async Task BeginAsync(string path, object body)
    {
        var response = await PostAsync(path, body);
        Assert.Equal(201, response.StatusNumber);
        Token = response.Text("token");
        User = response.Body.GetProperty("user");
    }
}
