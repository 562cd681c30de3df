namespace VRouter.Tests.Programs.Metrics;

/// <summary>A sample of a metric.</summary>
/// <param name="Name">Its own name, with the suffix of its kind.</param>
/// <param name="Labels">Its labels in their order.</param>
/// <param name="Value">Its value.</param>
internal sealed record OpenMetricsSample(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
{
    /// <summary>The value of a label; null when it has none of that name.</summary>
    public string? this[string label] => Labels.Where(pair => pair.Key == label).Select(pair => pair.Value).SingleOrDefault();
}
