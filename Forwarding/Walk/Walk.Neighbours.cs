using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>ARP and ND: what tenants ask is answered at once (semantics, section 2); what the underlay tells is learned.</summary>
internal sealed partial class Walk<TTrace>
{
    private readonly NeighbourDue[] _due = new NeighbourDue[64];
    private readonly Packet[] _resumed;
    private int _resumedCount;

    /// <summary>Asks neighbours again, or gives them up, when it is time. One worker does it, about ten times a second.</summary>
    public void Tick()
    {
        int count;

        do
        {
            count = _neighbours.Tick(_now, _due);

            foreach (NeighbourDue due in _due.AsSpan(0, count))
            {
                if (due.GivenUp)
                {
                    GiveUp(due.Index);
                }
                else
                {
                    Ask(due.Vif, due.Address, due.Mac);
                }
            }
        }
        while (count == _due.Length);

        _outboxes.Flush();
    }

    private void GiveUp(int neighbour)
    {
        int count = _neighbours.Abandon(neighbour, _released);

        foreach (ref Packet packet in _released.AsSpan(0, count))
        {
            DropHeld(ref packet, DropReason.NeighbourUnresolved);
        }
    }

    /// <summary>Ends a packet that waited.</summary>
    public void DropHeld(ref Packet packet, DropReason reason)
    {
        _books[packet.Ingress].Held--;
        Drop(ref packet, reason, packet.ObjectKind, packet.ObjectId);
        Note(ref packet);
    }

    /// <summary>Sends packets on their way again that have waited, from the start: meanwhile anything may have changed.</summary>
    public void Resume(ReadOnlySpan<Packet> packets)
    {
        foreach (Packet held in packets)
        {
            Packet packet = held;
            _books[packet.Ingress].Held--;
            Span<Packet> batch = new(ref packet);

            if ((packet.Flags & PacketFlags.Made) != 0)
            {
                packet.Fate = Fate.Routed;
                packet.NextHop = 0;
                Forward(batch);
                continue;
            }

            packet.Flags &= PacketFlags.ChecksumPartial | PacketFlags.ChecksumVerified;
            packet.Fate = Fate.Received;
            packet.NextHop = 0;
            Walkthrough(batch, packet.Ingress);
        }
    }

    /// <summary>Learns from the kernel; what waited goes on.</summary>
    public void Learn(ushort vif, IpAddress address, MacAddress mac)
    {
        if (_state.Vifs[vif] is { } state)
        {
            Learn(state, address, mac, add: false);
            ResumeReleased();
        }
    }

    private void Learn(VifState vif, IpAddress address, MacAddress mac, bool add)
    {
        if (TTrace.IsOn || mac.IsGroup || mac.IsZero)
        {
            return;
        }

        // What waited goes on after this batch, which is not to be disturbed.
        _resumedCount += _neighbours.Learn(vif.Index, address, mac, _now, add, _resumed.AsSpan(_resumedCount));
    }

    private void AdmitArp(ref Packet packet, VifState vif)
    {
        if (!Layer<ArpHeader>.TryRead(HeadFrom(packet, packet.L3), out Layer<ArpHeader> arp))
        {
            Drop(ref packet, DropReason.Malformed, vif);
            return;
        }

        MacAddress mac = At<EthernetHeader>(packet, packet.Start).Source;
        IpAddress sender = IpAddress.FromIpv4(arp.Header.SenderAddress);
        IpAddress target = IpAddress.FromIpv4(arp.Header.TargetAddress);

        if (vif.ChecksSource && (((MacAddress)arp.Header.SenderMac).Value != mac.Value || !MayAsk(vif, sender, mac)))
        {
            Drop(ref packet, DropReason.SpoofedSource, vif);
        }
        else if (arp.Header.Operation != ArpHeader.Request || target == sender || vif.HasAddress(target))
        {
            // A reply nobody waits for, an announcement, a probe for duplicates: silence is the answer.
            Consume(ref packet);
        }
        else if (vif.HasGateway(target) || IsRouted(ref packet, vif, target))
        {
            Reply(ref packet, vif, ArpMessage.WriteReply(
                _region.Bytes(packet.Frame, packet.L3, ArpHeader.Size), _state.Settings.VirtualMac, target.Ipv4, arp.Header.SenderMac, sender.Ipv4));
        }
    }

    private static bool MayAsk(VifState vif, IpAddress sender, MacAddress mac) =>
        sender.IsUnspecified ? vif.AllowsMac(mac.Value) : vif.Allows(sender, mac.Value);

