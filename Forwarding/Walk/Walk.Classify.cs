using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Reading: what a packet is, checked once, so that later stages address its headers by offset.</summary>
internal sealed partial class Walk<TTrace>
{
    private const int SmallestTcp = 20;
    private const int SmallestSctp = 12;
    private const int SmallestIcmp = 8;

    /// <summary>Reads the Ethernet header and the port's own tag; says what follows, at L3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadEthernet(ref Packet packet, VifState vif, out ushort etherType)
    {
        if (packet.HeadLength < EthernetHeader.Size)
        {
            etherType = 0;
            Drop(ref packet, DropReason.Malformed, vif);
            return false;
        }

        etherType = At<EthernetHeader>(packet, packet.Start).EtherType;

        if ((vif.Vlan == 0) == (etherType == EtherType.Vlan))
        {
            Drop(ref packet, DropReason.NotForUs, vif);
            return false;
        }

        packet.L3 = (ushort)(packet.Start + vif.EthernetLength);
        packet.L3Length = (int)packet.Length - vif.EthernetLength;

        return vif.Vlan == 0 || TryReadTag(ref packet, vif, out etherType);
    }

    private bool TryReadTag(ref Packet packet, VifState vif, out ushort etherType)
    {
        etherType = 0;

        if (packet.HeadLength < vif.EthernetLength)
        {
            Drop(ref packet, DropReason.Malformed, vif);
            return false;
        }

        ref VlanHeader tag = ref At<VlanHeader>(packet, packet.Start + EthernetHeader.Size);
        etherType = tag.EtherType;

        if (tag.Id != vif.Vlan)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
            return false;
        }

        return true;
    }

    /// <summary>Reads the IP packet at L3: lengths, header checksum, transport header, hash. False: it was dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryClassify(ref Packet packet, bool isIpv6)
    {
        DropReason reason = isIpv6 ? ClassifyIpv6(ref packet) : ClassifyIpv4(ref packet);

        if (reason == DropReason.None)
        {
            return true;
        }

        Drop(ref packet, reason, ObjectKind.None, 0);
        return false;
    }

    private DropReason ClassifyIpv4(ref Packet packet)
    {
        int available = packet.L3Length;

        // Headers lie in the head frame; the payload may go on in others.
        if (packet.Start + packet.HeadLength - packet.L3 < Ipv4Header.Size)
        {
            return DropReason.Malformed;
        }

        ref Ipv4Header ip = ref At<Ipv4Header>(packet, packet.L3);
        int headerLength = Ipv4Header.Size;
        int totalLength = ip.TotalLength;

        if (ip.VersionAndWords != 0x45)
        {
            headerLength = ip.HeaderLength;

            if (ip.Version != 4 || headerLength < Ipv4Header.Size || packet.L3 + headerLength > packet.Start + packet.HeadLength)
            {
                return DropReason.Malformed;
            }
        }

        if (totalLength < headerLength || totalLength > available || !ip.HasRightChecksum())
        {
            return DropReason.Malformed;
        }

        packet.L3Length = totalLength;
        packet.Protocol = ip.Protocol;
        ulong addresses = (ulong)ip.Source << 32 | ip.Destination;

        if (ip.IsFragment)
        {
            packet.Flags |= ip.IsLaterFragment ? PacketFlags.Fragment | PacketFlags.LaterFragment : PacketFlags.Fragment;
        }

        return ClassifyTransport(ref packet, packet.L3 + headerLength, addresses);
    }

    private DropReason ClassifyIpv6(ref Packet packet)
    {
        int available = packet.L3Length;

        if (packet.Start + packet.HeadLength - packet.L3 < Ipv6Header.Size)
        {
            return DropReason.Malformed;
        }

        ref Ipv6Header ip = ref At<Ipv6Header>(packet, packet.L3);
        int totalLength = Ipv6Header.Size + ip.PayloadLength;

        if (ip.Version != 6 || totalLength > available)
        {
            return DropReason.Malformed;
        }

        packet.Flags |= PacketFlags.Ipv6;
        packet.L3Length = totalLength;
        packet.Protocol = ip.NextHeader;
        int upper = Ipv6Header.Size;

        if (packet.Protocol is not (IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmpv6))
        {
            int inHead = Math.Min(totalLength, packet.Start + packet.HeadLength - packet.L3);

            if (!Ipv6Extensions.TryWalk(_region.Bytes(packet.Frame, packet.L3, inHead), totalLength, out Ipv6Chain chain))
            {
                return DropReason.Malformed;
            }

            upper = chain.UpperOffset;
            packet.Protocol = chain.Protocol;
            packet.Flags |= (chain.IsFragment ? PacketFlags.Fragment : 0) | (chain.IsLaterFragment ? PacketFlags.LaterFragment : 0);
        }

        IpAddress source = ip.Source;
        IpAddress destination = ip.Destination;

        return ClassifyTransport(ref packet, packet.L3 + upper, FlowHash.Combine(source, destination));
    }

    /// <summary>Checks that the transport header is there and adds its ports to the hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private DropReason ClassifyTransport(ref Packet packet, int offset, ulong addresses)
    {
        if ((packet.Flags & PacketFlags.LaterFragment) != 0)
        {
            packet.L4 = 0;
            packet.Hash = FlowHash.Compute(addresses, IpProtocol.Fragment, 0);
            return DropReason.None;
        }

        int length = packet.L3 + packet.L3Length - offset;
        int inHead = Math.Min(length, packet.Start + packet.HeadLength - offset);
        uint ports = 0;
        packet.L4 = (ushort)offset;

        switch (packet.Protocol)
        {
            case IpProtocol.Tcp when inHead >= SmallestTcp:
                int dataOffset = At<TcpHeader>(packet, offset).HeaderLength;

                if (dataOffset < SmallestTcp || dataOffset > inHead)
                {
                    return CutOff(packet);
                }

                ports = At<UInt32BE>(packet, offset);
                break;

            case IpProtocol.Udp when inHead >= UdpHeader.Size:
                int udpLength = At<UdpHeader>(packet, offset).Length;

                // A first fragment holds less than its datagram.
                if (udpLength < UdpHeader.Size || (udpLength > length && (packet.Flags & PacketFlags.Fragment) == 0))
                {
                    return DropReason.Malformed;
                }

                ports = At<UInt32BE>(packet, offset);
                break;

            case IpProtocol.Sctp when inHead >= SmallestSctp:
                ports = At<UInt32BE>(packet, offset);
                break;

            case IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp:
                return CutOff(packet);

            case IpProtocol.Icmp or IpProtocol.Icmpv6 when inHead < SmallestIcmp:
                return CutOff(packet);
        }

        // All fragments of a packet take one path; only the first shows ports and, behind extension headers, the protocol.
        packet.Hash = (packet.Flags & PacketFlags.Fragment) != 0
            ? FlowHash.Compute(addresses, IpProtocol.Fragment, 0)
            : FlowHash.Compute(addresses, packet.Protocol, ports);
        return DropReason.None;
    }

    // A first fragment that hides its ports is an attack (RFC 1858), a whole packet that does is broken.
    private static DropReason CutOff(in Packet packet) =>
        (packet.Flags & PacketFlags.Fragment) != 0 ? DropReason.FragmentInvalid : DropReason.Malformed;
}
