// How a participant's browser is set up.
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

/// <summary>Settings of one participant's browser context.</summary>
public sealed record ParticipantOptions
{
    /// <summary>Where the server is reached; null for the one of the test.</summary>
    public string? Origin { get; init; }

    /// <summary>Permissions granted before anybody asks.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = ["camera", "microphone", "clipboard-read", "clipboard-write", "notifications"];

    /// <summary>Caps the height of every picture sent, so that several fit into two cores; 0 leaves it to the app.</summary>
    public int MaxHeight { get; init; } = 360;

    /// <summary>Forces every path through a TURN server.</summary>
    public bool RelayOnly { get; init; }

    /// <summary>The browser's language.</summary>
    public string Locale { get; init; } = "en-GB";

    /// <summary>Light or dark.</summary>
    public ColorScheme Scheme { get; init; } = ColorScheme.Light;

    /// <summary>The window's size in CSS pixels.</summary>
    public (int Width, int Height) Window { get; init; } = (1280, 800);

    /// <summary>The browser to open it in; null for the shared one with fake devices.</summary>
    public Chromium? Chromium { get; init; }
}
