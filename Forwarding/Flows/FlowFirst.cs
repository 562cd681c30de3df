namespace VRouter.Forwarding;

/// <summary>What else is kept of a flow's first packet to judge it again: see <see cref="FlowDependency.First"/>.</summary>
/// <param name="Value">As it lies in the flow.</param>
internal readonly record struct FlowFirst(uint Value)
{
    private const uint FromTunnelBit = 1 << 16;
    private const uint DirectBit = 1 << 17;
    private const uint DeniedBySenderBit = 1 << 18;

    public FlowFirst(ushort icmp, bool fromTunnel, bool isDirect, bool deniedBySender)
        : this(icmp | (fromTunnel ? FromTunnelBit : 0) | (isDirect ? DirectBit : 0) | (deniedBySender ? DeniedBySenderBit : 0))
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
}
