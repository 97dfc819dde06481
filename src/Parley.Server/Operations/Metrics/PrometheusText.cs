// Writes collected series in the Prometheus text exposition format 0.0.4.
using System.Globalization;
using System.Text;

namespace Parley.Server.Operations.Metrics;

internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Series> series)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var family in series.GroupBy(static item => item.Name, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            var first = family.First();
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(EscapeHelp(first.Help)).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(first.Kind switch
            {
                SeriesKind.Counter => "counter",
                SeriesKind.Gauge => "gauge",
                _ => "histogram",
            }).Append('\n');
            foreach (var item in family)
            {
                if (item.Kind == SeriesKind.Histogram)
                    WriteHistogram(text, item);
                else
                    Sample(text, item.Name, item.Labels, null, item.Value);
            }
        }

        return text.ToString();
    }

    private static void WriteHistogram(StringBuilder text, Series item)
    {
        long cumulative = 0;
        for (var i = 0; i < item.Bounds.Count; i++)
        {
            cumulative += item.Buckets[i];
            Sample(text, $"{item.Name}_bucket", item.Labels, item.Bounds[i].ToString("R", CultureInfo.InvariantCulture), cumulative);
        }

        Sample(text, $"{item.Name}_bucket", item.Labels, "+Inf", item.Count);
        Sample(text, $"{item.Name}_sum", item.Labels, null, item.Value);
        Sample(text, $"{item.Name}_count", item.Labels, null, item.Count);
    }

    private static void Sample(StringBuilder text, string name, IReadOnlyList<KeyValuePair<string, string>> labels, string? le, double value)
    {
        text.Append(name);
        if (labels.Count > 0 || le is not null)
        {
            text.Append('{');
            var separator = string.Empty;
            foreach (var (key, label) in labels)
            {
                text.Append(separator).Append(key).Append("=\"").Append(EscapeLabel(label)).Append('"');
                separator = ",";
            }

            if (le is not null)
                text.Append(separator).Append("le=\"").Append(le).Append('"');
            text.Append('}');
        }

        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string EscapeHelp(string help) => help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapeLabel(string label) => EscapeHelp(label).Replace("\"", "\\\"", StringComparison.Ordinal);
}
