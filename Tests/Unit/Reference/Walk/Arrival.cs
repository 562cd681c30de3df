using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A packet that came in, and what its way in said of it.</summary>
internal sealed record Arrival(Vif Ingress, byte[] Frame)
{
    /// <summary>The tunnel that it came in; null = none.</summary>
    public TunnelPacket? Tunnel { get; init; }

    /// <summary>The interface that its label names: it goes there, whatever its destination.</summary>
    public Vif? Direct { get; init; }

    public VrfId Vrf { get; init; }

    /// <summary>What is forwarded: out of its tunnel, if it was in one.</summary>
    public required IpPacket Ip { get; init; }

    /// <summary>Its ports, where another fragment of its datagram has them.</summary>
    public required FiveTuple Tuple { get; init; }

    public int EthernetLength => Ingress.Vlan == 0 ? 14 : 18;

    /// <summary>The interface of its sender, if that is here.</summary>
    public Vif? Sender => IsFromFabric ? null : Ingress;

    public MacAddress SenderMac => Octets.ReadMac(Frame, 6);

    public bool IsFromFabric => Ingress.Kind == VifKind.Fabric;

    /// <summary>It has ports, or an identifier that does for one.</summary>
    public bool HasPorts => Tuple.Protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp || Ip.IsEcho;

    /// <summary>How its flow is found (semantics, section 4).</summary>
    public ReferenceKey Key => new(Sender?.Id ?? Direct?.Id ?? default, Vrf, Tuple);
}
