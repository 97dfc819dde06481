// A walk through every screen of the product with real people, stopping at each. What is done at a stop is the caller's: a picture,
// a check of accessibility.
using Microsoft.Playwright;
using Parley.Browser.Tests.Calls;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Screens;

/// <summary>Four people, and what to do at each screen.</summary>
internal sealed class ScreenTour(IReadOnlyList<Participant> people, Func<string, Participant, Task> look)
{
    private readonly Participant _maya = people[0];
    private readonly Participant _tomas = people[1];
    private readonly Participant _amara = people[2];
    private readonly Participant _johanna = people[3];

    /// <summary>Walks through all of them.</summary>
    public async Task WalkAsync()
    {
        await OutsideAsync();
        var account = await Account.SignUpAsync(_maya);
        await Account.SignUpAsync(_tomas);
        await AccountAsync(account);
        var code = await account.CreateMeetingAsync(new() { Title = "Product review", Lobby = true });
        await DoorAsync(code);
        await RoomAsync();
        await PanelsAsync();
        await GoodbyesAsync(code);
        await AfterwardsAsync();
        await OtherKindsAsync(account);
        await RingingAsync();
    }

    // With the pointer out of the way, because what it rests on shows a tip.
    private async Task StopAsync(string screen, Participant person)
    {
        await person.Page.Mouse.MoveAsync(0, 0);
        await look(screen, person);
    }

    private static Task ExpectAllConnectedAsync(Participant person) => Expect(person.Page.GetByText("Connecting…")).ToHaveCountAsync(0);

    private async Task OutsideAsync()
    {
        await _maya.GoAsync("/");
        await Expect(_maya.Button("New meeting")).ToBeVisibleAsync();
        await StopAsync("home", _maya);
        await _maya.Button("New meeting").ClickAsync();
        await Expect(_maya.Textbox("Your name")).ToBeVisibleAsync();
        await StopAsync("home-name", _maya);
        await _maya.GoAsync("/signup");
        await Expect(_maya.Button("Create account")).ToBeVisibleAsync();
        await StopAsync("signup", _maya);
        await _maya.Textbox("E-mail").FillAsync("maya");
        await _maya.Button("Create account").ClickAsync();
        await Expect(_maya.Page.GetByText("Use at least 10 characters.")).ToBeVisibleAsync();
        await StopAsync("signup-errors", _maya);
        await _maya.GoAsync("/login");
        await Expect(_maya.Textbox("E-mail")).ToBeVisibleAsync();
        await StopAsync("login", _maya);
        await _maya.GoAsync("/no/such/page");
        await Expect(_maya.Page.GetByRole(AriaRole.Heading, new() { Name = "There is nothing at this address" })).ToBeVisibleAsync();
        await StopAsync("not-found", _maya);
        await _maya.GoAsync("/zzz-zzzz-zzz");
        await Expect(_maya.Page.GetByText("There is no such meeting").First).ToBeVisibleAsync();
        await StopAsync("no-such-meeting", _maya);
    }

