// One run's figures, read from the generator's result.
using System.Text.Json;

namespace Parley.Bench.Sfu;

/// <summary>What one server needed for one shape. Latencies are from the publisher's clock to the kernel's receive time at the subscriber.</summary>
internal sealed record Measurement(
    double CpuMicroseconds, double P50Milliseconds, double P99Milliseconds, double LongestMilliseconds, double KibibytesPerSubscriber, double ServerMebibytes,
    double PacketsPerSecond, long Lost, double ServerCore, double GeneratorCore, double OtherCores, double? MostPacketsPerSecond, string? SearchEndedBy, string? Fault)
{
    /// <summary>Cores that something else may use without spoiling a run: the kernel's own work for both sides is among it.</summary>
    public const double Quiet = 0.35;

    /// <exception cref="JsonException">The result is not one of the generator's.</exception>
    public static Measurement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var run = document.RootElement;
        var window = run.GetProperty("windows")[0];
        var latencies = window.GetProperty("latency_us");
        var latency = latencies.TryGetProperty("video", out var video) ? video : latencies.GetProperty("audio");
        double Milliseconds(string name) => latency.GetProperty(name).GetInt64() / 1e3;
        var search = run.TryGetProperty("search", out var found) ? found : (JsonElement?)null;
        return new Measurement(
            window.GetProperty("cpu_us_per_forwarded_packet").GetDouble(),
            Milliseconds("P50"),
            Milliseconds("P99"),
            Milliseconds("MaxSeen"),
            run.GetProperty("rss_per_subscriber_kb").GetDouble(),
            window.GetProperty("server_rss_mb").GetDouble(),
            window.GetProperty("forwarded_pps").GetDouble(),
            search is null ? run.GetProperty("total_lost").GetInt64() : window.GetProperty("full_lost").GetInt64() + window.GetProperty("light_lost").GetInt64(),
            window.GetProperty("server_core_fraction").GetDouble(),
            window.GetProperty("generator_core_fraction").GetDouble(),
            window.GetProperty("other_cpu_cores").GetDouble(),
            search?.GetProperty("most_pps_without_loss").GetDouble(),
            search?.GetProperty("ended_by").GetString(),
            FaultOf(run, window));
    }

    public override string ToString() =>
        $"{CpuMicroseconds:F2} µs a packet, p50 {P50Milliseconds:F2}, p99 {P99Milliseconds:F2}, longest {LongestMilliseconds:F1} ms, {KibibytesPerSubscriber:F0} KiB a subscriber, lost {Lost}"
        + (MostPacketsPerSecond is { } most ? $", most {most / 1e3:F0}k/s (ended by {SearchEndedBy})" : "")
        + (OtherCores > Quiet ? $", {OtherCores:F1} cores busy with something else" : "")
        + (Fault is null ? "" : $" — {Fault}");

    /// <summary>What makes figures worthless, and would be easy to overlook.</summary>
    private static string? FaultOf(JsonElement run, JsonElement window)
    {
        long Count(string name) => window.GetProperty(name).GetInt64();
        if (Count("cleartext_packets_seen") > 0)
            return "media was sent in the clear";
        if (Count("full_wrong_source") > 0)
            return "packets of another publisher arrived";
        if (Count("full_without_trailer") > 0)
            return "packets arrived damaged";
        if (run.GetProperty("peers_disconnected").GetInt64() > 0)
            return "clients were disconnected";
        if (run.GetProperty("subscriber_srtp_profiles").EnumerateObject().Count() != 1)
            return "subscribers did not all get the same SRTP profile";
        if (window.GetProperty("generator_fell_behind").GetInt64() > 0 || window.GetProperty("generator_core_fraction").GetDouble() > 0.9)
            return "the generator was the limit";
        return null;
    }
}
