using System.Globalization;

namespace VRouter.Encap;

/// <summary>An MPLS label, 20 bits; 0 to 15 are reserved (RFC 3032 section 2.1).</summary>
public readonly record struct MplsLabel(uint Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
