// The table of `script/bench srtp`: every profile with every implementation, beside libsrtp2.
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Parley.Media.Srtp;

namespace Parley.Bench.Media;

/// <summary>Measures contenders in turn, round after round, and takes the least disturbed round of each.</summary>
internal static class SrtpBench
{
    private const int Rounds = 15;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);
    private static readonly int[] PayloadLengths = [120, 1200];

    public static int Run()
    {
        Console.WriteLine(Machine.Describe("script/bench srtp"));
        Console.WriteLine();
        Console.WriteLine(FormattableString.Invariant(
            $"Nanoseconds per packet with a header of {SrtpContender.HeaderLength} bytes, and how many times as fast as libsrtp2; one payload for {SrtpContender.Subscribers} keys in turn. `Portable` is the platform's AES-GCM or HMAC."));
        Console.WriteLine();
        Console.WriteLine("| profile | | " + string.Join(" | ", PayloadLengths.Select(length => FormattableString.Invariant($"protect {length} bytes | unprotect {length}"))) + " |");
        Console.WriteLine("| --- | --- | " + string.Join(" | ", PayloadLengths.Select(_ => "---: | ---:")) + " |");
        foreach (var profile in Enum.GetValues<SrtpProfile>())
            Console.Write(Rows(profile));
        return 0;
    }

    private static string Rows(SrtpProfile profile)
    {
        var columns = PayloadLengths.Select(length => Measure(profile, length)).ToList();
        var rows = new StringBuilder();
        foreach (var name in columns[0].Keys)
        {
            var cells = columns.SelectMany(column => new[] { Cell(column, name, figures => figures.Protect), Cell(column, name, figures => figures.Unprotect) });
            rows.AppendLine(CultureInfo.InvariantCulture, $"| {profile} | {name} | {string.Join(" | ", cells)} |");
        }

        return rows.ToString();
    }

    private static string Cell(Dictionary<string, Figures> column, string name, Func<Figures, double> figure)
    {
        var own = figure(column[name]);
        var text = own.ToString("0", CultureInfo.InvariantCulture);
        return column.TryGetValue("libsrtp2", out var reference) && name != "libsrtp2"
            ? string.Create(CultureInfo.InvariantCulture, $"{text} ({figure(reference) / own:0.0}×)")
            : text;
    }

    private static Dictionary<string, Figures> Measure(SrtpProfile profile, int payloadLength)
    {
        var contenders = SrtpImplementations.Supported.Select(SrtpContender (implementation) => new ParleySrtp(profile, implementation, payloadLength)).ToList();
        if (LibSrtpSession.IsInstalled)
            contenders.Add(new LibSrtp(profile, payloadLength));
        var figures = contenders.ToDictionary(contender => contender.Name, _ => new Figures(), StringComparer.Ordinal);
        ushort sequenceNumber = 0;
        foreach (var contender in contenders)
        {
            // Twice, with a pause: the compiler improves what was called often only after a while of quiet.
            for (var time = 0; time < 2; time++)
            {
                _ = Time(() => contender.Protect(++sequenceNumber), WarmUp);
                _ = Time(contender.Unprotect, WarmUp);
                Thread.Sleep(WarmUp);
            }
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var best = figures[contender.Name];
                best.Protect = Math.Min(best.Protect, Time(() => contender.Protect(++sequenceNumber), RoundLength) / SrtpContender.Subscribers);
                best.Unprotect = Math.Min(best.Unprotect, Time(contender.Unprotect, RoundLength) / SrtpContender.Arriving);
            }
        }

        contenders.ForEach(contender => contender.Dispose());
        return figures;
    }

    /// <summary>Nanoseconds of one call, called for that long.</summary>
    private static double Time(Action batch, TimeSpan length)
    {
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        TimeSpan elapsed;
        do
        {
            batch();
            calls++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < length);
        return elapsed.TotalNanoseconds / calls;
    }

    private sealed class Figures
    {
        public double Protect { get; set; } = double.MaxValue;

        public double Unprotect { get; set; } = double.MaxValue;
    }
}
