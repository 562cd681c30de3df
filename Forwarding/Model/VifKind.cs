namespace VRouter.Forwarding;

/// <summary>What a vif connects.</summary>
public enum VifKind
{
    /// <summary>The underlay; carries tunnels; in VRF 0.</summary>
    Fabric = 1,

    /// <summary>A pod or a VM.</summary>
    Tenant = 2,

    /// <summary>The node's own stack; in VRF 0.</summary>
    Host = 3,
}
