using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A port of a floating IP and the guest's port behind it. (Protocol, source port, vif) is unique in a floating IP.</summary>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="SourcePort">At the floating IP.</param>
/// <param name="DestinationPort">At the guest, or at <see cref="Forward"/>'s address.</param>
public readonly record struct PortMapping(byte Protocol, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>The members it is for; none = all.</summary>
    public ValueList<VifId> Vifs { get; init; }

    /// <summary>Instead of members: another address; null = members.</summary>
    public PortForward? Forward { get; init; }
}
