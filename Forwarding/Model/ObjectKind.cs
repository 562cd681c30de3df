namespace VRouter.Forwarding;

/// <summary>The kinds of configured objects.</summary>
public enum ObjectKind : byte
{
    /// <summary>No object.</summary>
    None,
    /// <summary>A VRF.</summary>
    Vrf,
    /// <summary>A vif.</summary>
    Vif,
    /// <summary>A next hop.</summary>
    NextHop,
    /// <summary>A route.</summary>
    Route,
    /// <summary>An MPLS label.</summary>
    Label,
    /// <summary>A VNI.</summary>
    Vni,
    /// <summary>A security group.</summary>
    SecurityGroup,
    /// <summary>A floating IP.</summary>
    FloatingIp,
    /// <summary>A source NAT.</summary>
    SourceNat,
    /// <summary>The settings; they have no key in the contract.</summary>
    Settings,
}
