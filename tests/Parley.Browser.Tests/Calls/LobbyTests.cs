// The waiting room, from the host's notice to the door.
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class LobbyTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task A_guest_starts_a_meeting_admits_another_and_they_see_and_hear_each_other()
    {
        var ada = await OpenAsync("Ada Lovelace");
        var grace = await OpenAsync("Grace Hopper");
        var code = await ada.StartMeetingAsync();
        await grace.AskToJoinAsync(code);

        await ada.Room.AdmitAsync(grace.Name);

        await grace.Room.EnteredAsync();
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
    }

    [Fact]
    public async Task A_denied_guest_may_ask_again_and_be_admitted()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var code = await ada.StartMeetingAsync();
        await grace.AskToJoinAsync(code);

        await ada.Room.DenyAsync(grace.Name);
        await Expect(grace.Button("Cancel request")).ToBeHiddenAsync();
        await Expect(ada.Button("Admit Grace")).ToBeHiddenAsync();
        await grace.AskAgainAsync();
        await ada.Room.AdmitAsync(grace.Name);

        await grace.Room.EnteredAsync();
        await MediaFlow.ExpectSeesAsync(ada, grace.Name);
    }

    [Fact]
    public async Task Admit_all_lets_everybody_in()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var alan = await OpenAsync("Alan");
        var code = await ada.StartMeetingAsync();
        await Task.WhenAll(grace.AskToJoinAsync(code), alan.AskToJoinAsync(code));

        await ada.Button("Admit all").First.ClickAsync();

        await Task.WhenAll(grace.Room.EnteredAsync(), alan.Room.EnteredAsync());
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
        await Expect(ada.Room.Tile("Alan")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_host_admits_while_a_dialogue_is_open()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var code = await ada.StartMeetingAsync();
        await ada.Room.PressMoreAsync("Keyboard shortcuts");
        await Expect(ada.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" })).ToBeVisibleAsync();
        await grace.AskToJoinAsync(code);

        await ada.Room.AdmitAsync(grace.Name);

        await grace.Room.EnteredAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_cancelled_request_leaves_the_hosts_screen()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var code = await ada.StartMeetingAsync();
        await grace.AskToJoinAsync(code);
        await Expect(ada.Button("Admit Grace").First).ToBeVisibleAsync();

        await grace.Button("Cancel request").ClickAsync();

        await Expect(ada.Button("Admit Grace")).ToHaveCountAsync(0);
        await Expect(grace.Button("Cancel request")).ToHaveCountAsync(0);
    }
}
