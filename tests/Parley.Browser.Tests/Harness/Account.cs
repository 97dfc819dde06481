// Sets up what a test does not look at: accounts, guests and meetings, over REST with the cookies of a participant's own context.
using System.Text.Json;
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

/// <summary>What a new meeting is like.</summary>
public sealed record MeetingOptions
{
    /// <summary>Whether people wait to be let in.</summary>
    public bool Lobby { get; init; }

    /// <summary><c>video</c>, <c>audio</c> or <c>data</c>.</summary>
    public string Kind { get; init; } = "video";

    /// <summary>What must be known to enter.</summary>
    public string? Password { get; init; }

    /// <summary>Its title.</summary>
    public string Title { get; init; } = "Weekly planning";
}

/// <summary>A signed-in participant's REST calls.</summary>
public sealed class Account
{
    private readonly IAPIRequestContext _rest;
    private readonly Dictionary<string, string> _headers;

    private Account(IAPIRequestContext rest, string token, string id, string email)
    {
        _rest = rest;
        _headers = new(StringComparer.Ordinal) { ["Authorization"] = $"Bearer {token}" };
        Id = id;
        Email = email;
    }

    /// <summary>The password of every account made here.</summary>
    public const string Password = "correct horse battery";

    /// <summary>The user's id.</summary>
    public string Id { get; }

    /// <summary>The e-mail address; empty for guests.</summary>
    public string Email { get; }

    /// <summary>Signs the participant's browser in as a new guest.</summary>
    public static Task<Account> GuestAsync(Participant person) => OpenAsync(person, "guest", new { name = person.Name }, "");

    /// <summary>Signs the participant's browser up with a new account.</summary>
    public static Task<Account> SignUpAsync(Participant person)
    {
        var email = NewEmail(person.Name);
        return OpenAsync(person, "signup", new { email, name = person.Name, password = Password }, email);
    }

    /// <summary>An address that nobody has yet.</summary>
    public static string NewEmail(string name) => $"{name.Split(' ')[0].ToLowerInvariant()}-{Guid.NewGuid():n}@example.org";

    /// <summary>Makes a meeting of which this participant is the owner; returns its code.</summary>
    public async Task<string> CreateMeetingAsync(MeetingOptions? options = null)
    {
        var wanted = options ?? new MeetingOptions();
        var meeting = await PostAsync(
            _rest, "/api/meetings", new { title = wanted.Title, lobby = wanted.Lobby, kind = wanted.Kind, password = wanted.Password }, _headers);
        return meeting.GetProperty("code").GetString()!;
    }

    /// <summary>The user's history, newest first.</summary>
    public async Task<JsonElement[]> CallLogsAsync()
    {
        var response = await _rest.GetAsync("/api/call-logs", new() { Headers = _headers });
        Assert.True(response.Ok, await response.TextAsync());
        return [.. (await response.JsonAsync())!.Value.GetProperty("items").EnumerateArray()];
    }

    private static async Task<Account> OpenAsync(Participant person, string how, object body, string email)
    {
        var rest = person.Context.APIRequest;
        var answer = await PostAsync(rest, $"/api/auth/{how}", body, []);
        return new Account(rest, answer.GetProperty("token").GetString()!, answer.GetProperty("user").GetProperty("id").GetString()!, email);
    }

    private static async Task<JsonElement> PostAsync(IAPIRequestContext rest, string path, object body, Dictionary<string, string> headers)
    {
        var response = await rest.PostAsync(path, new() { DataObject = body, Headers = headers });
        Assert.True(response.Ok, $"POST {path}: {response.Status} {await response.TextAsync()}");
        return (await response.JsonAsync())!.Value;
    }
}
