using System.Globalization;

namespace VRouter.Encap;

/// <summary>A VXLAN network identifier: 24 bits (RFC 7348 section 5).</summary>
public readonly record struct Vni(uint Value)
{
    /// <summary>The highest VNI.</summary>
    public const uint Maximum = 0xFF_FFFF;

    /// <summary>The number alone.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
