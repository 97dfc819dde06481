// Accounts as their owners use them: signing up and in, the dashboard, history, settings, languages.
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Parley.Browser.Tests.Calls;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Screens;

public sealed class AccountTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task Somebody_signs_up_signs_out_and_signs_in_again()
    {
        var ada = await OpenAsync("Ada");
        var email = Account.NewEmail("Ada");

        await ada.GoAsync("/signup");
        await ada.Textbox("Name").FillAsync("Ada");
        await ada.Textbox("E-mail").FillAsync(email);
        await ada.Textbox("Password").FillAsync(Account.Password);
        await ada.Button("Create account").ClickAsync();
        await Expect(ada.Page).ToHaveURLAsync(new Regex("/dashboard$"));

        // The address changes before the page does, and the page left has such a button too.
        await Expect(ada.Page.GetByText("Hello, Ada", new() { Exact = false })).ToBeVisibleAsync();
        await ada.Button("Account: Ada").ClickAsync();
        await ada.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
        await ada.GoAsync("/login");
        await ada.Textbox("E-mail").FillAsync(email.ToUpperInvariant());
        await ada.Textbox("Password").FillAsync("not the password");
        await ada.Button("Sign in").ClickAsync();
        await Expect(ada.Page.GetByText("E-mail or password is wrong", new() { Exact = false }).First).ToBeVisibleAsync();
        await ada.Textbox("Password").FillAsync(Account.Password);
        await ada.Button("Sign in").ClickAsync();

        await Expect(ada.Page).ToHaveURLAsync(new Regex("/dashboard$"));
        await ada.Page.ReloadAsync();
        await Expect(ada.Page.GetByText("Hello, Ada", new() { Exact = false })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_meeting_made_on_the_dashboard_is_held_and_found_in_the_history_with_those_who_came()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        await Account.SignUpAsync(ada);
        await ada.GoAsync("/dashboard");
        await ada.Button("Create meeting").First.ClickAsync();
        var dialog = ada.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Title").FillAsync("Budget round");
        await dialog.GetByRole(AriaRole.Switch, new() { Name = "Waiting room" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Open Budget round" }).First.ClickAsync();
        await ada.EntryButton.ClickAsync();
        await ada.Room.EnteredAsync();
        var code = new Uri(ada.Page.Url).AbsolutePath[1..];
        await grace.JoinAsync(code);
        await ada.Room.PressAsync("Leave");
        await ada.Button("End meeting for all").ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "The meeting has ended" })).ToBeVisibleAsync();

        await ada.GoAsync("/dashboard");
        await ada.Page.GetByRole(AriaRole.Tab, new() { Name = "History" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("Budget round") }).First.ClickAsync();

        await Expect(ada.Page).ToHaveURLAsync(new Regex("/history/[^/]+$"));
        await Expect(ada.Page.GetByText("Grace").First).ToBeVisibleAsync();
        await Expect(ada.Page.GetByText("Budget round").First).ToBeVisibleAsync();
        await Expect(ada.Page.GetByText("Took part").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Settings_change_the_name_the_theme_and_the_language_and_remember_them()
    {
        var ada = await OpenAsync("Ada");
        await Account.SignUpAsync(ada);
        await ada.GoAsync("/settings");

        await ada.Textbox("Name").FillAsync("Ada King");
        await ada.Button("Save").First.ClickAsync();
        await Expect(ada.Button("Account: Ada King")).ToBeVisibleAsync();
        await ada.Page.GetByRole(AriaRole.Combobox, new() { Name = "Theme" }).SelectOptionAsync("dark");
        await ada.Page.GetByRole(AriaRole.Combobox, new() { Name = "Language" }).SelectOptionAsync("de");
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Einstellungen", Level = 1 })).ToBeVisibleAsync();
        await ada.Page.ReloadAsync();

        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Einstellungen", Level = 1 })).ToBeVisibleAsync();
        var brightness = await ada.Page.EvaluateAsync<int>(
            "() => getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).reduce((sum, each) => sum + Number(each), 0)");
        Assert.True(brightness < 200, $"The page is not dark: {brightness}");
    }

    [Fact]
    public async Task A_german_browser_gets_german_pages_from_the_door_to_the_farewell()
    {
        var german = Options with { Locale = "de-DE" };
        var ada = await OpenAsync("Ada", german);
        var grace = await OpenAsync("Grace", german);
        await ada.GoAsync("/");
        await Expect(ada.Page.Locator("html")).ToHaveAttributeAsync("lang", "de");
        await ada.Button("Neue Besprechung").ClickAsync();
        await ada.Textbox("Eigener Name").FillAsync("Ada");
        await ada.Button("Weiter").ClickAsync();
        await ada.Button("Jetzt beitreten").ClickAsync();
        await Expect(ada.Button("Verlassen")).ToBeVisibleAsync();

        await grace.GoAsync(new Uri(ada.Page.Url).AbsolutePath);
        await grace.Textbox("Eigener Name").FillAsync("Grace");
        await grace.Button("Um Einlass bitten").ClickAsync();
        await Expect(grace.Button("Anfrage zurückziehen")).ToBeVisibleAsync();
        await Expect(grace.Page.GetByText("Als Nächstes an der Reihe.")).ToBeVisibleAsync();
        await ada.Button("Grace einlassen").ClickAsync();
        foreach (var control in new[] { "Mikrofon stummschalten", "Chat", "Personen", "Hand heben", "Link kopieren", "Verlassen" })
            await Expect(grace.Button(control)).ToBeVisibleAsync();
        await grace.Button("Chat").ClickAsync();
        await grace.Textbox("Nachricht").FillAsync("Guten Tag");
        await grace.Button("Senden").ClickAsync();
        await Expect(ada.Page.GetByText("Grace: Guten Tag").First).ToBeVisibleAsync();
        await ada.Button("Verlassen").ClickAsync();
        await ada.Button("Für alle beenden").ClickAsync();
        await Expect(grace.Page.GetByRole(AriaRole.Heading, new() { Name = "Die Besprechung ist beendet" })).ToBeVisibleAsync();

        await grace.GoAsync("/settings");
        foreach (var section in new[] { "Einstellungen", "Kamera und Ton", "Privatsphäre", "Darstellung" })
            await Expect(grace.Page.GetByRole(AriaRole.Heading, new() { Name = section, Exact = true })).ToBeVisibleAsync();
    }
}
