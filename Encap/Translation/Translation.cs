namespace VRouter.Encap;

/// <summary>
/// What the packets of one direction of a flow leave with, whether that differs from what they come with or not: the reverse of the other
/// direction's key. The errors that travel in this direction leave with it too: they are about packets of the other one.
/// </summary>
/// <remarks>
/// <code>
///                  comes as                              leaves as
/// forward       S:sp  ->  D:dp     (S', D', sp':dp')     S':sp' -> D':dp'
///
/// reverse       D':dp' -> S':sp'     (D, S, dp:sp)       D:dp  ->  S:sp
///
/// error         D' ->  S'            (D, S, dp:sp)       D  ->  S
///  about         [S':sp' -> D':dp']                       [S:sp  ->  D:dp]
///
/// error         R  ->  S'            (D, S, dp:sp)       D  ->  S,  or R -> S where D' is D
///  about         [S':sp' -> D':dp']                       [S:sp  ->  D:dp]
/// </code>
/// The first error comes from the flow's other end, the second from a router on the way. Its address stays its own where that end's does: the
/// routers that a source NAT's client meets are seen as they are. Where that end has another address here, so have the routers before it: one
/// behind a floating IP's guest leaves as the floating IP, as the guest does, for its own address may mean nothing here, or somebody else
/// (RFC 5508 REQ-5 (c)). The flow, and the direction in it, is that of the quoted addresses and ports with their sides changed.
/// </remarks>
/// <param name="Source">The source of a packet.</param>
/// <param name="Destination">The destination of a packet, of the source's family.</param>
/// <param name="Ports">Both ports, the source's in the upper half; of an echo the identifier there. Protocols without ports keep what they have.</param>
public readonly record struct Translation(IpAddress Source, IpAddress Destination, uint Ports)
{
    /// <summary>Whether it is one of IPv6 packets into IPv6 packets; else of IPv4 into IPv4.</summary>
    public bool IsIpv6 => Source.IsIpv6;

    /// <summary>What a packet leaves with that an error in this direction quotes. An identifier has no sides.</summary>
    internal Translation OfQuote(byte protocol) =>
        new(Destination, Source, protocol is IpProtocol.Icmp or IpProtocol.Icmpv6 ? Ports : uint.RotateLeft(Ports, 16));
}
