// Calling somebody who has an account: every tab rings, one answer stops them all.
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class RingingTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task A_call_rings_in_every_tab_and_accepting_in_one_stops_the_other_and_connects()
    {
        var (ada, grace, secondTab) = await OpenPeopleAsync("Ada", "Grace");

        await RingAsync(ada, grace.Name);
        await Expect(Incoming(grace, "Accept")).ToBeVisibleAsync();
        await Expect(Incoming(secondTab, "Accept")).ToBeVisibleAsync();
        await Incoming(grace, "Accept").ClickAsync();

        await Task.WhenAll(grace.Room.EnteredAsync(), ada.Room.EnteredAsync());
        await Expect(Incoming(secondTab, "Accept")).ToHaveCountAsync(0);
        await MediaFlow.ExpectEverybodySeesAndHearsAsync(ada, grace);
    }

    [Fact]
    public async Task A_declined_call_stops_every_tab_and_is_told_to_the_caller()
    {
        var (ada, grace, secondTab) = await OpenPeopleAsync("Ada", "Grace");

        await RingAsync(ada, grace.Name);
        await Expect(Incoming(grace, "Decline")).ToBeVisibleAsync();
        await Incoming(secondTab, "Decline").ClickAsync();

        await Expect(ada.Page.GetByText($"{grace.Name} declined", new() { Exact = false }).First).ToBeVisibleAsync();
        await Expect(Incoming(grace, "Accept")).ToHaveCountAsync(0);
        await Expect(Incoming(secondTab, "Accept")).ToHaveCountAsync(0);
    }

    private async Task<(Participant Caller, Participant Called, Participant SecondTab)> OpenPeopleAsync(string caller, string called)
    {
        // The directory is the server's: names of this test alone.
        var suffix = Guid.NewGuid().ToString("n")[..6];
        var ada = await OpenAsync($"{caller} {suffix}");
        var grace = await OpenAsync($"{called} {suffix}");
        await Account.SignUpAsync(ada);
        await Account.SignUpAsync(grace);
        await ada.GoAsync("/dashboard");
        await grace.GoAsync("/dashboard");
        var secondTab = Keep(await grace.OpenTabAsync());
        await secondTab.GoAsync("/dashboard");
        foreach (var each in new[] { ada, grace, secondTab })
            await Eventually.TrueAsync($"{each.Name} is online", Limits.Screen, async () => await each.Probe.ReceivedAsync("registered") > 0);
        return (ada, grace, secondTab);
    }

    private static ILocator Incoming(Participant person, string answer) =>
        person.Page.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true });

    private static async Task RingAsync(Participant caller, string called)
    {
        await caller.Page.GetByRole(AriaRole.Tab, new() { Name = "Directory" }).Or(caller.Page.GetByRole(AriaRole.Link, new() { Name = "Directory" }))
            .ClickAsync();
        await caller.Page.GetByLabel("Find someone by name").FillAsync(called);
        await caller.Button($"Call {called}").ClickAsync();
    }
}
