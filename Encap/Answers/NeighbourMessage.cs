namespace VRouter.Encap;

/// <summary>A neighbour solicitation or advertisement that passed the checks of RFC 4861 section 7.1, and makers of both.</summary>
public readonly record struct NeighbourMessage
{
    private const byte MaximumHopLimit = 255;
    private const int Length = Ipv6Header.Size + NeighbourHeader.Size + NeighbourOptions.MacOptionSize;

    /// <summary>All nodes on the link (RFC 4291 section 2.7.1).</summary>
    public static readonly IpAddress AllNodes = IpAddress.FromIpv6(0xFF02_0000_0000_0000, 1);

    /// <summary>Whether it asks; else it answers or announces.</summary>
    public bool IsSolicitation { get; private init; }

    /// <summary>Who sent it; unspecified when it looks for duplicates of its own address (RFC 4862 section 5.4.2).</summary>
    public IpAddress Source { get; private init; }

    /// <summary>Who is looked for, or tells.</summary>
    public IpAddress Target { get; private init; }

    /// <summary>The sender's MAC address in a solicitation, the target's in an advertisement, if told.</summary>
    public MacAddress? Mac { get; private init; }

    /// <summary>Of an advertisement: <see cref="NeighbourHeader.Router"/>, <see cref="NeighbourHeader.Solicited"/>, <see cref="NeighbourHeader.Override"/>.</summary>
    public uint Flags { get; private init; }

    /// <summary>Reads the ICMPv6 message of a checked IPv6 packet, checksum included; false when it is another message or must be discarded.</summary>
    public static bool TryRead(in Ipv6Header ip, Span<byte> icmp, out NeighbourMessage message)
    {
        message = default;

        if (!Layer<NeighbourHeader>.TryRead(icmp, out Layer<NeighbourHeader> neighbour)
            || !NeighbourOptions.TryRead(neighbour.Payload, out NeighbourOptions options))
        {
            return false;
        }

        bool isSolicitation = neighbour.Header.Type == Icmpv6Type.NeighbourSolicitation;

        message = new NeighbourMessage
        {
            IsSolicitation = isSolicitation,
            Source = ip.Source,
            Target = neighbour.Header.Target,
            Mac = isSolicitation ? options.Source : options.Target,
            Flags = isSolicitation ? 0 : neighbour.Header.Flags,
        };

        return ip.HopLimit == MaximumHopLimit
            && message.IsConsistent(ip.Destination)
            && Checksum.IsRight(icmp, Checksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Icmpv6, icmp.Length));
    }

    /// <summary>Writes the IPv6 packet that asks all nodes for a target, and returns its length; it goes to <see cref="MulticastMac"/> of <see cref="SolicitedNode"/>.</summary>
    public static int WriteSolicitation(Span<byte> room, MacAddress sourceMac, IpAddress source, IpAddress target) =>
        Write(room, source, SolicitedNode(target), new NeighbourHeader(Icmpv6Type.NeighbourSolicitation, 0, target), NeighbourOptions.SourceAddress, sourceMac);

    /// <summary>Writes the IPv6 packet that tells <paramref name="destination"/> where a target is, and returns its length.</summary>
    public static int WriteAdvertisement(Span<byte> room, MacAddress targetMac, IpAddress target, IpAddress destination, uint flags) =>
        Write(room, target, destination, new NeighbourHeader(Icmpv6Type.NeighbourAdvertisement, flags, target), NeighbourOptions.TargetAddress, targetMac);

    /// <summary>Puts another MAC address into the options of a solicitation, an advertisement or a router solicitation, checksum included; leaves others alone.</summary>
    public static void ReplaceMac(Span<byte> icmp, MacAddress mac)
    {
        int start = icmp.IsEmpty ? 0 : icmp[0] switch
        {
            Icmpv6Type.RouterSolicitation => Icmpv6Header.Size,
            Icmpv6Type.NeighbourSolicitation or Icmpv6Type.NeighbourAdvertisement => NeighbourHeader.Size,
            _ => 0,
        };

        if (start != 0 && icmp.Length >= start)
        {
            ref Icmpv6Header header = ref Headers.At<Icmpv6Header>(ref icmp[0], 0);
            header.Checksum = NeighbourOptions.ReplaceMac(icmp[start..], mac, header.Checksum);
        }
    }

    /// <summary>The solicited-node multicast address ff02::1:ffXX:XXXX of an address (RFC 4291 section 2.7.1).</summary>
    public static IpAddress SolicitedNode(IpAddress address) =>
        IpAddress.FromIpv6(0xFF02_0000_0000_0000, 0x0000_0001_FF00_0000 | address.Low & 0xFF_FFFF);

    /// <summary>The MAC address 33:33:XX:XX:XX:XX that an IPv6 multicast address is sent to (RFC 2464 section 7).</summary>
    public static MacAddress MulticastMac(IpAddress multicast) => new(0x3333_0000_0000UL | (uint)multicast.Low);

    private bool IsConsistent(IpAddress destination)
    {
        if (Target.IsMulticast)
        {
            return false;
        }

        // Duplicate address detection goes to the solicited-node address and tells no MAC.
        return IsSolicitation
            ? !Source.IsUnspecified || (destination == SolicitedNode(Target) && Mac is null)
            : !destination.IsMulticast || (Flags & NeighbourHeader.Solicited) == 0;
    }

    private static int Write(Span<byte> room, IpAddress source, IpAddress destination, NeighbourHeader header, byte option, MacAddress mac)
    {
        Span<byte> icmp = room[Ipv6Header.Size..Length];

        Headers.At<Ipv6Header>(ref room[0], 0) = new Ipv6Header(IpProtocol.Icmpv6, source, destination, icmp.Length) { HopLimit = MaximumHopLimit };
        ref NeighbourHeader neighbour = ref Headers.At<NeighbourHeader>(ref icmp[0], 0);
        neighbour = header;
        NeighbourOptions.Write(icmp[NeighbourHeader.Size..], option, mac);
        neighbour.Checksum = Checksum.Of(icmp, Checksum.PseudoHeader(source, destination, IpProtocol.Icmpv6, icmp.Length));
        return Length;
    }
}
