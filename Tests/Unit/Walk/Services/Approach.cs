namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>How packets come to a floating IP.</summary>
public enum Approach
{
    /// <summary>In VXLAN, by its VRF's VNI.</summary>
    Vni,

    /// <summary>Under a label that looks up in its VRF.</summary>
    VrfLabel,

    /// <summary>Under the label of its member's vif.</summary>
    VifLabel,

    /// <summary>From a tenant on the same node.</summary>
    Tenant,

    /// <summary>From the underlay, in no tunnel.</summary>
    Underlay,
}
