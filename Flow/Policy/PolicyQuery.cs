using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>What rules look at in a packet, as the guest sees it: after translation on the way in, before it on the way out.</summary>
public readonly ref struct PolicyQuery
{
    private PolicyQuery(IpAddress peer, ReadOnlySpan<SecurityGroupId> peerGroups, byte protocol, ushort sourcePort, ushort destinationPort)
    {
        Peer = peer;
        PeerGroups = peerGroups;
        Protocol = protocol;
        SourcePort = sourcePort;
        DestinationPort = destinationPort;
    }

    /// <summary>The address of the other end, which says the IP version too.</summary>
    public readonly IpAddress Peer;

    /// <summary>The groups that the other end is in: those of its interface, else of its route. In any order.</summary>
    public readonly ReadOnlySpan<SecurityGroupId> PeerGroups;

    /// <summary>The IANA number of what the packet carries.</summary>
    public readonly byte Protocol;

    /// <summary>The packet's source port; 0 where it has none.</summary>
    public readonly ushort SourcePort;

    /// <summary>The packet's destination port; for ICMP the type and, in the low byte, the code; else 0.</summary>
    public readonly ushort DestinationPort;

    /// <summary>A packet of any protocol but ICMP; the ports count for TCP, UDP and SCTP.</summary>
    public static PolicyQuery Of(IpAddress peer, ReadOnlySpan<SecurityGroupId> peerGroups, byte protocol, ushort sourcePort = 0, ushort destinationPort = 0) =>
        new(peer, peerGroups, protocol, sourcePort, destinationPort);

    /// <summary>An ICMP packet, or, where the peer's address is of IPv6, an ICMPv6 packet.</summary>
    public static PolicyQuery OfIcmp(IpAddress peer, ReadOnlySpan<SecurityGroupId> peerGroups, byte type, byte code) =>
        new(peer, peerGroups, peer.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, 0, (ushort)(type << 8 | code));
}
