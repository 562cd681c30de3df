using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>The underlay's ARP and ND: what it tells is learned, what it asks of this node is answered, and packets wait for its MACs.</summary>
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
    private void ResumeReleased()
    {
        Span<Packet> released = _resumed.AsSpan(0, _resumedCount);

        foreach (ref Packet packet in released)
        {
            _books[packet.Ingress].Held--;
            packet.Fate = Fate.Received;
            packet.NextHop = 0;
        }

        // They have been through their flows.
        foreach (ref Packet packet in released)
        {
            Resume(ref packet, portsAreKnown: true, isCounted: true);
        }

        _resumedCount = 0;
    }

    private void Resume(ref Packet packet, bool portsAreKnown, bool isCounted)
    {
        (_portsAreKnown, _isCounted) = (portsAreKnown, isCounted);

        if ((packet.Flags & PacketFlags.Made) != 0 && _state.Vifs[packet.Ingress] is not null)
        {
            packet.Fate = Fate.Routed;
            ForwardMade(new Span<Packet>(ref packet));
        }
        else
        {
            Reset(ref packet);
            Walkthrough(new Span<Packet>(ref packet), packet.Ingress);
        }

        (_portsAreKnown, _isCounted) = (false, false);
    }

    /// <summary>Makes a packet that has walked before, up to where its bytes are changed, one that has just come.</summary>
    private static void Reset(ref Packet packet)
    {
        packet.Flags &= PacketFlags.ChecksumPartial | PacketFlags.ChecksumVerified;
        packet.Fate = Fate.Received;
        packet.NextHop = 0;
    }

    /// <summary>What waited for something that came with the batch goes on.</summary>
    private void ResumeAll()
    {
        ResumeReleased();
        ResumeFragments();
        FlushHandovers();
    }

    /// <summary>Learns from the kernel; what waited goes on.</summary>
    public void Learn(ushort vif, IpAddress address, MacAddress mac)
    {
        if (_state.Vifs[vif] is { } state)
        {
            Learn(state, address, mac, add: false);
            ResumeAll();
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
            AnswerArp(ref packet, vif, vif.Vif.Mac);
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
        if (packet.L4 == 0 || At<Icmpv6Header>(packet, packet.L4).Type is not (Icmpv6Type.NeighbourSolicitation or Icmpv6Type.NeighbourAdvertisement))
        {
            return false;
        }

        if (!TryReadNeighbour(packet, out NeighbourMessage message))
        {
            Drop(ref packet, DropReason.Malformed, vif);
            return true;
        }

        if (!message.IsSolicitation)
        {
            Learn(vif, message.Target, message.Mac ?? At<EthernetHeader>(packet, packet.Start).Source, add: false);
            PassToHost(ref packet, vif, isAnswer: true);
            return true;
        }

        if (!vif.HasAddress(message.Target))
        {
            return false;
        }

        // Who looks for duplicates of its address has none to learn yet.
        if (!message.Source.IsUnspecified)
        {
            Learn(vif, message.Source, message.Mac ?? At<EthernetHeader>(packet, packet.Start).Source, add: IsConnected(vif, message.Source));
        }

        Advertise(ref packet, vif, message, vif.Vif.Mac);
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
