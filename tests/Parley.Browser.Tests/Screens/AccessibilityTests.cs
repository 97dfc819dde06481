// What axe finds on every screen, light and dark, and what a narrow window must still have.
using System.Globalization;
using System.Text;
using Microsoft.Playwright;
using Parley.Browser.Tests.Calls;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Screens;

public sealed class AccessibilityTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 90 };

    [Fact]
    public async Task No_screen_has_a_serious_violation_or_loses_anything_wide_and_light_or_at_360_pixels_and_dark()
    {
        Assert.SkipWhen(Axe.Missing is not null, Axe.Missing ?? "");
        await UseOwnServerAsync();
        var found = new StringBuilder();
        var checkedScreens = 0;
        List<Participant> people = [];
        foreach (var name in Cast.Names)
            people.Add(await OpenAsync(name));

        await new ScreenTour(people, async (screen, person) =>
        {
            foreach (var (scheme, width, height) in new[] { (ColorScheme.Light, 1280, 800), (ColorScheme.Dark, 360, 740) })
            {
                await person.Page.SetViewportSizeAsync(width, height);
                await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
                await person.SettledAsync();
                foreach (var findings in new[] { await Axe.ViolationsAsync(person), await CutOff.FindingsAsync(person) })
                {
                    if (findings.Length > 0)
                        found.AppendLine(CultureInfo.InvariantCulture, $"{screen}, {scheme}, {width} pixels:").AppendLine(findings);
                }
                checkedScreens++;
            }
            await person.Page.SetViewportSizeAsync(Options.Window.Width, Options.Window.Height);
        }).WalkAsync();

        Report($"{checkedScreens} screens checked");
        Assert.True(found.Length == 0, found.ToString());
    }

    [Fact]
    public async Task A_window_of_360_pixels_has_every_control_and_scrolls_sideways_nowhere()
    {
        var phone = Options with { Window = (360, 740) };
        var ada = await OpenAsync("Ada", phone);
        var grace = await OpenAsync("Grace", phone);
        await ada.GoAsync("/");
        await ExpectNoSidewaysScrollAsync(ada, "home");
        var code = await ada.StartMeetingAsync();
        await grace.GoToEntryAsync(code);
        await ExpectNoSidewaysScrollAsync(grace, "entry");
        await grace.Button("Ask to join").ClickAsync();
        await ada.Room.AdmitAsync("Grace");
        await grace.Room.EnteredAsync();

        foreach (var person in new[] { ada, grace })
        {
            foreach (var control in new[] { "Mute microphone", "Turn camera off", "Chat", "People", "More options", "Leave" })
                await ExpectInsideWindowAsync(person, control);
            await person.Room.PressAsync("More options");
            foreach (var item in new[] { "Raise hand", "Copy link", "Connection statistics" })
                await Expect(person.Page.GetByRole(AriaRole.Menuitem, new() { Name = item })).ToBeVisibleAsync();
            await person.Page.Keyboard.PressAsync("Escape");
            await ExpectNoSidewaysScrollAsync(person, "room");
        }
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
        await ada.Room.SayAsync("From a small window");
        await grace.Room.ExpectMessageOnceAsync("From a small window");
        await ExpectNoSidewaysScrollAsync(grace, "chat");
    }

    private static async Task ExpectInsideWindowAsync(Participant person, string control)
    {
        var box = await person.Button(control).BoundingBoxAsync();
        Assert.NotNull(box);
        Assert.True(box.X >= 0 && box.X + box.Width <= 360 && box.Y >= 0 && box.Y + box.Height <= 740, $"{control} is outside the window: {box.X},{box.Y} {box.Width}×{box.Height}");
    }

    private static async Task ExpectNoSidewaysScrollAsync(Participant person, string screen)
    {
        var width = await person.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(width <= 360, $"{screen} is {width} pixels wide");
    }
}
