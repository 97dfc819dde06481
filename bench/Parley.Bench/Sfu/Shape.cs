// What a run of the SFU bench looks like: who sends to whom, how, and under which keys.
namespace Parley.Bench.Sfu;

/// <summary>One publisher to many, or rooms of five people who all see each other.</summary>
/// <param name="Subscribers">Of the one publisher; 0 for rooms.</param>
/// <param name="Rooms">Rooms of five; 0 for one publisher.</param>
/// <param name="Burst">A frame's packets leave at once, as browsers' pacers do; otherwise evenly.</param>
/// <param name="Varied">Every frame has another size, and its packets are equal within a byte.</param>
/// <param name="Sha1">AES_CM_128_HMAC_SHA1_80 instead of AEAD_AES_128_GCM.</param>
internal sealed record Shape(int Subscribers, int Rooms, bool Burst, bool Varied = false, bool Sha1 = false)
{
    private static readonly int[] FanOuts = [5, 10, 25, 50, 200];
    private static readonly int[] RoomCounts = [1, 5, 10];

    /// <summary>Every combination; they have names, but a run without a filter takes <see cref="Usual"/>.</summary>
    public static IReadOnlyList<Shape> All { get; } =
    [
        .. from sha1 in new[] { false, true }
           from varied in new[] { false, true }
           from burst in new[] { false, true }
           from shape in FanOuts.Select(n => new Shape(n, 0, burst, varied, sha1)).Concat(RoomCounts.Select(n => new Shape(0, n, burst, varied, sha1)))
           select shape,
    ];

    /// <summary>Every shape in its plain form, and the middle ones with varied sizes and with SHA-1.</summary>
    public static IReadOnlyList<Shape> Usual { get; } =
        [.. All.Where(shape => (!shape.Varied && !shape.Sha1) || (shape.Varied != shape.Sha1 && (shape.Subscribers == 50 || shape.Rooms == 5)))];

    /// <summary>Where memory per subscriber is measured: in a server that has just been started, since memory that is once taken is used again.</summary>
    public static IReadOnlyList<Shape> ForMemory { get; } = [new(50, 0, Burst: false), new(200, 0, Burst: false)];

    /// <summary>What servers are run with until they have settled: one publisher to many, and many to each other.</summary>
    public static IReadOnlyList<Shape> ForSettling { get; } = [new(50, 0, Burst: true), new(0, 5, Burst: false)];

    public static IReadOnlyList<Shape> Quick { get; } = [new(50, 0, Burst: false), new(50, 0, Burst: true), new(0, 5, Burst: false)];

    public string Name => string.Join('-', Words);

    /// <summary>People who receive.</summary>
    public int Receivers => Rooms > 0 ? Rooms * PeoplePerRoom : Subscribers;

    /// <summary>Rooms that the server has to have.</summary>
    public int Meetings => Math.Max(Rooms, 1);

    private static int PeoplePerRoom => 5;

    private IEnumerable<string> Words
    {
        get
        {
            yield return Rooms > 0 ? $"{Rooms}rooms" : $"1to{Subscribers}";
            yield return Burst ? "burst" : "even";
            if (Varied)
                yield return "varied";
            if (Sha1)
                yield return "sha1";
        }
    }

    /// <summary>The shapes that a filter names: one by its whole name, or all usual ones that have every word of it (<c>1to50</c>, <c>burst-sha1</c>).</summary>
    /// <exception cref="FormatException">It names none.</exception>
    public static IReadOnlyList<Shape> Matching(string filter)
    {
        if (All.FirstOrDefault(shape => string.Equals(shape.Name, filter, StringComparison.Ordinal)) is { } exact)
            return [exact];
        var words = filter.Split('-');
        var found = Usual.Where(shape => words.All(word => shape.Words.Contains(word, StringComparer.Ordinal))).ToList();
        return found.Count > 0 ? found : throw new FormatException($"no shape is called {filter}; there are {string.Join(", ", Usual.Select(shape => shape.Name))}");
    }

    /// <summary>How the generator is told.</summary>
    public IEnumerable<string> GeneratorArguments()
    {
        string[] people = Rooms > 0
            ? ["-shape", "rooms", "-rooms", $"{Rooms}", "-people", $"{PeoplePerRoom}", "-vpps", "100", "-apps", "0"]
            : ["-shape", "fanout", "-n", $"{Subscribers}"];
        return [.. people, "-srtp", Sha1 ? "sha1" : "gcm", "-sizes", Varied ? "frame" : "constant", .. Burst ? ["-burst"] : Array.Empty<string>()];
    }
}
