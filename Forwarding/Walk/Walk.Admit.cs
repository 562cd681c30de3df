using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>From a TENANT: who may send what (semantics, section 2).</summary>
internal sealed partial class Walk<TTrace>
{
    private const ushort DhcpServerPort = 67;
    private const ushort Dhcpv6ServerPort = 547;
    private const int TcpChecksumOffset = 16;
    private const int UdpChecksumOffset = 6;

    private void Admit(Span<Packet> batch, VifState vif)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            if (i + PrefetchDistance < batch.Length)
            {
                PrefetchHeader(batch[i + PrefetchDistance]);
            }

            ref Packet packet = ref batch[i];
            ref FlowSlot slot = ref _slots[i];
            packet.Vrf = vif.Vrf;

            if (!TryAdmitCommon(ref packet, ref slot, vif))
            {
                slot.Stage = FlowStage.None;
                _cameTheLongWay = true;
                Admit(ref packet, vif);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Admit(ref Packet packet, VifState vif)
    {
        if (!TryReadEthernet(ref packet, vif, out ushort etherType))
        {
            return;
        }

        ref EthernetHeader ethernet = ref At<EthernetHeader>(packet, packet.Start);

        if (etherType is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            AdmitOther(ref packet, vif, etherType);
        }
        else if (TryClassify(ref packet, etherType == EtherType.Ipv6) && IsOwnSource(ref packet, vif, ethernet.Source))
        {
            AdmitIp(ref packet, vif, ethernet.Destination);
        }
    }

    private void AdmitIp(ref Packet packet, VifState vif, MacAddress destination)
    {
        if (!HasChecksumWhereItBelongs(ref packet))
        {
            return;
        }

        if (packet.Protocol == IpProtocol.Icmpv6 && (packet.Flags & PacketFlags.Ipv6) != 0 && TryAdmitNeighbour(ref packet, vif))
        {
            return;
        }

        if (destination.Value != _virtualMac)
        {
            AdmitUnusual(ref packet, vif, destination);
        }
        else if (vif.Gateways.Length > 0 && vif.HasGateway(DestinationOf(packet)))
        {
            AnswerEcho(ref packet, vif);
        }
        else if ((packet.Flags & PacketFlags.Ipv6) != 0 && SourceOf(packet).IsLinkLocal && !DestinationOf(packet).IsLinkLocal)
        {
            // A link-local source means nothing beyond its link (RFC 4291 section 2.5.6).
            DropUnrouted(ref packet);
        }
        else
        {
            packet.Fate = Fate.Routed;
        }
    }

    /// <summary>Whether the source IP and MAC are the tenant's own; drops the packet otherwise.</summary>
    private bool IsOwnSource(ref Packet packet, VifState vif, MacAddress mac)
    {
        if (!vif.ChecksSource)
        {
            return true;
        }

        bool isIpv6 = (packet.Flags & PacketFlags.Ipv6) != 0;

        if (mac.Value == vif.Mac && !isIpv6 && At<Ipv4Header>(packet, packet.L3).Source == vif.Ipv4)
        {
            return true;
        }

        IpAddress source = SourceOf(packet);

        if (vif.Allows(source, mac.Value) || (vif.AllowsMac(mac.Value) && MayBeUnnumbered(packet, source, isIpv6)))
        {
            return true;
        }

        Drop(ref packet, DropReason.SpoofedSource, vif);
        return false;
    }

    /// <summary>What a guest sends before, or beside, having its address: DHCP, duplicate address detection, link-local IPv6.</summary>
    private bool MayBeUnnumbered(in Packet packet, IpAddress source, bool isIpv6)
    {
        if (isIpv6)
        {
            return source.IsLinkLocal
                || (source.IsUnspecified && packet.Protocol == IpProtocol.Icmpv6 && DestinationOf(packet).IsMulticast);
        }

        return source.IsUnspecified
            && packet is { Protocol: IpProtocol.Udp, L4: > 0 }
            && At<UdpHeader>(packet, packet.L4).DestinationPort == DhcpServerPort;
    }

    /// <summary>Whether a checksum that was left undone is that of the transport header of a whole packet; drops the packet otherwise.</summary>
    private static bool HasChecksumWhereItBelongs(ref Packet packet)
    {
        if ((packet.Flags & PacketFlags.ChecksumPartial) == 0)
        {
            return true;
        }

        int offset = packet.Protocol switch
        {
            IpProtocol.Tcp => TcpChecksumOffset,
            IpProtocol.Udp => UdpChecksumOffset,
            _ => -1,
        };

        if (packet.L4 != 0
            && (packet.Flags & PacketFlags.Fragment) == 0
            && packet.Start + packet.ChecksumStart == packet.L4
            && packet.ChecksumOffset == offset)
        {
            return true;
        }

        Drop(ref packet, DropReason.Malformed, ObjectKind.None, 0);
        return false;
    }

    /// <summary>IP to another MAC than the gateway's: a group, or a station that would have to be bridged to.</summary>
    private void AdmitUnusual(ref Packet packet, VifState vif, MacAddress destination)
    {
        if (!destination.IsGroup)
        {
            DropUnbridged(ref packet, vif);
        }
        else if (ReasonToTrap(packet) is var reason and not TrapReason.None)
        {
            Trap(ref packet, vif, reason);
        }
        else if (DestinationOf(packet).IsMulticast)
        {
            packet.Fate = Fate.Routed;
        }
        else
        {
            // Never routed: one frame to all must not become many packets to one (RFC 1812 section 5.3.4).
            DropUnrouted(ref packet);
        }
    }

    /// <summary>A unicast frame to a station that is not the virtual one: there is no bridging yet.</summary>
    private void DropUnbridged(ref Packet packet, VifState vif)
    {
        VrfState vrf = _state.Vrfs[vif.Vrf]!;
        Drop(ref packet, vrf.Mode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute, ObjectKind.Vrf, vrf.Id.Value);
    }

    private void AdmitOther(ref Packet packet, VifState vif, ushort etherType)
    {
        if (etherType == EtherType.Arp)
        {
            AdmitArp(ref packet, vif);
            return;
        }

        if (vif.ChecksSource && !vif.AllowsMac(((MacAddress)At<EthernetHeader>(packet, packet.Start).Source).Value))
        {
            Drop(ref packet, DropReason.SpoofedSource, vif);
            return;
        }

        Drop(ref packet, DropReason.UnsupportedProtocol, vif);
    }
}
