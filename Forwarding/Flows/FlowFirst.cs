namespace VRouter.Forwarding;

/// <summary>What else is kept of a flow's first packet to judge it again: see <see cref="FlowDependency.First"/>.</summary>
/// <param name="Value">As it lies in the flow.</param>
internal readonly record struct FlowFirst(uint Value)
{
    private const uint FromTunnelBit = 1 << 16;
    private const uint DirectBit = 1 << 17;
    private const uint DeniedBySenderBit = 1 << 18;
    private const uint CrossesVrfsBit = 1 << 19;
    private const uint AffineBit = 1 << 20;
    private const uint RevokedBit = 1 << 21;
    private const uint PassesVrfsBit = 1 << 22;

    public FlowFirst(in FlowDecision decision)
        : this(decision.Icmp
            | (decision.FromTunnel ? FromTunnelBit : 0)
            | (decision.IsDirect ? DirectBit : 0)
            | (decision.DeniedBySender ? DeniedBySenderBit : 0)
            | (decision.CrossesVrfs ? CrossesVrfsBit : 0)
            | (decision.IsAffine && decision.IsAllowed ? AffineBit : 0)
            | (decision.IsRevoked ? RevokedBit : 0)
            | (decision.PassesVrfs ? PassesVrfsBit : 0))
    {
    }

    /// <summary>ICMP: its type and, in the low byte, its code.</summary>
    public ushort Icmp => (ushort)Value;

    /// <summary>It came out of a tunnel.</summary>
    public bool FromTunnel => (Value & FromTunnelBit) != 0;

    /// <summary>A label named its next hop: no route was asked.</summary>
    public bool IsDirect => (Value & DirectBit) != 0;

    /// <summary>The sender's own groups denied it, not the receiver's.</summary>
    public bool DeniedBySender => (Value & DeniedBySenderBit) != 0;

    /// <summary>More VRFs than one were asked where it goes: any change in the first of them is looked into.</summary>
    public bool CrossesVrfs => (Value & CrossesVrfsBit) != 0;

    /// <summary>VRFs were asked that neither its keys nor its routes tell.</summary>
    public bool PassesVrfs => (Value & PassesVrfsBit) != 0;

    /// <summary>It was allowed once, and is denied since: both ways, as it stood both ways.</summary>
    public bool IsRevoked => (Value & RevokedBit) != 0;

    /// <summary>The same, but for what was decided on the way.</summary>
    public FlowFirst ByWayOf(in FlowDecision decision) =>
        new((Value & ~(DirectBit | CrossesVrfsBit)) | (decision.First.Value & DirectBit) | ((decision.First.Value | Value) & CrossesVrfsBit));

    /// <summary>Its client keeps its member for a while after the flow.</summary>
    public bool IsAffine => (Value & AffineBit) != 0;
}