    /// <summary>Whether the VRF routes an address elsewhere than back; drops the question otherwise.</summary>
    private bool IsRouted(ref Packet packet, VifState vif, IpAddress target)
    {
        VrfState vrf = _state.Vrfs[vif.Vrf]!;
        RouteId route = _routes.Lookup(vrf.Fib, target);

        if (!route.IsNone && _nextHops[_state.NextHops[_routes.Entry(route).NextHop]].Egress != vif.Index)
        {
            return true;
        }

        Drop(ref packet, DropReason.NoRoute, ObjectKind.Vrf, vrf.Id.Value);
        return false;
    }

    /// <summary>Takes ND from a TENANT; false when it is another ICMPv6 message.</summary>
    private bool TryAdmitNeighbour(ref Packet packet, VifState vif)
    {
        if (packet.L4 == 0 || At<Icmpv6Header>(packet, packet.L4).Type is < Icmpv6Type.RouterSolicitation or > Icmpv6Type.Redirect)
        {
            return false;
        }

        byte type = At<Icmpv6Header>(packet, packet.L4).Type;

        if (type is Icmpv6Type.RouterAdvertisement or Icmpv6Type.Redirect)
        {
            Drop(ref packet, DropReason.SpoofedSource, vif);
        }
        else if (type == Icmpv6Type.RouterSolicitation)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (!TryReadNeighbour(packet, out NeighbourMessage message))
        {
            Drop(ref packet, DropReason.Malformed, vif);
        }
        else
        {
            AdmitNeighbour(ref packet, vif, message);
        }

        return true;
    }

    private bool TryReadNeighbour(in Packet packet, out NeighbourMessage message)
    {
        int length = packet.L3 + packet.L3Length - packet.L4;
        message = default;

        return packet.L4 + length <= packet.Start + packet.HeadLength
            && NeighbourMessage.TryRead(At<Ipv6Header>(packet, packet.L3), _region.Bytes(packet.Frame, packet.L4, length), out message);
    }

    private void AdmitNeighbour(ref Packet packet, VifState vif, in NeighbourMessage message)
    {
        MacAddress mac = At<EthernetHeader>(packet, packet.Start).Source;
        bool ownMac = message.Mac is null || message.Mac.Value == mac;
        bool ownTarget = vif.Allows(message.Target, mac.Value) || (message.Target.IsLinkLocal && vif.AllowsMac(mac.Value));

        if (vif.ChecksSource && !(ownMac && (message.IsSolicitation || ownTarget)))
        {
            Drop(ref packet, DropReason.SpoofedSource, vif);
        }
        else if (!message.IsSolicitation || message.Source.IsUnspecified || vif.HasAddress(message.Target))
        {
            Consume(ref packet);
        }
        else if (vif.HasGateway(message.Target) || IsRouted(ref packet, vif, message.Target))
        {
            Advertise(ref packet, vif, message, _state.Settings.VirtualMac);
        }
    }

    private void Advertise(ref Packet packet, VifState vif, in NeighbourMessage message, MacAddress mac)
    {
        uint flags = NeighbourHeader.Solicited | NeighbourHeader.Override | (vif.Kind == VifKind.Tenant ? NeighbourHeader.Router : 0);
        Span<byte> room = _region.Bytes(packet.Frame, packet.L3, Native.FrameRegion.FrameSize - packet.L3);
        Reply(ref packet, vif, NeighbourMessage.WriteAdvertisement(room, mac, message.Target, message.Source, flags));
    }

    /// <summary>ARP on the FABRIC: for its own address it is answered and the asker learned; the rest is the node's own stack's.</summary>
    private void HearArp(ref Packet packet, VifState vif)
    {
        if (!Layer<ArpHeader>.TryRead(HeadFrom(packet, packet.L3), out Layer<ArpHeader> arp))
        {
            Drop(ref packet, DropReason.Malformed, vif);
            return;
        }

        IpAddress sender = IpAddress.FromIpv4(arp.Header.SenderAddress);
        IpAddress target = IpAddress.FromIpv4(arp.Header.TargetAddress);
        MacAddress mac = arp.Header.SenderMac;
        bool asksForUs = arp.Header.Operation == ArpHeader.Request && vif.HasAddress(target) && !vif.HasAddress(sender);

        Learn(vif, sender, mac, add: asksForUs && IsConnected(vif, sender));

        if (asksForUs)
        {
            Reply(ref packet, vif, ArpMessage.WriteReply(
                _region.Bytes(packet.Frame, packet.L3, ArpHeader.Size), vif.Vif.Mac, target.Ipv4, mac, sender.Ipv4));
        }
        else
        {
            PassToHost(ref packet, vif, arp.Header.Operation == ArpHeader.Reply);
        }
    }

    /// <summary>What we have heard the node's own stack may want to hear too; an answer to us is otherwise taken.</summary>
    private void PassToHost(ref Packet packet, VifState vif, bool isAnswer)
    {
        if (isAnswer && (_state.Host == 0 || !_links.IsUp(_state.Host)))
        {
            Consume(ref packet);
        }
        else
        {
            Bypass(ref packet, vif, _state.Host);
        }
    }

