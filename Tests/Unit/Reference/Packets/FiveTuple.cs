using VRouter.Encap;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Who talks to whom; ports are those of a flow's key (semantics, section 4).</summary>
internal sealed record FiveTuple(IpAddress Source, IpAddress Destination, byte Protocol, ushort SourcePort, ushort DestinationPort)
{
    /// <summary>Of what comes back. The identifier of an echo stays where it is, both ways.</summary>
    public FiveTuple Reverse() => Protocol is IpProtocol.Icmp or IpProtocol.Icmpv6
        ? new FiveTuple(Destination, Source, Protocol, SourcePort, DestinationPort)
        : new FiveTuple(Destination, Source, Protocol, DestinationPort, SourcePort);

    public static FiveTuple Of(IpPacket packet) =>
        new(packet.Source, packet.Destination, packet.Protocol, packet.SourcePort, packet.DestinationPort);

    public override string ToString() => $"{Source}:{SourcePort} > {Destination}:{DestinationPort} protocol {Protocol}";
}
