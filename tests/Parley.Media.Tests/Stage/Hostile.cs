// Feeds a parser what nobody should send: every length of good samples, seeded mutations of them, and noise.
namespace Parley.Media.Tests.Stage;

internal static class Hostile
{
    public delegate void Parser(ReadOnlySpan<byte> bytes);

    /// <summary>Calls the parser with very many inputs: of one seed in the suite, and of ever new ones in script/fuzz. The one that throws is named by its seed and its hex.</summary>
    public static void Feed(Parser parser, params byte[][] samples)
    {
        foreach (var sample in samples)
        {
            for (var length = 0; length <= sample.Length; length++)
                Try(parser, sample.AsSpan(0, length), seed: 0);
            for (var from = 1; from < sample.Length; from++)
                Try(parser, sample.AsSpan(from), seed: 0);
        }

        foreach (var seed in FuzzSeeds.For(1))
            Feed(seed, parser, samples);
    }

    private static void Feed(int seed, Parser parser, byte[][] samples)
    {
        var random = new Random(seed);
        Span<byte> buffer = stackalloc byte[2048];
        for (var round = 0; round < 40_000; round++)
        {
            var sample = samples[random.Next(samples.Length)];
            sample.CopyTo(buffer);
            var length = random.Next(4) == 0 ? random.Next(sample.Length + 1) : sample.Length;
            for (var flips = random.Next(1, 6); flips > 0 && length > 0; flips--)
                buffer[random.Next(length)] = (byte)(random.Next(3) == 0 ? byte.MaxValue : random.Next(256));
            Try(parser, buffer[..length], seed);
        }

        for (var round = 0; round < 20_000; round++)
        {
            var noise = buffer[..random.Next(120)];
            random.NextBytes(noise);
            Try(parser, noise, seed);
        }
    }

    /// <summary>The bytes that the current thread allocates in very many calls; the first calls, which may compile, do not count.</summary>
    public static long AllocatedBy(Parser parser, params byte[][] samples)
    {
        Run(10);
        return Allocations.Of(() => Run(1000));

        void Run(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var sample in samples)
                    parser(sample);
            }
        }
    }

    private static void Try(Parser parser, ReadOnlySpan<byte> bytes, int seed)
    {
        // On the heap and at its end, so that a read past the end throws and does not find the next test's bytes.
        var copy = bytes.ToArray();
        try
        {
            parser(copy);
        }
        catch (Exception thrown)
        {
            Assert.Fail($"PARLEY_FUZZ_SEED={seed}: {thrown.GetType().Name} for {Convert.ToHexString(copy)}: {thrown.Message} {thrown.StackTrace}");
        }
    }
}
