// One person in a call: a browser context of their own, and what they do on the screens, by the names that the controls have.
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Harness;

/// <summary>A person with a browser.</summary>
public sealed partial class Participant : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _console = new();
    private readonly bool _ownsContext;

    private Participant(string name, string origin, IBrowserContext context, IPage page, bool ownsContext)
    {
        Name = name;
        Origin = origin;
        Context = context;
        Page = page;
        Probe = new MediaProbe(page);
        Room = new RoomScreen(this);
        _ownsContext = ownsContext;
        page.Console += (_, message) => _console.Enqueue($"{message.Type}: {message.Text}");
        page.PageError += (_, error) => _console.Enqueue($"uncaught: {error}");
    }

    /// <summary>The name that others see.</summary>
    public string Name { get; }

    /// <summary>Where this person reaches the server.</summary>
    public string Origin { get; }

    /// <summary>Cookies and storage of their own.</summary>
    public IBrowserContext Context { get; }

    /// <summary>Their tab.</summary>
    public IPage Page { get; }

    /// <summary>What really arrives in their browser.</summary>
    public MediaProbe Probe { get; }

    /// <summary>What they do in a room.</summary>
    public RoomScreen Room { get; }

    /// <summary>What the page has written to its console.</summary>
    public string Console => string.Join('\n', _console);

    /// <summary>Opens a browser for somebody new.</summary>
    public static async Task<Participant> OpenAsync(Chromium chromium, string origin, string name, ParticipantOptions options)
    {
        var context = await chromium.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin,
            Permissions = [.. options.Permissions],
            Locale = options.Locale,
            ColorScheme = options.Scheme,
            ViewportSize = new ViewportSize { Width = options.Window.Width, Height = options.Window.Height },
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout((float)Limits.Screen.TotalMilliseconds);
        await MediaProbe.InjectAsync(context, options);
        return new Participant(name, origin, context, await context.NewPageAsync(), ownsContext: true);
    }

    /// <summary>The same person in a second tab.</summary>
    public async Task<Participant> OpenTabAsync() => new(Name, Origin, Context, await Context.NewPageAsync(), ownsContext: false);

    /// <summary>A button by its exact name.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>A text field by its exact name.</summary>
    public ILocator Textbox(string name) => Page.GetByRole(AriaRole.Textbox, new() { Name = name, Exact = true });

    /// <summary>Goes to a path of the server.</summary>
    public Task GoAsync(string path) => Page.GotoAsync(path);

    /// <summary>Starts a meeting from the home page as a guest and enters it; returns its code.</summary>
    public async Task<string> StartMeetingAsync()
    {
        await GoAsync("/");
        await Button("New meeting").ClickAsync();
        await Textbox("Your name").FillAsync(Name);
        await Button("Continue").ClickAsync();
        // Asked of the page again and again: a wait for the event of the navigation misses one that happens just before it begins.
        await Expect(Page).ToHaveURLAsync(MeetingUrl());
        var code = (await Page.EvaluateAsync<string>("location.pathname"))[1..];
        await Button("Join now").ClickAsync();
        await Room.EnteredAsync();
        return code;
    }

    /// <summary>Goes to a meeting's page and fills in what it asks.</summary>
    public async Task GoToEntryAsync(string code, string? password = null)
    {
        await GoAsync($"/{code}");
        await FillEntryAsync(password);
    }

    /// <summary>Fills in the name (asked of guests only) and the password.</summary>
    public async Task FillEntryAsync(string? password = null)
    {
        await Expect(EntryButton).ToBeVisibleAsync();
        var name = Textbox("Your name");
        if (await name.IsVisibleAsync())
            await name.FillAsync(Name);
        if (password is not null)
            await Page.GetByLabel("Meeting password", new() { Exact = true }).FillAsync(password);
    }

    /// <summary>"Join now" or "Ask to join", whichever the meeting has.</summary>
    public ILocator EntryButton => Page.GetByRole(AriaRole.Button, new() { NameRegex = EntryWords() });

    /// <summary>Joins a meeting without a lobby (or as somebody who need not wait).</summary>
    public async Task JoinAsync(string code, string? password = null)
    {
        await GoToEntryAsync(code, password);
        await EntryButton.ClickAsync();
        await Room.EnteredAsync();
    }

    /// <summary>Knocks and waits in the lobby.</summary>
    public async Task AskToJoinAsync(string code, string? password = null)
    {
        await GoToEntryAsync(code, password);
        await Button("Ask to join").ClickAsync();
        await Expect(Button("Cancel request")).ToBeVisibleAsync();
    }

    /// <summary>Knocks again from the screen that says "declined".</summary>
    public async Task AskAgainAsync()
    {
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = AskAgainWords() }).ClickAsync();
        await Expect(Button("Cancel request")).ToBeVisibleAsync();
    }

    /// <summary>Leaves a mark that a reload would wipe.</summary>
    public Task MarkPageAsync() => Page.EvaluateAsync("() => { window.__parleyMark = true; }");

    /// <summary>Whether the page is the one that was marked.</summary>
    public Task<bool> IsMarkedPageAsync() => Page.EvaluateAsync<bool>("() => window.__parleyMark === true");

    /// <summary>From now on notes whether a text is shown, however shortly: what a repair says may be gone between two looks.</summary>
    /// <param name="pattern">A JavaScript regular expression.</param>
    public Task NoteTextAsync(string pattern) => Page.EvaluateAsync(
        """
        (pattern) => {
          const wanted = new RegExp(pattern);
          window.__parleyNoted = wanted.test(document.body.innerText);
          new MutationObserver((_, observer) => {
            if (!wanted.test(document.body.innerText)) return;
            window.__parleyNoted = true;
            observer.disconnect();
          }).observe(document.body, { subtree: true, childList: true, characterData: true });
        }
        """,
        pattern);

    /// <summary>Waits until the text of <see cref="NoteTextAsync"/> was shown at some time since.</summary>
    public Task ExpectNotedAsync(TimeSpan limit) =>
        Page.WaitForFunctionAsync("() => window.__parleyNoted === true", null, new() { Timeout = (float)limit.TotalMilliseconds });

    /// <summary>Waits until every animation has ended and the layout has been the same for some frames.</summary>
    public async Task SettledAsync() => await Page.EvaluateAsync(
        """
        async () => {
          const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
          for (let still = 0, before = ''; still < 4; ) {
            await frame();
            const moving = document.getAnimations().some((each) => each.playState === 'running' && each.effect?.getComputedTiming().iterations !== Infinity);
            const now = [...document.querySelectorAll('button, video, h1')].map((each) => JSON.stringify(each.getBoundingClientRect())).join();
            still = moving || now !== before ? 0 : still + 1;
            before = now;
          }
        }
        """);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_ownsContext)
            await Context.CloseAsync();
    }

    [GeneratedRegex("/[a-z]{3}-[a-z]{4}-[a-z]{3}$")]
    private static partial Regex MeetingUrl();

    [GeneratedRegex("^(Join now|Ask to join)$")]
    private static partial Regex EntryWords();

    [GeneratedRegex("^(Ask again|Ask to join)$")]
    private static partial Regex AskAgainWords();
}