    private async Task AccountAsync(Account account)
    {
        await _maya.GoAsync("/dashboard");
        await Expect(_maya.Page.GetByText("No meetings yet")).ToBeVisibleAsync();
        await StopAsync("dashboard-empty", _maya);
        await _maya.Button("Create meeting").First.ClickAsync();
        await Expect(_maya.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await StopAsync("create-meeting", _maya);
        foreach (var (title, kind) in new[] { ("Design critique", "video"), ("Stand-up", "audio"), ("Contract review", "data") })
            await account.CreateMeetingAsync(new() { Title = title, Kind = kind, Lobby = true, Password = kind == "data" ? "paper" : null });
        await _maya.GoAsync("/settings");
        await Expect(_maya.Page.GetByRole(AriaRole.Heading, new() { Name = "Settings", Level = 1 })).ToBeVisibleAsync();
        await StopAsync("settings", _maya);
    }

    private async Task DoorAsync(string code)
    {
        await _maya.JoinAsync(code);
        await Expect(_maya.Page.GetByText("Nobody else is here")).ToBeVisibleAsync();
        await StopAsync("room-alone", _maya);
        await _amara.GoToEntryAsync(code);
        await Expect(_amara.Button("Turn camera off")).ToBeVisibleAsync();
        await StopAsync("entry", _amara);
        await _amara.Button("Ask to join").ClickAsync();
        await Expect(_amara.Button("Cancel request")).ToBeVisibleAsync();
        await StopAsync("waiting", _amara);
        await _johanna.AskToJoinAsync(code);
        await _tomas.AskToJoinAsync(code);
        await Expect(_maya.Button("Admit all").First).ToBeVisibleAsync();
        await _maya.Room.DenyAsync(_johanna.Name);
        await Expect(_johanna.Page.GetByText("You were not let in")).ToBeVisibleAsync();
        await StopAsync("declined", _johanna);
        await _johanna.AskAgainAsync();
        await _maya.Room.AdmitAsync(_tomas.Name);
        await MediaFlow.ExpectSeesAsync(_maya, _tomas.Name);
        await ExpectAllConnectedAsync(_maya);
        await StopAsync("room-admission", _maya);
        await _maya.Button("Admit all").First.ClickAsync();
    }

    private async Task RoomAsync()
    {
        foreach (var person in people)
            await person.Room.EnteredAsync();
        await Task.WhenAll(MediaFlow.Pairs([.. people]).Select(pair => MediaFlow.ExpectSeesAsync(pair.Viewer, pair.Seen.Name)));
        await ExpectAllConnectedAsync(_maya);
        await StopAsync("room-four", _maya);
        await StopAsync("room-four-guest", _amara);
        await _amara.Room.PressAsync("Raise hand");
        await _johanna.Room.PressAsync("Turn camera off");
        await _johanna.Room.PressAsync("Mute microphone");
        await Expect(_maya.Room.TileWithoutPicture(_johanna.Name)).ToHaveCountAsync(1);
        await StopAsync("room-hand-and-camera-off", _maya);
        await _maya.Room.PressAsync("Layout");
        await StopAsync("room-spotlight", _maya);
        await _maya.Room.PressAsync("Layout");
        await _tomas.Room.PressAsync("Share screen");
        await Expect(_maya.Room.SharedScreen(_tomas.Name)).ToBeVisibleAsync();
        await Eventually.TrueAsync("the shared screen is seen", Limits.Media, () => _maya.Room.SharedScreen(_tomas.Name).EvaluateAsync<bool>(
            "screen => { const video = screen.querySelector('video'); return video.readyState >= 2 && video.videoWidth > 0; }"));
        await ExpectAllConnectedAsync(_maya);
        await StopAsync("room-screen-share", _maya);
        await StopAsync("room-sharing-own-screen", _tomas);
        await _tomas.Room.PressAsync("Stop sharing");
        await _johanna.Room.PressAsync("Turn camera on");
    }

    private async Task PanelsAsync()
    {
        await _tomas.Room.SayAsync("The new onboarding is ready for a look. I put the figures in the notes.");
        await _maya.Room.SayAsync("Lovely. Shall we start with the sign-up funnel?");
        await _amara.Room.SayAsync("Yes, and please keep ten minutes for the pricing page 🙂");
        await _johanna.Room.SayAsync("Fine with me. The numbers: https://example.org/figures");
        await _maya.Room.ExpectMessageOnceAsync("Lovely. Shall we start with the sign-up funnel?");
        await Expect(_maya.Page.GetByText("Fine with me.", new() { Exact = false }).First).ToBeVisibleAsync();
        await StopAsync("room-chat", _maya);
        await _maya.Room.OpenPeopleAsync();
        await StopAsync("room-people", _maya);
        await _maya.Button($"Options for {_amara.Name}").ClickAsync();
        await StopAsync("room-person-menu", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
        await _maya.Room.PressAsync("People");
        await _maya.Room.PressAsync("More options");
        await Expect(_maya.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Connection statistics" })).ToBeVisibleAsync();
        await StopAsync("room-more", _maya);
        await _maya.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Connection statistics" }).ClickAsync();
        await Expect(_maya.Page.GetByText("direct").First).ToBeVisibleAsync();
        await StopAsync("room-statistics", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
        await _maya.Room.PressMoreAsync("Keyboard shortcuts");
        await StopAsync("room-shortcuts", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
        await _maya.Room.PressAsync("Sound devices");
        await Expect(_maya.Page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await StopAsync("room-sound-devices", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
        await _maya.Room.PressMoreAsync("Files");
        await Expect(_maya.Button("Offer a file")).ToBeVisibleAsync();
        await StopAsync("room-files", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
        await _maya.Room.PressAsync("Leave");
        await Expect(_maya.Button("End meeting for all")).ToBeVisibleAsync();
        await StopAsync("room-leave", _maya);
        await _maya.Page.Keyboard.PressAsync("Escape");
    }

    private async Task GoodbyesAsync(string code)
    {
        await _maya.Room.RemoveAsync(_johanna.Name);
        await Expect(_johanna.Page.GetByText("You were removed from the meeting")).ToBeVisibleAsync();
        await StopAsync("removed", _johanna);
        await _amara.Room.PressAsync("Leave");
        await Expect(_amara.Page.GetByText("You left the meeting")).ToBeVisibleAsync();
        await StopAsync("left", _amara);
        await _maya.Room.PressAsync("Leave");
        await _maya.Button("End meeting for all").ClickAsync();
        await Expect(_tomas.Page.GetByText("The meeting has ended")).ToBeVisibleAsync();
        await StopAsync("ended", _tomas);
        await _amara.GoAsync($"/{code}");
        await Expect(_amara.Page.GetByText("This meeting has ended").First).ToBeVisibleAsync();
        await StopAsync("entry-ended", _amara);
    }

    private async Task AfterwardsAsync()
    {
        await _maya.GoAsync("/dashboard");
        await Expect(_maya.Page.GetByText("Design critique")).ToBeVisibleAsync();
        await StopAsync("dashboard", _maya);
        await _maya.Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        var entry = _maya.Page.GetByRole(AriaRole.Link).Filter(new() { HasText = "Product review" }).First;
        await Expect(entry).ToBeVisibleAsync();
        await StopAsync("history", _maya);
        await entry.ClickAsync();
        await Expect(_maya.Page.GetByText(_amara.Name).First).ToBeVisibleAsync();
        await StopAsync("history-entry", _maya);
    }

    private async Task OtherKindsAsync(Account account)
    {
        var audio = await account.CreateMeetingAsync(new() { Title = "Stand-up", Kind = "audio" });
        await _amara.GoToEntryAsync(audio);
        await StopAsync("entry-audio", _amara);
        await _amara.EntryButton.ClickAsync();
        await _amara.Room.EnteredAsync();
        await _johanna.JoinAsync(audio);
        await MediaFlow.ExpectHearsAsync(_johanna, _amara.Name);
        await ExpectAllConnectedAsync(_johanna);
        await StopAsync("room-audio", _johanna);
        var data = await account.CreateMeetingAsync(new() { Title = "Contract review", Kind = "data", Password = "paper" });
        await _amara.GoToEntryAsync(data, "paper");
        await StopAsync("entry-data", _amara);
        await _amara.EntryButton.ClickAsync();
        await _amara.Room.EnteredAsync();
        await StopAsync("room-data", _amara);
    }

    private async Task RingingAsync()
    {
        await _tomas.GoAsync("/dashboard");
        await Eventually.TrueAsync("Tomás is online", Limits.Screen, async () => await _tomas.Probe.ReceivedAsync("registered") > 0);
        await _maya.GoAsync("/dashboard");
        await _maya.Page.GetByRole(AriaRole.Tab, new() { Name = "Directory" }).ClickAsync();
        await _maya.Page.GetByLabel("Find someone by name").FillAsync(_tomas.Name[..5]);
        var call = _maya.Button($"Call {_tomas.Name}");
        await Expect(call).ToBeVisibleAsync();
        await StopAsync("directory", _maya);
        await call.ClickAsync();
        await Expect(_tomas.Button("Accept")).ToBeVisibleAsync();
        await StopAsync("incoming-call", _tomas);
        await StopAsync("outgoing-call", _maya);
        await _tomas.Button("Decline").ClickAsync();
    }
}
