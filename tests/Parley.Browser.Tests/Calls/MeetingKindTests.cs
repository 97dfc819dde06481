// Meetings with a password, without cameras, and without any device at all.
using System.Security.Cryptography;
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Parley.Browser.Tests.Calls;

public sealed class MeetingKindTests(BrowserFixture fixture) : CallTest(fixture)
{
    protected override ParticipantOptions Options { get; } = new() { MaxHeight = 180 };

    [Fact]
    public async Task A_meeting_with_a_password_refuses_a_wrong_one_and_takes_the_right_one()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        var code = await (await Account.GuestAsync(ada)).CreateMeetingAsync(new() { Password = "tea at four" });
        await ada.JoinAsync(code);

        await grace.GoToEntryAsync(code, "tea at five");
        await grace.EntryButton.ClickAsync();
        await Expect(grace.Page.GetByText("This password is wrong", new() { Exact = false }).First).ToBeVisibleAsync();
        await grace.FillEntryAsync("tea at four");
        await grace.EntryButton.ClickAsync();

        await grace.Room.EnteredAsync();
        await Expect(ada.Room.Tile("Grace")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_audio_meeting_is_heard_and_has_no_camera()
    {
        var (ada, grace) = await StartCallAsync(new MeetingOptions { Kind = "audio" }, "Ada", "Grace");

        await MediaFlow.ExpectHearsAsync(ada, "Grace");
        await MediaFlow.ExpectHearsAsync(grace, "Ada");

        foreach (var person in new[] { ada, grace })
        {
            await Expect(person.Button("Turn camera on")).ToHaveCountAsync(0);
            await Expect(person.Button("Turn camera off")).ToHaveCountAsync(0);
            Assert.Equal(0, await person.Probe.CameraRequestsAsync());
        }
    }

    [Fact]
    public async Task A_data_meeting_asks_for_no_device_and_carries_files_whole()
    {
        var (ada, grace) = await StartCallAsync(new MeetingOptions { Kind = "data" }, "Ada", "Grace");
        var content = RandomNumberGenerator.GetBytes(3_000_000);

        await OfferAsync(ada, "figures.bin", content);
        await OpenFilesAsync(grace);
        await grace.Button("Accept figures.bin").ClickAsync();
        var saved = await SaveAsync(grace, "figures.bin");

        Assert.Equal(SHA256.HashData(content), SHA256.HashData(saved));
        await Expect(FileStatus(ada, "figures.bin", "arrived whole")).ToBeVisibleAsync();
        foreach (var person in new[] { ada, grace })
            Assert.Equal(0, await person.Probe.DeviceRequestsAsync());
    }

    [Fact]
    public async Task A_file_that_is_declined_or_cancelled_says_so_at_both_ends()
    {
        var (ada, grace) = await StartCallAsync(new MeetingOptions { Kind = "data" }, "Ada", "Grace");
        await OpenFilesAsync(grace);

        await OfferAsync(ada, "unwanted.bin", new byte[1000]);
        await grace.Button("Decline unwanted.bin").ClickAsync();
        await Expect(FileStatus(ada, "unwanted.bin", "declined")).ToBeVisibleAsync();

        await OfferAsync(ada, "withdrawn.bin", new byte[1000]);
        await Expect(grace.Button("Accept withdrawn.bin")).ToBeVisibleAsync();
        await ada.Button("Cancel withdrawn.bin").ClickAsync();
        await Expect(FileStatus(grace, "withdrawn.bin", "cancelled")).ToBeVisibleAsync();
        await Expect(grace.Button("Accept withdrawn.bin")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_file_that_is_cancelled_half_way_stops_at_both_ends_and_the_next_one_arrives()
    {
        var ada = await OpenAsync("Ada");
        var grace = await OpenAsync("Grace");
        // As in browsers that write to memory: the system's own dialogue cannot be answered here.
        await grace.Context.AddInitScriptAsync("delete window.showSaveFilePicker;");
        var code = await (await Account.GuestAsync(ada)).CreateMeetingAsync(new() { Kind = "data" });
        await ada.JoinAsync(code);
        await grace.JoinAsync(code);
        var large = Path.Combine(Directory.CreateTempSubdirectory("parley-file-").FullName, "film.bin");
        await using (var file = File.Create(large))
            file.SetLength(400_000_000);

        await OpenFilesAsync(ada);
        var chooser = await ada.Page.RunAndWaitForFileChooserAsync(() => ada.Button("Offer a file").ClickAsync());
        await chooser.SetFilesAsync(large);
        await OpenFilesAsync(grace);
        await grace.Button("Accept film.bin").ClickAsync();
        var bar = grace.Page.GetByRole(AriaRole.Progressbar, new() { Name = "film.bin" });
        await Expect(bar).ToHaveJSPropertyAsync("max", 400_000_000);
        await Eventually.TrueAsync("some of it has arrived", Limits.Media, () => bar.EvaluateAsync<bool>("bar => bar.value > 0"));
        await grace.Button("Cancel film.bin").ClickAsync();

        foreach (var person in new[] { ada, grace })
        {
            await Expect(FileStatus(person, "film.bin", "cancelled")).ToBeVisibleAsync();
            await Expect(person.Page.GetByRole(AriaRole.Progressbar)).ToHaveCountAsync(0);
        }
        var content = RandomNumberGenerator.GetBytes(100_000);
        await OfferAsync(ada, "note.bin", content);
        await grace.Button("Accept note.bin").ClickAsync();
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(await SaveAsync(grace, "note.bin")));
        await Expect(FileStatus(grace, "film.bin", "cancelled")).ToBeVisibleAsync();
        Directory.Delete(Path.GetDirectoryName(large)!, recursive: true);
    }

    private static async Task OpenFilesAsync(Participant person)
    {
        var offer = person.Button("Offer a file");
        if (!await offer.IsVisibleAsync())
            await person.Room.OpenFilesAsync();
        await Expect(offer).ToBeVisibleAsync();
    }

    private static async Task OfferAsync(Participant person, string name, byte[] content)
    {
        await OpenFilesAsync(person);
        var chooser = await person.Page.RunAndWaitForFileChooserAsync(() => person.Button("Offer a file").ClickAsync());
        await chooser.SetFilesAsync(new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });
    }

    private static ILocator FileStatus(Participant person, string name, string status) =>
        person.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = name }).GetByText(status, new() { Exact = false });

    private static async Task<byte[]> SaveAsync(Participant person, string name)
    {
        var download = await person.Page.RunAndWaitForDownloadAsync(async () =>
        {
            var save = person.Page.GetByRole(AriaRole.Link, new() { Name = $"Save {name}" }).Or(person.Button($"Save {name}"));
            await save.ClickAsync();
        });
        return await File.ReadAllBytesAsync(await download.PathAsync());
    }
}
