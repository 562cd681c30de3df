using System.Diagnostics.Metrics;

namespace VRouter.ControlSdk.Server;

/// <summary>A metric and how it is read.</summary>
/// <param name="Name">Its name without what its kind adds: "vrouter_worker_busy_seconds".</param>
/// <param name="Kind">How it behaves.</param>
/// <param name="Unit">The base unit, which its name ends in; empty = it counts things.</param>
/// <param name="Help">What it says.</param>
/// <param name="Read">Its values, each with its labels.</param>
internal sealed record Metric(string Name, MetricKind Kind, string Unit, string Help, Func<MetricSnapshot, IEnumerable<Measurement<double>>> Read);
