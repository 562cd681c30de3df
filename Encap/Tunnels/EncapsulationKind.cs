namespace VRouter.Encap;

/// <summary>How a packet is carried between nodes.</summary>
public enum EncapsulationKind : byte
{
    /// <summary>None: not a tunnel.</summary>
    None = 0,

    /// <summary>VXLAN, RFC 7348.</summary>
    Vxlan = 1,

    /// <summary>MPLS over UDP, RFC 7510.</summary>
    MplsOverUdp = 2,

    /// <summary>MPLS over GRE, RFC 4023.</summary>
    MplsOverGre = 3,
}
