using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>The number of a vif; never 0.</summary>
public readonly record struct VifId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
