// The people on the pictures of the product: each has a browser of their own, because a film is a switch of the whole browser.
using Parley.Browser.Tests.Harness;

namespace Parley.Browser.Tests.Screens;

/// <summary>Four people with films for cameras.</summary>
internal sealed class Cast : IAsyncDisposable
{
    private static readonly (string Name, Portrait Looks)[] Roles =
    [
        ("Maya Lindqvist", new(0xE9D9C2, 0xB98F6A, 0xFFF1D6, 0x2F5DAA, 0xE8B998, 0x5A3421, HairCut.Long, 0.0)),
        ("Tomás Rivera", new(0xA9C3BE, 0x49706C, 0xE6F4EA, 0x2B2F3A, 0xC98F65, 0x1D1715, HairCut.Short, 1.3)),
        ("Amara Okafor", new(0xD8B4A0, 0x8A4F45, 0xFFE3C4, 0xE0A32E, 0x7A4A30, 0x17100E, HairCut.Curls, 2.4)),
        ("Johanna Weber", new(0xBFC7DA, 0x59627F, 0xF2F4FF, 0x7A3B46, 0xF0C9AE, 0xB98A4E, HairCut.Bun, 3.6)),
    ];
    private readonly string _films;
    private readonly List<Chromium> _browsers = [];

    private Cast(string films) => _films = films;

    /// <summary>Names, in the order of <see cref="Browsers"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Roles.Select(role => role.Name)];

    /// <summary>A browser for each.</summary>
    public IReadOnlyList<Chromium> Browsers => _browsers;

    /// <summary>Draws the films and starts the browsers.</summary>
    public static async Task<Cast> AssembleAsync()
    {
        var cast = new Cast(Directory.CreateTempSubdirectory("parley-films-").FullName);
        var silence = Path.Combine(cast._films, "silence.wav");
        await File.WriteAllBytesAsync(silence, Wave());
        foreach (var (name, looks) in Roles)
        {
            var film = Path.Combine(cast._films, $"{name.Split(' ')[0]}.y4m");
            PortraitVideo.Write(film, looks);
            // The first one talks (the device's own beep); the others listen.
            string[] sound = cast._browsers.Count == 1 ? [] : [$"--use-file-for-fake-audio-capture={silence}"];
            cast._browsers.Add(await Chromium.StartAsync(Machine.FakeDevices, [$"--use-file-for-fake-video-capture={film}", .. sound]));
        }
        return cast;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers)
            await browser.DisposeAsync();
        Directory.Delete(_films, recursive: true);
    }

    // One second of silence: 16-bit mono at 48 kHz.
    private static byte[] Wave()
    {
        const int rate = 48_000;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("RIFF"u8);
        writer.Write(36 + rate * 2);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(rate);
        writer.Write(rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(rate * 2);
        writer.Write(new byte[rate * 2]);
        writer.Flush();
        return stream.ToArray();
    }
}
