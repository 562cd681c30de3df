namespace VRouter.Encap;

/// <summary>Walks an IPv6 packet's extension headers, RFC 8200 section 4.</summary>
public static class Ipv6Extensions
{
    /// <summary>No packet has more extension headers.</summary>
    public const int MaximumHeaders = 8;

    /// <summary>No packet has its upper layer further back than this: headers lie in the head frame.</summary>
    public const int MaximumUpperOffset = 512;

    /// <summary>
    /// Walks from the IPv6 header at the packet's first byte to the upper layer. A whole packet and a first fragment must hold the
    /// chain in full (RFC 7112 section 5); that the upper layer's own header is there is for its reader to check.
    /// </summary>
    /// <returns>False when a header is cut off, out of place or one too many: the packet is malformed.</returns>
    public static bool TryWalk(Span<byte> packet, out Ipv6Chain chain) => TryWalk(packet, packet.Length, out chain);

    /// <summary>As <see cref="TryWalk(Span{byte}, out Ipv6Chain)"/>, for a packet whose head is the first of its <paramref name="length"/> bytes.</summary>
    public static bool TryWalk(Span<byte> head, int length, out Ipv6Chain chain)
    {
        chain = default;

        if (!Layer<Ipv6Header>.TryRead(head, length, out Layer<Ipv6Header> ip))
        {
            return false;
        }

        chain.Protocol = ip.Header.NextHeader;
        chain.UpperOffset = Ipv6Header.Size;

        return !IsExtension(chain.Protocol) || TryWalkChain(head[..(Ipv6Header.Size + ip.Payload.Length)], ref chain);
    }

    private static bool IsExtension(byte protocol) => protocol
        is IpProtocol.HopByHop or IpProtocol.Routing or IpProtocol.Fragment or IpProtocol.Ah or IpProtocol.DestinationOptions;

    private static bool TryWalkChain(Span<byte> packet, ref Ipv6Chain chain)
    {
        for (int headers = 0; IsExtension(chain.Protocol); headers++)
        {
            // Hop-by-hop options come first or not at all (RFC 8200 section 4.1).
            bool outOfPlace = chain.Protocol == IpProtocol.HopByHop && headers > 0;

            if (headers == MaximumHeaders || outOfPlace || !TryStep(packet, ref chain) || chain.UpperOffset > MaximumUpperOffset)
            {
                return false;
            }

            if (chain.IsLaterFragment)
            {
                return true;
            }
        }

        return true;
    }

    private static bool TryStep(Span<byte> packet, ref Ipv6Chain chain)
    {
        Span<byte> header = packet[chain.UpperOffset..];

        if (header.Length < Ipv6FragmentHeader.Size || (chain.Protocol == IpProtocol.Fragment && !TryReadFragment(header, ref chain)))
        {
            return false;
        }

        int length = chain.Protocol switch
        {
            IpProtocol.Fragment => Ipv6FragmentHeader.Size,
            IpProtocol.Ah => (header[1] + 2) * 4, // RFC 4302 section 2.2
            _ => (header[1] + 1) * 8,
        };

        // RFC 8200 section 4.4.
        chain.HasSegmentsLeft |= chain.Protocol == IpProtocol.Routing && header[3] != 0;
        chain.Protocol = header[0];
        chain.UpperOffset += length;
        return length <= header.Length;
    }

    // A second fragment header would be a fragment of a fragment, which nobody makes but to confuse.
    private static bool TryReadFragment(Span<byte> header, ref Ipv6Chain chain)
    {
        if (chain.FragmentHeader != 0 || !Layer<Ipv6FragmentHeader>.TryRead(header, out Layer<Ipv6FragmentHeader> fragment))
        {
            return false;
        }

        chain.FragmentHeader = chain.UpperOffset;
        chain.FragmentOffset = fragment.Header.FragmentOffset;
        chain.HasMoreFragments = fragment.Header.HasMoreFragments;
        chain.FragmentId = fragment.Header.Id;
        return true;
    }
}
