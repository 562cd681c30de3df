using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>
/// Names one version of one route in a <see cref="RouteStore"/>; <c>default</c> is "no route". A route that is replaced
/// gets a new one, and the old one stays readable until its generation is reclaimed.
/// </summary>
public readonly record struct RouteId(uint Value)
{
    /// <summary>Whether there is no route.</summary>
    public bool IsNone => Value == 0;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
