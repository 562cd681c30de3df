using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The underlay's own traffic: to and from the node's own stack, and through.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>An IP packet from the FABRIC that ends no tunnel here: the node's own, or in transit where VRF 0 has a route.</summary>
    private void Underlay(ref Packet packet, VifState vif, bool isGroup)
    {
        packet.Vrf = 0;

        if (!isGroup && TryRouteOwned(ref packet))
        {
            return;
        }

        RouteId route = isGroup ? default : _routes.Lookup(_state.Vrfs[0]!.Fib, DestinationOf(packet));

        if (isGroup || IsToHost(route))
        {
            Bypass(ref packet, vif, _state.Host);
        }
        else if (route.IsNone || IsBackToNeighbours(route, vif))
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (HasChecksumWhereItBelongs(ref packet))
        {
            packet.Fate = Fate.Routed;
        }
    }

    /// <summary>To the address that tunnels to this node end at, in none of them.</summary>
    private void ReachNode(ref Packet packet, VifState vif)
    {
        if (!TryRouteOwned(ref packet))
        {
            Bypass(ref packet, vif, _state.Host);
        }
    }

    /// <summary>
    /// An address that a floating IP or a source NAT of VRF 0 has: what is a flow's there, or becomes one, is before the node's own stack takes
    /// the rest. False: nobody has it.
    /// </summary>
    private bool TryRouteOwned(ref Packet packet)
    {
        if (!_state.IsOwned(DestinationOf(packet)))
        {
            return false;
        }

        packet.Vrf = 0;
        packet.Fate = HasChecksumWhereItBelongs(ref packet) ? Fate.Routed : packet.Fate;
        return true;
    }

    /// <summary>Whether a packet would go back into the subnet that it came from, which nobody has asked this node to do.</summary>
    private bool IsBackToNeighbours(RouteId route, VifState vif)
    {
        ref readonly RouteEntry entry = ref _routes.Entry(route);
        return (entry.Flags & RouteFlags.Derived) != 0 && _nextHops[_state.NextHops[entry.NextHop]] is { IsConnected: true } back && back.Egress == vif.Index;
    }

    private bool IsToHost(RouteId route) =>
        !route.IsNone && _nextHops[_state.NextHops[_routes.Entry(route).NextHop]].Kind == NextHopKind.Host;

    /// <summary>From the HOST: to what the overlay knows it is routed, everything else goes on to the FABRIC as it is.</summary>
    private void AdmitHost(Span<Packet> batch, VifState vif)
    {
        ClearSlots(batch.Length);

        foreach (ref Packet packet in batch)
        {
            if (!TryReadEthernet(ref packet, vif, out ushort etherType))
            {
                continue;
            }

            switch (etherType)
            {
                case EtherType.Ipv4 or EtherType.Ipv6:
                    AdmitHost(ref packet, vif, etherType == EtherType.Ipv6);
                    break;

                case EtherType.Arp when TryAnswerHostArp(ref packet, vif):
                    break;

                default:
                    Bypass(ref packet, vif, FirstFabric());
                    break;
            }
        }
    }

    private void AdmitHost(ref Packet packet, VifState vif, bool isIpv6)
    {
        packet.Vrf = 0;

        if (!TryClassify(ref packet, isIpv6) || (packet.Protocol == IpProtocol.Icmpv6 && isIpv6 && TryAnswerHostNeighbour(ref packet, vif)))
        {
            return;
        }

        RouteId route = _routes.Lookup(_state.Vrfs[0]!.Fib, DestinationOf(packet));

        if (vif.HasGateway(DestinationOf(packet)))
        {
            AnswerEcho(ref packet, vif);
        }
        else if (!IsOverlay(route) && !HasVirtualMac(packet) && !MayBeTranslated(packet, vif))
        {
            Bypass(ref packet, vif, FirstFabric());
        }
        else if (HasChecksumWhereItBelongs(ref packet))
        {
            packet.Fate = Fate.Routed;
        }
    }

    /// <summary>Whether a route of VRF 0 leads into the overlay: not out of the FABRIC as any router's would.</summary>
    private bool IsOverlay(RouteId route)
    {
        if (route.IsNone)
        {
            return false;
        }

        ref NextHopState nextHop = ref _nextHops[_state.NextHops[_routes.Entry(route).NextHop]];

        return nextHop.Kind switch
        {
            NextHopKind.Tunnel or NextHopKind.Vrf or NextHopKind.Discard or NextHopKind.Ecmp or NextHopKind.Reject => true,
            NextHopKind.Vif => _state.Vifs[nextHop.Egress]?.Kind == VifKind.Tenant,
            _ => false,
        };
    }

    /// <summary>Whether what the HOST sends may answer a flow: it serves behind floating IPs, or somebody is here behind that address.</summary>
    private bool MayBeTranslated(in Packet packet, VifState vif) =>
        !vif.PolicyDisabled && !IsGroup(DestinationOf(packet)) && (vif.FloatingIps.Length > 0 || _state.IsOwned(DestinationOf(packet)));

    private bool HasVirtualMac(in Packet packet) => ((MacAddress)At<EthernetHeader>(packet, packet.Start).Destination).Value == _virtualMac;

    private int FirstFabric() => _state.Fabrics.Length > 0 ? _state.Fabrics[0].Index : 0;

    /// <summary>Sends a frame on between FABRIC and HOST as it is; they are one station to the underlay.</summary>
    private void Bypass(ref Packet packet, VifState from, int to)
    {
        if (to == 0)
        {
            Drop(ref packet, DropReason.NotForUs, from);
            return;
        }

        if (!_links.IsUp(to) && !TTrace.IsOn)
        {
            Drop(ref packet, DropReason.InterfaceDown, _state.Vifs[to]!);
            return;
        }

        if (!HasChecksumWhereItBelongs(ref packet))
        {
            return;
        }

        packet.Egress = (ushort)to;

        // Only one packet's worth of frames is left to the port.
        if (packet.HeadLength != packet.Length && packet.Length > FrameRegion.FrameSize - FrameRegion.HeadRoom && !TakesChains(to))
        {
            Drop(ref packet, DropReason.PacketTooBig, _state.Vifs[to]!);
            return;
        }

        packet.Fate = Fate.Bypassing;

        if (TTrace.IsOn)
        {
            _trace.Step("bypass", $"as it is to {_state.Vifs[to]!.Kind} interface {_state.Vifs[to]!.Vif.Id}", ObjectKey.Of(_state.Vifs[to]!.Vif.Id));
        }
    }

    /// <summary>Writes the frame's Ethernet header for the other side: its tag, and the one MAC that both sides share.</summary>
    private void SendBypassing(ref Packet packet)
    {
        VifState to = _state.Vifs[packet.Egress]!;
        VifState from = _state.Vifs[packet.Ingress]!;
        ref EthernetHeader before = ref At<EthernetHeader>(packet, packet.Start);
        MacAddress destination = before.Destination;
        MacAddress source = before.Source;
        ushort etherType = from.Vlan == 0 ? before.EtherType : At<VlanHeader>(packet, packet.Start + EthernetHeader.Size).EtherType;

        if (to.Kind == VifKind.Host)
        {
            destination = destination.IsGroup ? destination : to.Vif.Mac;
        }
        else
        {
            source = to.Vif.Mac;
            OwnMessage(packet, etherType, to.Vif.Mac);
        }

        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0 && (_outboxes.Capabilities(packet.Egress) & PortCapabilities.ChecksumPartial) == 0)
        {
            CompleteChecksum(ref packet);
        }

        new EthernetTemplate(source, to.Vlan).Write(ref At<byte>(packet, packet.L3), destination, etherType);
        Move(ref packet, packet.L3 - to.EthernetLength);
        Gather(ref packet);
        packet.Fate = Fate.Ready;
    }

    // The node's stack speaks ARP and ND with its own MAC; the underlay knows the FABRIC's.
    private void OwnMessage(in Packet packet, ushort etherType, MacAddress own)
    {
        if (etherType == EtherType.Arp && packet.HeadLength >= packet.L3 - packet.Start + ArpHeader.Size)
        {
            At<ArpHeader>(packet, packet.L3).SenderMac = own;
        }
        else if (etherType == EtherType.Ipv6 && packet is { Protocol: IpProtocol.Icmpv6, L4: not 0 })
        {
            NeighbourMessage.ReplaceMac(HeadFrom(packet, packet.L4), own);
        }
    }

    /// <summary>Moves the packet's first byte within its head frame; its end stays.</summary>
    private static void Move(ref Packet packet, int start)
    {
        int moved = packet.Start - start;
        packet.Start = (ushort)start;
        packet.HeadLength = (ushort)(packet.HeadLength + moved);
        packet.Length = (uint)(packet.Length + moved);
        packet.ChecksumStart = (ushort)(packet.ChecksumStart + moved);
    }
}
