// What people do in a room besides being seen and heard, and what hosts may do to others.
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class RoomTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task Public_chat_reaches_everybody_and_private_chat_its_two_ends_alone()
    {
        var (ada, grace, alan) = await StartCallAsync("Ada", "Grace", "Alan");

        await ada.Room.SayAsync("Shall we begin?");
        await Task.WhenAll(new[] { ada, grace, alan }.Select(each => each.Room.ExpectMessageOnceAsync("Shall we begin?")));

        await grace.Room.ChooseChatPartnerAsync("Ada");
        await grace.Room.SayAsync("Between us: yes.");
        await ada.Room.ExpectMessageOnceAsync("Between us: yes.");
        await grace.Room.ExpectMessageOnceAsync("Between us: yes.");

        // What everybody gets after it proves that the private one has passed Alan by.
        await ada.Room.SayAsync("Then let us.");
        await alan.Room.ExpectMessageOnceAsync("Then let us.");
        await Expect(alan.Room.Message("Between us: yes.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Raised_hands_are_listed_in_the_order_in_which_they_rose()
    {
        var (ada, grace, alan) = await StartCallAsync("Ada", "Grace", "Alan");

        await ada.Room.OpenPeopleAsync();
        await alan.Room.PressAsync("Raise hand");
        await Expect(ada.Room.PersonRow("Alan").GetByLabel("Hand raised, number 1")).ToBeVisibleAsync();
        await grace.Room.PressAsync("Raise hand");
        await Expect(ada.Room.PersonRow("Grace").GetByLabel("Hand raised, number 2")).ToBeVisibleAsync();

        await alan.Room.PressAsync("Lower hand");
        await Expect(ada.Room.PersonRow("Grace").GetByLabel("Hand raised, number 1")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_host_mutes_somebody_who_may_unmute_again()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectHearsAsync(ada, "Grace");

        await ada.Room.ManageAsync("Grace", "Mute");

        await Expect(grace.Button("Unmute microphone")).ToBeVisibleAsync();
        await MediaFlow.ExpectSilenceAsync(ada, "Grace");
        await grace.Room.PressAsync("Unmute microphone");
        await MediaFlow.ExpectHearsAsync(ada, "Grace");
    }

    [Fact]
    public async Task Somebody_removed_is_told_so_and_does_not_get_in_again()
    {
        var call = await StartCallAsync("Ada", "Grace");
        var (ada, grace) = call;

        await ada.Room.RemoveAsync("Grace");

        await Expect(grace.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("removed", RegexOptions.IgnoreCase) })).ToBeVisibleAsync();
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(0);
        await grace.GoToEntryAsync(call.Code);
        await grace.EntryButton.ClickAsync();
        await Expect(grace.Page.GetByText("removed")).ToBeVisibleAsync();
        await Expect(grace.Button("Leave")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Ending_for_all_shows_everybody_the_end_and_the_call_is_in_their_history()
    {
        var call = await StartCallAsync("Ada", "Grace");
        var (ada, grace) = call;
        await MediaFlow.ExpectSeesAsync(ada, "Grace");

        await ada.Room.PressAsync("Leave");
        await ada.Button("End meeting for all").ClickAsync();

        foreach (var person in call.People)
            await Expect(person.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("ended", RegexOptions.IgnoreCase) })).ToBeVisibleAsync();
        var log = Assert.Single(await call.HostAccount.CallLogsAsync());
        Assert.Equal(call.Code, log.GetProperty("meeting_code").GetString());
        Assert.Equal(2, log.GetProperty("participant_count").GetInt32());
        Assert.Equal("completed", log.GetProperty("outcome").GetString());
        Assert.Equal("host", log.GetProperty("role").GetString());
    }

    [Fact]
    public async Task When_the_host_leaves_the_longest_present_participant_becomes_host()
    {
        var (ada, grace, alan) = await StartCallAsync("Ada", "Grace", "Alan");

        await ada.Room.LeaveToOthersAsync();

        await Expect(alan.Room.Tile("Ada")).ToHaveCountAsync(0);
        await grace.Room.ManageAsync("Alan", "Mute");
        await Expect(alan.Button("Unmute microphone")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_locked_room_lets_nobody_in_until_it_is_unlocked()
    {
        var call = await StartCallAsync("Ada");
        var ada = call.People[0];
        var grace = await OpenAsync("Grace");

        await ada.Room.PressMoreAsync("Lock the room");
        await grace.GoToEntryAsync(call.Code);
        await grace.EntryButton.ClickAsync();
        await Expect(grace.Page.GetByText("locked")).ToBeVisibleAsync();

        await ada.Room.PressMoreAsync("Unlock the room");
        await grace.JoinAsync(call.Code);
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_keyboard_alone_runs_a_call()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await ada.Page.Locator("body").PressAsync("m");
        await Expect(ada.Button("Unmute microphone")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("v");
        await Expect(ada.Button("Turn camera on")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("h");
        await Expect(ada.Button("Lower hand")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("c");
        await Expect(ada.Textbox("Message")).ToBeVisibleAsync();
        await ada.Textbox("Message").FillAsync("");
        await ada.Textbox("Message").PressAsync("m");
        await Expect(ada.Textbox("Message")).ToHaveValueAsync("m");
        await Expect(ada.Button("Unmute microphone")).ToBeVisibleAsync();
        await MediaFlow.ExpectSilenceAsync(grace, "Ada");

        await ada.Button("Close panel").ClickAsync();
        await ada.Page.Keyboard.PressAsync("p");
        await Expect(ada.Room.PersonRow("Grace")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("p");
        await Expect(ada.Room.PersonRow("Grace")).ToHaveCountAsync(0);
        await ada.Page.Keyboard.PressAsync("s");
        await Expect(ada.Button("Stop sharing")).ToBeVisibleAsync();
        await Expect(grace.Room.SharedScreen("Ada")).ToBeVisibleAsync();
        await ada.Page.Keyboard.PressAsync("s");
        await Expect(grace.Room.SharedScreen("Ada")).ToHaveCountAsync(0);
        await ada.Page.Keyboard.PressAsync("?");
        var help = ada.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" });
        await Expect(help).ToBeVisibleAsync();
        // Below a dialogue the keys rest.
        await ada.Page.Keyboard.PressAsync("h");
        await ada.Page.Keyboard.PressAsync("Escape");
        await Expect(help).ToHaveCountAsync(0);
        await Expect(ada.Button("Lower hand")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Space_opens_a_muted_microphone_for_as_long_as_it_is_held()
    {
        var (ada, grace) = await StartCallAsync("Ada", "Grace");
        await MediaFlow.ExpectHearsAsync(grace, "Ada");
        // Muted with the mouse: the button must not keep the keyboard, or Space would press it.
        await ada.Room.PressAsync("Mute microphone");
        await MediaFlow.ExpectSilenceAsync(grace, "Ada");

        await ada.Page.Keyboard.DownAsync(" ");
        await Expect(ada.Button("Mute microphone")).ToBeVisibleAsync();
        await MediaFlow.ExpectHearsAsync(grace, "Ada");
        await ada.Page.Keyboard.UpAsync(" ");

        await Expect(ada.Button("Unmute microphone")).ToBeVisibleAsync();
        await MediaFlow.ExpectSilenceAsync(grace, "Ada");
    }
}
