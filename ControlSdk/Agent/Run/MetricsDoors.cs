using Microsoft.Extensions.Logging;
using VRouter.ControlSdk.Server;
using VRouter.Forwarding;

namespace VRouter.ControlSdk.Agent;

/// <summary>The metrics of a running vRouter: served where it was told to, and pushed where the environment says.</summary>
internal sealed class MetricsDoors(DataPlane dataPlane, RunOptions options, ILoggerFactory logging) : IDisposable
{
    private MetricsServer? _server;
    private MetricsExport? _export;

    /// <exception cref="IOException">The place is taken, or not ours to take.</exception>
    public void Open()
    {
        if (options.Metrics is { } address)
        {
            _server = MetricsServer.StartAsync(dataPlane, address, options.Tls, logging).GetAwaiter().GetResult();
        }

        _export = MetricsExport.StartIfWanted(dataPlane);
    }

    /// <summary>", metrics at http://127.0.0.1:9095/metrics"; nothing when there are none.</summary>
    public string Describe() => (_server is null ? "" : $", metrics at {_server.Address}") + (_export is null ? "" : ", metrics to an OpenTelemetry collector");

    public void Dispose()
    {
        _export?.Dispose();
        _export = null;
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _server = null;
    }
}
