using System.Globalization;

namespace VRouter.Encap;

/// <summary>A VXLAN network identifier, 24 bits (RFC 7348 section 5).</summary>
public readonly record struct Vni(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
