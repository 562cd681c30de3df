namespace VRouter.ControlSdk.Server;

/// <summary>How a metric behaves.</summary>
internal enum MetricKind
{
    /// <summary>Only grows.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Says something by its labels; its value is 1.</summary>
    Info,
}
