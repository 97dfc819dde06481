// What every browser test stands on: the class's browser and server, participants that are closed after it, and evidence when it fails.
using System.Globalization;
using Microsoft.Playwright;

namespace Parley.Browser.Tests.Harness;

/// <summary>The browser and the server that the tests of one class share.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private ParleyProcess? _parley;
    private Chromium? _chromium;

    /// <summary>Why these tests cannot run here, or null.</summary>
    public static string? Missing =>
        Harness.Chromium.Program is null ? "Chromium is not installed (apt-get install chromium)"
        : !File.Exists(Path.Combine(Repository.WebApp, "index.html")) ? "the web app is not built (npm run build in web/)"
        : null;

    /// <summary>The shared browser, with fake devices.</summary>
    public Chromium Chromium => _chromium ?? throw new InvalidOperationException("Not started.");

    /// <summary>The shared server.</summary>
    public ParleyProcess Parley => _parley ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
            return;
        _parley = await ParleyProcess.StartAsync();
        _chromium = await Chromium.StartAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_chromium is not null)
            await _chromium.DisposeAsync();
        if (_parley is not null)
            await _parley.DisposeAsync();
    }
}

/// <summary>A test with people in browsers.</summary>
public abstract class BrowserTest(BrowserFixture fixture) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private readonly List<Participant> _people = [];
    private readonly List<IAsyncDisposable> _owned = [];

    /// <summary>The server that participants meet on.</summary>
    protected ParleyProcess Parley { get; private set; } = null!;

    /// <summary>The shared browser.</summary>
    protected Chromium Chromium => fixture.Chromium;

    /// <summary>Set-up that every participant of the class gets.</summary>
    protected virtual ParticipantOptions Options { get; } = new();

    /// <inheritdoc/>
    public virtual ValueTask InitializeAsync()
    {
        Assert.SkipWhen(BrowserFixture.Missing is not null, BrowserFixture.Missing ?? "");
        Assertions.SetDefaultExpectTimeout((float)Limits.Screen.TotalMilliseconds);
        Parley = fixture.Parley;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            await Evidence.SaveAsync(TestContext.Current, _people, Parley);
        foreach (var person in Enumerable.Reverse(_people))
            await person.DisposeAsync();
        foreach (var thing in Enumerable.Reverse(_owned))
            await thing.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens a browser for somebody; it is closed after the test.</summary>
    protected async Task<Participant> OpenAsync(string name, ParticipantOptions? options = null)
    {
        var chosen = options ?? Options;
        return Keep(await Participant.OpenAsync(chosen.Chromium ?? Chromium, chosen.Origin ?? Parley.Origin, name, chosen));
    }

    /// <summary>Counts a person (a second tab) among those whose evidence is saved.</summary>
    protected Participant Keep(Participant person)
    {
        _people.Add(person);
        return person;
    }

    /// <summary>Disposes of something after the participants are closed.</summary>
    protected T Own<T>(T thing) where T : IAsyncDisposable
    {
        _owned.Add(thing);
        return thing;
    }

    /// <summary>Gives this test a server of its own, to be killed at will.</summary>
    protected async Task UseOwnServerAsync(params string[] arguments) => Parley = Own(await ParleyProcess.StartAsync(arguments));

    /// <summary>A measured figure, printed also when the test passes.</summary>
    protected static void Report(FormattableString figure)
    {
        var text = figure.ToString(CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Console.WriteLine($"{TestContext.Current.Test?.TestDisplayName}: {text}");
    }
}
