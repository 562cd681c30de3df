namespace VRouter.Tests.Programs.Metrics;

/// <summary>A family of metrics: what is said of it, and its samples.</summary>
internal sealed class OpenMetricsFamily(string name)
{
    public string Name { get; } = name;

    public string? Type { get; set; }

    public string? Unit { get; set; }

    public string? Help { get; set; }

    public List<OpenMetricsSample> Samples { get; } = [];
}
