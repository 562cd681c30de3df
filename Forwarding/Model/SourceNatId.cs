using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>The number of a source NAT; never 0.</summary>
public readonly record struct SourceNatId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
