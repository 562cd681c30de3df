namespace VRouter.Forwarding;

/// <summary>What a VRF does with frames.</summary>
public enum ForwardingMode
{
    /// <summary>Routes what is addressed to the virtual MAC, bridges the rest.</summary>
    L2L3,

    /// <summary>Routes only; every tenant's ARP and ND is answered with the virtual MAC.</summary>
    L3,

    /// <summary>Bridges only.</summary>
    L2,
}