    private static bool IsConnected(VifState vif, IpAddress address)
    {
        foreach (IpPrefix prefix in vif.Vif.Addresses)
        {
            if (prefix.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>ND on the FABRIC; false when it is another message, or for somebody else.</summary>
    private bool TryHearNeighbour(ref Packet packet, VifState vif)
    {
        if (packet.L4 == 0
            || At<Icmpv6Header>(packet, packet.L4).Type is not (Icmpv6Type.NeighbourSolicitation or Icmpv6Type.NeighbourAdvertisement)
            || !TryReadNeighbour(packet, out NeighbourMessage message))
        {
            return false;
        }

        if (!message.IsSolicitation)
        {
            Learn(vif, message.Target, message.Mac ?? At<EthernetHeader>(packet, packet.Start).Source, add: false);
            PassToHost(ref packet, vif, isAnswer: true);
            return true;
        }

        if (!vif.HasAddress(message.Target) || message.Source.IsUnspecified)
        {
            return false;
        }

        Learn(vif, message.Source, message.Mac ?? At<EthernetHeader>(packet, packet.Start).Source, add: IsConnected(vif, message.Source));
        Advertise(ref packet, vif, message, vif.Vif.Mac);
        return true;
    }

    /// <summary>The node's own stack asks for an address that the overlay has: the vRouter is the way there.</summary>
    private bool TryAnswerHostArp(ref Packet packet, VifState vif)
    {
        if (!Layer<ArpHeader>.TryRead(HeadFrom(packet, packet.L3), out Layer<ArpHeader> arp) || arp.Header.Operation != ArpHeader.Request)
        {
            return false;
        }

        uint target = arp.Header.TargetAddress;
        uint sender = arp.Header.SenderAddress;
        RouteId route = _routes.Lookup(_state.Vrfs[0]!.Fib, target);

        if (!vif.HasGateway(IpAddress.FromIpv4(target)) && !IsOverlay(route) && (_routes.Entry(route).Flags & RouteFlags.ProxyArp) == 0)
        {
            return false;
        }

        Reply(ref packet, vif, ArpMessage.WriteReply(
            _region.Bytes(packet.Frame, packet.L3, ArpHeader.Size), _state.Settings.VirtualMac, target, arp.Header.SenderMac, sender));
        return true;
    }

    /// <summary>Asks on the underlay who has an address: all, or the one that had it last.</summary>
    private void Ask(ushort egress, IpAddress target, MacAddress last)
    {
        if (TTrace.IsOn || _state.Vifs[egress] is not { } vif)
        {
            return;
        }

        if (_tables.KernelNeighbours.TryAsk(egress, target) || !TryFindOwn(vif, target, out IpAddress own) || !_frames.TryTake(out uint frame))
        {
            return;
        }

        Packet packet = default;
        packet.Frame = frame;
        packet.L3 = Native.FrameRegion.HeadRoom;
        packet.Ingress = packet.Egress = egress;
        packet.Flags = PacketFlags.Made;
        Span<byte> room = _region.Bytes(frame, packet.L3, Native.FrameRegion.FrameSize - packet.L3);

        int length = target.IsIpv6
            ? NeighbourMessage.WriteSolicitation(room, vif.Vif.Mac, own, target)
            : ArpMessage.WriteRequest(room, vif.Vif.Mac, own.Ipv4, target.Ipv4);
        MacAddress all = target.IsIpv6 ? NeighbourMessage.MulticastMac(NeighbourMessage.SolicitedNode(target)) : MacAddress.Broadcast;

        new EthernetTemplate(vif.Vif.Mac, vif.Vlan).Write(
            ref At<byte>(packet, packet.L3), last.IsZero ? all : last, target.IsIpv6 ? EtherType.Ipv6 : EtherType.Arp);
        packet.Start = (ushort)(packet.L3 - vif.EthernetLength);
        packet.HeadLength = (ushort)(vif.EthernetLength + length);
        packet.Length = packet.HeadLength;

        _books[egress].Made++;
        Emit(ref packet);
    }

    /// <summary>The address to ask from: the one on the target's subnet, else the first of its family.</summary>
    private static bool TryFindOwn(VifState vif, IpAddress target, out IpAddress own)
    {
        own = default;
        bool found = false;

        foreach (IpPrefix address in vif.Vif.Addresses)
        {
            if (address.Contains(target))
            {
                own = address.Address;
                return true;
            }

            if (!found && address.IsIpv6 == target.IsIpv6)
            {
                own = address.Address;
                found = true;
            }
        }

        return found;
    }
}
