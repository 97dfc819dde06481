// The room as a person uses it: the bar, the tiles, the panel for chat and people.
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Harness;

/// <summary>Actions and sights in the room.</summary>
public sealed partial class RoomScreen(Participant person)
{
    private IPage Page => person.Page;

    private ILocator PeopleList => Page.GetByRole(AriaRole.List, new() { Name = "In the meeting" });

    /// <summary>Waits for the room's bar.</summary>
    public Task EnteredAsync() => Expect(person.Button("Leave")).ToBeVisibleAsync(new() { Timeout = (float)Limits.Return.TotalMilliseconds });

    /// <summary>The tile of a remote person: the one group that starts with their name and holds their video.</summary>
    public ILocator Tile(string name) =>
        Page.GetByRole(AriaRole.Group, new() { NameRegex = new Regex("^" + Regex.Escape(name)) })
            .Filter(new() { Has = Page.Locator("video") });

    /// <summary>A person's tile without their picture: the face is their initials, and the tile says that the camera is off.</summary>
    public ILocator TileWithoutPicture(string name) =>
        Page.GetByRole(AriaRole.Group, new() { NameRegex = new Regex("^" + Regex.Escape(name) + ".*camera off") })
            .Filter(new() { Has = Page.Locator("video.opacity-0") });

    /// <summary>Presses a control of the bar, or of the "more" menu where the bar has no room for it.</summary>
    public Task PressAsync(string control) => person.Button(control).ClickAsync();

    /// <summary>Lets somebody in.</summary>
    public Task AdmitAsync(string name) => person.Button($"Admit {name}").First.ClickAsync();

    /// <summary>Sends somebody away.</summary>
    public Task DenyAsync(string name) => person.Button($"Deny {name}").First.ClickAsync();

    /// <summary>The picture of somebody's shared screen.</summary>
    public ILocator SharedScreen(string name) =>
        Page.GetByLabel($"Screen shared by {name}").Filter(new() { Has = Page.Locator("video") });

    /// <summary>What says that the server is away.</summary>
    public ILocator Reconnecting => Page.GetByText(AwayWords()).First;

    /// <summary>Takes the device of the menu beside the microphone or camera that is not in use.</summary>
    public async Task ChooseOtherDeviceAsync(string menu, string kind)
    {
        await PressAsync(menu);
        var other = Page.GetByRole(AriaRole.Menu).GetByRole(AriaRole.Group).Filter(new() { HasText = kind }).GetByRole(AriaRole.Menuitemradio, new() { Checked = false });
        await other.Last.ClickAsync();
        await Page.Keyboard.PressAsync("Escape");
    }

    /// <summary>Does something from the "more" menu.</summary>
    public async Task PressMoreAsync(string item)
    {
        await PressAsync("More options");
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = item }).ClickAsync();
    }

    /// <summary>Opens the list of people if it is not.</summary>
    public async Task OpenPeopleAsync()
    {
        if (!await PeopleList.IsVisibleAsync())
            await PressAsync("People");
        await Expect(PeopleList).ToBeVisibleAsync();
    }

    /// <summary>A person's row in the list of people.</summary>
    public ILocator PersonRow(string name) => PeopleList.GetByRole(AriaRole.Listitem).Filter(new() { HasText = name });

    /// <summary>Does something to somebody from their row's menu.</summary>
    public async Task ManageAsync(string name, string action)
    {
        await OpenPeopleAsync();
        await person.Button($"Options for {name}").ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = action, Exact = true }).ClickAsync();
    }

    /// <summary>Takes somebody out of the meeting, and says yes to the question whether one is sure.</summary>
    public async Task RemoveAsync(string name)
    {
        await ManageAsync(name, "Remove from meeting");
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
    }

    /// <summary>The list of people as a screen reader would tell it: names, roles, microphones, cameras, hands.</summary>
    public async Task<string> DescribePeopleAsync()
    {
        await OpenPeopleAsync();
        return await PeopleList.AriaSnapshotAsync();
    }

    /// <summary>Goes, as a host who lets the others go on.</summary>
    public async Task LeaveToOthersAsync()
    {
        await PressAsync("Leave");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Leave meeting", Exact = true })
            .Or(Page.GetByRole(AriaRole.Menuitem, new() { Name = "Leave meeting", Exact = true })).ClickAsync();
    }

    /// <summary>Sets to whom the next message goes.</summary>
    public async Task ChooseChatPartnerAsync(string name)
    {
        await OpenChatAsync();
        await Page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = name });
    }

    /// <summary>Opens the panel with files.</summary>
    public Task OpenFilesAsync() => PressAsync("Files");

    /// <summary>Opens the chat if it is not.</summary>
    public async Task OpenChatAsync()
    {
        if (!await person.Textbox("Message").IsVisibleAsync())
            await PressAsync("Chat");
        await Expect(person.Textbox("Message")).ToBeVisibleAsync();
    }

    /// <summary>Says something to everybody, or to whom the chat is set to.</summary>
    public async Task SayAsync(string text)
    {
        await OpenChatAsync();
        await person.Textbox("Message").FillAsync(text);
        await person.Button("Send").ClickAsync();
    }

    /// <summary>A message in the chat's list.</summary>
    public ILocator Message(string text) => Page.GetByRole(AriaRole.Log).GetByText(text, new() { Exact = true });

    /// <summary>Waits until a message is in the chat exactly once.</summary>
    public async Task ExpectMessageOnceAsync(string text)
    {
        await OpenChatAsync();
        await Expect(Message(text)).ToHaveCountAsync(1, new() { Timeout = (float)Limits.Return.TotalMilliseconds });
    }

    [GeneratedRegex("server lost|server is gone|server is restarting|The connection dropped|device is offline")]
    private static partial Regex AwayWords();
}
