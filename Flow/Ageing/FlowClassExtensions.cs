using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>What follows from a flow's class.</summary>
public static class FlowClassExtensions
{
    /// <summary>The class of a new flow of a protocol.</summary>
    public static FlowClass ClassOfNew(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => FlowClass.TcpNew,
        IpProtocol.Udp => FlowClass.UdpNew,
        IpProtocol.Icmp or IpProtocol.Icmpv6 => FlowClass.IcmpNew,
        _ => FlowClass.OtherNew,
    };

    /// <summary>Whether the flow waits for the other side.</summary>
    public static bool IsHalfOpen(this FlowClass kind) => kind is >= FlowClass.TcpNew and <= FlowClass.OtherNew;

    /// <summary>Whether its time begins anew with every packet.</summary>
    public static bool LivesByUse(this FlowClass kind) => kind is >= FlowClass.TcpNew and < FlowClass.Pinned;

    /// <summary>The class of a half-open flow, other than TCP, once something has come back.</summary>
    public static FlowClass Answered(this FlowClass kind) => kind switch
    {
        FlowClass.UdpNew => FlowClass.Udp,
        FlowClass.IcmpNew => FlowClass.Icmp,
        FlowClass.OtherNew => FlowClass.Other,
        _ => kind,
    };
}
