// Takes pictures of every screen of the real product with real participants. Run by script/screenshots; no test of its own.
using Microsoft.Playwright;
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Screens;

public sealed class Screenshots
{
    private static readonly (string Name, int Width, int Height)[] Windows = [("1440", 1440, 900), ("1024", 1024, 768), ("390", 390, 844)];
    private static readonly string Target = Path.Combine(Repository.Root, "artifacts", "screenshots");

    [Fact(Explicit = true)]
    public async Task Pictures_of_every_screen()
    {
        Assert.SkipWhen(BrowserFixture.Missing is not null, BrowserFixture.Missing ?? "");
        Directory.CreateDirectory(Target);
        await using var parley = await ParleyProcess.StartAsync();
        await using var cast = await Cast.AssembleAsync();
        List<Participant> people = [];
        for (var i = 0; i < Cast.Names.Count; i++)
        {
            people.Add(await Participant.OpenAsync(
                cast.Browsers[i], parley.Origin, Cast.Names[i], new ParticipantOptions { Window = (1440, 900), MaxHeight = 360 }));
        }
        try
        {
            await new ScreenTour(people, PictureAsync).WalkAsync();
        }
        catch
        {
            await Evidence.SaveAsync(TestContext.Current, people, parley);
            throw;
        }
        finally
        {
            foreach (var person in people)
                await person.DisposeAsync();
        }
    }

    private static async Task PictureAsync(string screen, Participant person)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var (name, width, height) in Windows)
            {
                await person.Page.SetViewportSizeAsync(width, height);
                await person.SettledAsync();
                await person.Page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(Target, $"{screen}-{name}-{(scheme == ColorScheme.Light ? "light" : "dark")}.png"),
                });
            }
        }
        await person.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await person.Page.SetViewportSizeAsync(Windows[0].Width, Windows[0].Height);
    }
}
