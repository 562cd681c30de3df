namespace VRouter.Encap;

/// <summary>Answers echo requests, RFC 792 and RFC 4443 section 4.</summary>
public static class IcmpEcho
{
    private const byte Ttl = 64;

    /// <summary>Whether a message of a type is an echo, request or reply: one with an <see cref="IcmpHeader.Identifier"/>.</summary>
    public static bool IsEcho(byte type, bool isIpv6) => isIpv6
        ? type is Icmpv6Type.Echo or Icmpv6Type.EchoReply
        : type is IcmpType.Echo or IcmpType.EchoReply;

    /// <summary>
    /// Turns an IP packet that holds a whole echo request into its reply, in place: addresses swapped, TTL 64, checksums adjusted.
    /// False, and nothing changed, for anything else: another message, a fragment, a wrong checksum, a multicast destination.
    /// </summary>
    public static bool TryAnswer(Span<byte> packet) => !packet.IsEmpty && packet[0] >> 4 == 6 ? TryAnswerIpv6(packet) : TryAnswerIpv4(packet);

    private static bool TryAnswerIpv4(Span<byte> packet)
    {
        if (!Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> ip)
            || ip.Header.Protocol != IpProtocol.Icmp
            || ip.Header.IsFragment
            || IpAddress.FromIpv4(ip.Header.Destination).IsMulticast
            || !Layer<IcmpHeader>.TryRead(ip.Payload, out Layer<IcmpHeader> icmp)
            || icmp.Header is not { Type: IcmpType.Echo, Code: 0 }
            || !Checksum.IsRight(ip.Payload))
        {
            return false;
        }

        (ip.Header.Source, ip.Header.Destination) = (ip.Header.Destination, ip.Header.Source);
        ip.Header.Checksum = Checksum.Update(ip.Header.Checksum, (ushort)(ip.Header.Ttl << 8), (ushort)(Ttl << 8));
        ip.Header.Ttl = Ttl;
        icmp.Header.Type = IcmpType.EchoReply;
        icmp.Header.Checksum = Checksum.Update(icmp.Header.Checksum, (ushort)(IcmpType.Echo << 8), (ushort)(IcmpType.EchoReply << 8));
        return true;
    }

    private static bool TryAnswerIpv6(Span<byte> packet)
    {
        if (!Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> ip)
            || ip.Header.NextHeader != IpProtocol.Icmpv6
            || ((IpAddress)ip.Header.Destination).IsMulticast
            || !Layer<Icmpv6Header>.TryRead(ip.Payload, out Layer<Icmpv6Header> icmp)
            || icmp.Header is not { Type: Icmpv6Type.Echo, Code: 0 }
            || !Checksum.IsRight(ip.Payload, Checksum.PseudoHeader(ip.Header.Source, ip.Header.Destination, IpProtocol.Icmpv6, ip.Payload.Length)))
        {
            return false;
        }

        // The pseudo-header's sum does not mind the swap.
        (ip.Header.Source, ip.Header.Destination) = (ip.Header.Destination, ip.Header.Source);
        ip.Header.HopLimit = Ttl;
        icmp.Header.Type = Icmpv6Type.EchoReply;
        icmp.Header.Checksum = Checksum.Update(icmp.Header.Checksum, (ushort)(Icmpv6Type.Echo << 8), (ushort)(Icmpv6Type.EchoReply << 8));
        return true;
    }
}
