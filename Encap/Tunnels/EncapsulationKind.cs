namespace VRouter.Encap;

/// <summary>How packets travel through a tunnel.</summary>
public enum EncapsulationKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>VXLAN, RFC 7348.</summary>
    Vxlan,

    /// <summary>MPLS over UDP, RFC 7510.</summary>
    MplsOverUdp,

    /// <summary>MPLS over GRE, RFC 4023.</summary>
    MplsOverGre,
}
