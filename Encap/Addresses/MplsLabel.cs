using System.Globalization;

namespace VRouter.Encap;

/// <summary>An MPLS label: 20 bits (RFC 3032 section 2.1).</summary>
public readonly record struct MplsLabel(uint Value)
{
    /// <summary>The highest label.</summary>
    public const uint Maximum = 0xF_FFFF;

    /// <summary>The first label that is free to use: 0 to 15 are reserved (RFC 3032 section 2.1, RFC 7274).</summary>
    public const uint FirstUnreserved = 16;

    /// <summary>The number alone.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
