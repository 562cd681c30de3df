using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>The number of a next hop; never 0.</summary>
public readonly record struct NextHopId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
