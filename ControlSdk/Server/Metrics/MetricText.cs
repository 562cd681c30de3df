using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// Metrics as text: OpenMetrics 1.0, or what came before it (Prometheus text format 0.0.4), in which a counter's family is called as its
/// samples are, and which knows neither units nor infos.
/// </summary>
internal sealed class MetricText(bool isOpenMetrics)
{
    /// <summary>The media type of OpenMetrics, for which clients ask.</summary>
    public const string OpenMetrics = "application/openmetrics-text";

    private readonly StringBuilder _text = new();

    /// <summary>The media type of this text.</summary>
    public string ContentType => isOpenMetrics ? $"{OpenMetrics}; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all metrics.</summary>
    public string Write(IEnumerable<Metric> metrics, MetricSnapshot snapshot)
    {
        foreach (Metric metric in metrics)
        {
            WriteFamily(metric, snapshot);
        }

        return _text.Append(isOpenMetrics ? "# EOF\n" : "").ToString();
    }

    private void WriteFamily(Metric metric, MetricSnapshot snapshot)
    {
        string sample = metric.Name + metric.Kind switch
        {
            MetricKind.Counter => "_total",
            MetricKind.Info => "_info",
            _ => "",
        };
        string family = isOpenMetrics ? metric.Name : sample;

        _text.Append(CultureInfo.InvariantCulture, $"# HELP {family} {metric.Help}\n# TYPE {family} {TypeOf(metric.Kind)}\n");
        _text.Append(isOpenMetrics && metric.Unit.Length > 0 ? $"# UNIT {family} {metric.Unit}\n" : "");

        foreach (Measurement<double> measurement in metric.Read(snapshot))
        {
            _text.Append(sample);
            WriteLabels(measurement.Tags);
            _text.Append(CultureInfo.InvariantCulture, $" {measurement.Value:R}\n");
        }
    }

    private string TypeOf(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Info when isOpenMetrics => "info",
        _ => "gauge",
    };

    private void WriteLabels(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Key).Append("=\"");
            WriteEscaped((string)labels[i].Value!);
            _text.Append('"');
        }

        _text.Append(labels.Length > 0 ? "}" : "");
    }

    // Names of interfaces are other people's.
    private void WriteEscaped(string value)
    {
        foreach (char letter in value)
        {
            _ = letter switch
            {
                '\\' => _text.Append(@"\\"),
                '"' => _text.Append("\\\""),
                '\n' => _text.Append("\\n"),
                _ => _text.Append(letter),
            };
        }
    }
}
