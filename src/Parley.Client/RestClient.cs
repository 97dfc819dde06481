// The few REST calls that a bot or a test needs before it can signal (docs/protocol.md §1).
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Protocol;

namespace Parley.Client;

/// <summary>Who signed in, with the token that says so.</summary>
/// <param name="Token">The access token.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="User">Who.</param>
public sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, UserView User);

/// <summary>A meeting as REST shows it to its host.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">Its code.</param>
/// <param name="Title">Its title.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="State">Where in its life it is.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
public sealed record Meeting(string Id, MeetingCode Code, string? Title, MeetingKind Kind, MeetingState State, bool Lobby, int MaxParticipants);

/// <summary>What a new meeting is to be.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Password">What others must know; null for nothing.</param>
/// <param name="Lobby">New people wait for admission.</param>
/// <param name="Kind">What it carries.</param>
/// <param name="MaxParticipants">How many may be in at once.</param>
public sealed record NewMeeting(string? Title = null, string? Password = null, bool Lobby = true, MeetingKind Kind = MeetingKind.Video, int MaxParticipants = 100);

/// <summary>A REST call was refused.</summary>
public sealed class RestException : Exception
{
    /// <summary>Tells of a refusal.</summary>
    public RestException(int status, string? code, string message)
        : base(message)
    {
        Status = status;
        Code = code;
    }

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>The stable code of the problem; null when the body was none.</summary>
    public string? Code { get; }
}

/// <summary>A small REST client over an <see cref="HttpClient"/> whose base address is the server's.</summary>
/// <param name="http">Borrowed.</param>
public sealed class RestClient(HttpClient http)
{
    /// <summary>Opens an account.</summary>
    /// <exception cref="RestException">Refused.</exception>
    public Task<SignedIn> SignUpAsync(string email, string name, string password, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, "/api/auth/signup", null, new Credentials(email, name, password), RestJson.Default.SignedIn, cancellation);

    /// <summary>Signs in to an account.</summary>
    /// <exception cref="RestException">Refused.</exception>
    public Task<SignedIn> SignInAsync(string email, string password, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, "/api/auth/login", null, new Credentials(email, null, password), RestJson.Default.SignedIn, cancellation);

    /// <summary>Comes as a guest.</summary>
    /// <exception cref="RestException">Refused.</exception>
    public Task<SignedIn> GuestAsync(string name, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, "/api/auth/guest", null, new Credentials(null, name, null), RestJson.Default.SignedIn, cancellation);

    /// <summary>Makes a meeting.</summary>
    /// <exception cref="RestException">Refused.</exception>
    public Task<Meeting> CreateMeetingAsync(string token, NewMeeting? meeting = null, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Post, "/api/meetings", token, meeting ?? new NewMeeting(), RestJson.Default.Meeting, cancellation);

    /// <summary>Any call.</summary>
    /// <param name="method">The verb.</param>
    /// <param name="path">From the root.</param>
    /// <param name="token">An access token; null for none.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The body; undefined when there is none.</returns>
    /// <exception cref="RestException">Refused.</exception>
    public Task<JsonElement> SendAsync(HttpMethod method, string path, string? token, JsonElement? body = null, CancellationToken cancellation = default) =>
        SendAsync(method, path, token, body, RestJson.Default.JsonElement, cancellation)!;

    private async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        string? token,
        object? body,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = JsonContent.Create(body, RestJson.Default.GetTypeInfo(body.GetType())!);
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refusal((int)response.StatusCode, method, path, bytes);
        return bytes.Length == 0 ? default! : JsonSerializer.Deserialize(bytes, type)!;
    }

    private static RestException Refusal(int status, HttpMethod method, string path, byte[] bytes)
    {
        string? code = null;
        try
        {
            var problem = JsonSerializer.Deserialize(bytes, RestJson.Default.JsonElement);
            code = problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("code", out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            // Something on the way answered; the status has to do.
        }

        return new RestException(status, code, $"{method} {path} answered {status} {code}.");
    }
}

/// <summary>The body of sign-up, sign-in and guests.</summary>
internal sealed record Credentials(string? Email, string? Name, string? Password);

/// <summary>Source-generated JSON of REST.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SignedIn))]
[JsonSerializable(typeof(Meeting))]
[JsonSerializable(typeof(NewMeeting))]
[JsonSerializable(typeof(Credentials))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class RestJson : JsonSerializerContext;
