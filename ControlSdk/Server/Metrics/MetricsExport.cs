using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
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
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    // What is said of metrics alone goes before what is said of all signals; the exporter itself reads the latter.
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string MetricsProtocol = "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL";
    private const string MetricsHeaders = "OTEL_EXPORTER_OTLP_METRICS_HEADERS";

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

        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(MeterName).AddOtlpExporter(Configure).Build();
    }

    /// <summary>Begins to export; null: the environment names no collector.</summary>
    public static MetricsExport? StartIfWanted(DataPlane dataPlane) => IsSet(Endpoint) || IsSet(MetricsEndpoint) ? new MetricsExport(dataPlane) : null;

    /// <summary>Exports once more, and ends.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _meter.Dispose();
    }

    private static bool IsSet(string variable) => ValueOf(variable) is not null;

    private static string? ValueOf(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;

    private static void Configure(OtlpExporterOptions exporter)
    {
        exporter.Headers = ValueOf(MetricsHeaders) ?? exporter.Headers;
        exporter.Protocol = ValueOf(MetricsProtocol) switch
        {
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            _ => exporter.Protocol,
        };

        // Of metrics alone it is the whole address; of all signals it is where their paths begin.
        if (Uri.TryCreate(ValueOf(MetricsEndpoint), UriKind.Absolute, out Uri? endpoint))
        {
            exporter.Endpoint = endpoint;
        }
    }

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
