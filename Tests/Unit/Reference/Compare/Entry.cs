namespace VRouter.Tests.Unit.Reference;

/// <summary>How a packet comes out of the fabric.</summary>
public enum Entry
{
    /// <summary>In VXLAN, under the VNI of the receiver's VRF.</summary>
    Vni,

    /// <summary>In VXLAN, under the VNI of the other VRF.</summary>
    OtherVni,

    /// <summary>In MPLS over UDP, under a label of the receiver's VRF.</summary>
    VrfLabel,

    /// <summary>In MPLS over GRE, under the receiver's own label.</summary>
    VifLabel,
}
