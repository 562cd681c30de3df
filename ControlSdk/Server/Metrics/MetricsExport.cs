using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Server;

/// <summary>
/// The metrics of a data plane pushed to an OpenTelemetry collector. Where to, how and how often the standard environment variables say
/// (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_METRIC_EXPORT_INTERVAL, OTEL_RESOURCE_ATTRIBUTES, ...).
/// </summary>
public sealed class MetricsExport : IDisposable
{
    private const string MeterName = "VRouter";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    // One look at the workers for all the metrics of an export.
    private static readonly TimeSpan s_fresh = TimeSpan.FromMilliseconds(500);

    private readonly Meter _meter = new(MeterName);
    private readonly DataPlane _dataPlane;
    private readonly MeterProvider _provider;
    private MetricSnapshot? _snapshot;
    private long _taken;

    private MetricsExport(DataPlane dataPlane)
    {
        _dataPlane = dataPlane;

        foreach (Metric metric in MetricList.All)
        {
            Register(metric);
        }

        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(MeterName).AddOtlpExporter().Build();
    }

    /// <summary>Begins to export; null: the environment names no collector.</summary>
    public static MetricsExport? StartIfWanted(DataPlane dataPlane) => IsSet(Endpoint) || IsSet(MetricsEndpoint) ? new MetricsExport(dataPlane) : null;

    /// <summary>Exports once more, and ends.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private void Register(Metric metric)
    {
        if (metric.Kind == MetricKind.Counter)
        {
            _meter.CreateObservableCounter(metric.Name, () => metric.Read(Snapshot()), UnitOf(metric), metric.Help);
        }
        else
        {
            _meter.CreateObservableGauge(metric.Name, () => metric.Read(Snapshot()), UnitOf(metric), metric.Help);
        }
    }

    // The Unified Code for Units of Measure, as OpenTelemetry wants it.
    private static string? UnitOf(Metric metric) => metric.Unit switch
    {
        "seconds" => "s",
        "bytes" => "By",
        _ => null,
    };

    // Called by one exporting thread at a time.
    private MetricSnapshot Snapshot()
    {
        if (_snapshot is null || TimeProvider.System.GetElapsedTime(_taken) > s_fresh)
        {
            _snapshot = MetricSnapshot.Take(_dataPlane);
            _taken = TimeProvider.System.GetTimestamp();
        }

        return _snapshot;
    }
}
