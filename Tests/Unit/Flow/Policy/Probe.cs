using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

/// <summary>A packet, as far as rules look at it.</summary>
internal sealed record Probe(string Peer, byte Protocol)
{
    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public byte IcmpType { get; init; }

    public byte IcmpCode { get; init; }

    public SecurityGroupId[] PeerGroups { get; init; } = [];

    public IpAddress Address => IpAddress.Parse(Peer);

    public bool IsIcmp => Protocol == (Address.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);

    public PolicyQuery Query => IsIcmp
        ? PolicyQuery.OfIcmp(Address, PeerGroups, IcmpType, IcmpCode)
        : PolicyQuery.Of(Address, PeerGroups, Protocol, SourcePort, DestinationPort);
}
