namespace VRouter.Tests.Unit.Reference;

/// <summary>What the first fragment of a datagram tells, and the others follow.</summary>
/// <param name="Protocol">Behind all extension headers.</param>
/// <param name="SourcePort">As in a flow's key.</param>
/// <param name="DestinationPort">As in a flow's key.</param>
/// <param name="IsError">It is an ICMP error, of which no fragments are forwarded (RFC 1122 section 3.2.2).</param>
internal sealed record ReferenceTransport(byte Protocol, ushort SourcePort, ushort DestinationPort, bool IsError)
{
    public static ReferenceTransport Of(IpPacket first) => new(first.Protocol, first.SourcePort, first.DestinationPort, first.IsIcmpError);
}
