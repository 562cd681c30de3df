using System.Globalization;

namespace VRouter.Forwarding;

/// <summary>The number of a VRF. 0 is the underlay ("fabric") VRF, which is always there.</summary>
public readonly record struct VrfId(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
