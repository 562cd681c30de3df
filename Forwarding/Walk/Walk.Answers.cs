using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>What the vRouter answers by itself: ARP and ND of tenants and of the HOST, echo to its gateways (semantics, section 2).</summary>
internal sealed partial class Walk<TTrace>
{
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
        else if (!IsToVirtualMac(packet))
        {
            DropUnbridged(ref packet, vif);
        }
        else if (arp.Header.Operation != ArpHeader.Request || target == sender || vif.HasAddress(target) || IsOwnProbe(vif, sender, target, mac))
        {
            // A reply nobody waits for, an announcement, a probe for duplicates: silence is the answer.
            Consume(ref packet);
        }
        else if (vif.HasGateway(target) || IsRouted(ref packet, vif, target))
        {
            AnswerArp(ref packet, vif, _state.Settings.VirtualMac);
        }
    }

    private static bool MayAsk(VifState vif, IpAddress sender, MacAddress mac) =>
        sender.IsUnspecified ? vif.AllowsMac(mac.Value) : vif.Allows(sender, mac.Value);

    /// <summary>Whether a guest looks for duplicates of an address that it may take (RFC 5227 section 2.1.1).</summary>
    private static bool IsOwnProbe(VifState vif, IpAddress sender, IpAddress target, MacAddress mac) =>
        sender.IsUnspecified && vif.Allows(target, mac.Value);

    /// <summary>Whether a frame is to the virtual station, or to all.</summary>
    private bool IsToVirtualMac(in Packet packet)
    {
        MacAddress destination = At<EthernetHeader>(packet, packet.Start).Destination;
        return destination.Value == _virtualMac || destination.IsGroup;
    }

    /// <summary>Whether the VRF routes an address elsewhere than back; drops the question otherwise.</summary>
    private bool IsRouted(ref Packet packet, VifState vif, IpAddress target)
    {
        RouteId route = _routes.Lookup(_state.Vrfs[vif.Vrf]!.Fib, target);

        if (!route.IsNone && _nextHops[_state.NextHops[_routes.Entry(route).NextHop]].Egress != vif.Index)
        {
            return true;
        }

        DropUnrouted(ref packet);
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
            Trap(ref packet, vif, TrapReason.RouterSolicitation);
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

    /// <summary>Reads a solicitation or advertisement; false when it must be discarded, as every one in fragments (RFC 6980 section 5).</summary>
    private bool TryReadNeighbour(in Packet packet, out NeighbourMessage message)
    {
        int length = packet.L3 + packet.L3Length - packet.L4;
        message = default;

        return (packet.Flags & PacketFlags.Fragment) == 0
            && packet.L4 + length <= packet.Start + packet.HeadLength
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
        else if (!IsToVirtualMac(packet))
        {
            DropUnbridged(ref packet, vif);
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

    /// <summary>The node's own stack asks for an address that the overlay has: the vRouter is the way there.</summary>
    private bool TryAnswerHostArp(ref Packet packet, VifState vif)
    {
        if (!Layer<ArpHeader>.TryRead(HeadFrom(packet, packet.L3), out Layer<ArpHeader> arp)
            || arp.Header.Operation != ArpHeader.Request
            || !IsWayTo(vif, IpAddress.FromIpv4(arp.Header.TargetAddress)))
        {
            return false;
        }

        AnswerArp(ref packet, vif, _state.Settings.VirtualMac);
        return true;
    }

    /// <summary>The same for ND.</summary>
    private bool TryAnswerHostNeighbour(ref Packet packet, VifState vif)
    {
        if (packet.L4 == 0
            || At<Icmpv6Header>(packet, packet.L4).Type != Icmpv6Type.NeighbourSolicitation
            || !TryReadNeighbour(packet, out NeighbourMessage message)
            || message.Source.IsUnspecified
            || !IsWayTo(vif, message.Target))
        {
            return false;
        }

        Advertise(ref packet, vif, message, _state.Settings.VirtualMac);
        return true;
    }

    private bool IsWayTo(VifState host, IpAddress target)
    {
        RouteId route = _routes.Lookup(_state.Vrfs[0]!.Fib, target);
        return host.HasGateway(target) || IsOverlay(route) || (_routes.Entry(route).Flags & RouteFlags.ProxyArp) != 0;
    }

    /// <summary>Tells the asker that what it asks for is at a MAC.</summary>
    private void AnswerArp(ref Packet packet, VifState vif, MacAddress mac)
    {
        if (!MayAnswer(ref packet, vif))
        {
            return;
        }

        ref ArpHeader arp = ref At<ArpHeader>(packet, packet.L3);
        MacAddress asker = arp.SenderMac;
        Span<byte> room = _region.Bytes(packet.Frame, packet.L3, ArpHeader.Size);
        Reply(ref packet, vif, ArpMessage.WriteReply(room, mac, arp.TargetAddress, asker, arp.SenderAddress));
    }

    private void Advertise(ref Packet packet, VifState vif, in NeighbourMessage message, MacAddress mac)
    {
        if (!MayAnswer(ref packet, vif))
        {
            return;
        }

        // Who has no address yet is told together with all others (RFC 4861 section 7.2.4).
        bool toAll = message.Source.IsUnspecified;
        IpAddress destination = toAll ? NeighbourMessage.AllNodes : message.Source;
        uint flags = NeighbourHeader.Override | (toAll ? 0 : NeighbourHeader.Solicited) | (vif.Kind == VifKind.Fabric ? 0 : NeighbourHeader.Router);

        Span<byte> room = _region.Bytes(packet.Frame, packet.L3, FrameRegion.FrameSize - packet.L3);
        Reply(ref packet, vif, NeighbourMessage.WriteAdvertisement(room, mac, message.Target, destination, flags));
    }

    /// <summary>Echo to a gateway's address is answered at once; anything else to it is for others, or for nobody.</summary>
    private void AnswerEcho(ref Packet packet, VifState vif)
    {
        if (!IsEcho(packet))
        {
            Trap(ref packet, vif, ReasonToTrapAtGateway(packet, vif));
            return;
        }

        Span<byte> request = PayloadOf(packet, 0);

        if (!HasRightIcmpChecksum(packet, request[(packet.L4 - packet.L3)..]))
        {
            Drop(ref packet, DropReason.Malformed, vif);
        }
        else if (MayAnswer(ref packet, vif))
        {
            AnswerEcho(ref packet, vif, request);
        }
    }

    private void AnswerEcho(ref Packet packet, VifState vif, Span<byte> request)
    {
        if (!IcmpEcho.TryAnswer(request))
        {
            Drop(ref packet, DropReason.NotForUs, vif);
            return;
        }

        // Of a chained packet it was a copy that was turned round; only its headers have changed.
        Span<byte> head = HeadFrom(packet, packet.L3);
        request[..Math.Min(head.Length, request.Length)].CopyTo(head);
        Reply(ref packet, vif, packet.L3Length);
    }

    private bool IsEcho(in Packet packet)
    {
        bool isIpv6 = (packet.Flags & PacketFlags.Ipv6) != 0;

        return (packet.Flags & PacketFlags.Fragment) == 0
            && packet.Protocol == (isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp)
            && At<IcmpHeader>(packet, packet.L4) is { Code: 0, Type: var type }
            && type == (isIpv6 ? Icmpv6Type.Echo : IcmpType.Echo);
    }

    private bool HasRightIcmpChecksum(in Packet packet, ReadOnlySpan<byte> icmp) => Checksum.IsRight(
        icmp,
        (packet.Flags & PacketFlags.Ipv6) != 0 ? Checksum.PseudoHeader(SourceOf(packet), DestinationOf(packet), IpProtocol.Icmpv6, icmp.Length) : 0);

    /// <summary>Whether one more answer may be given on a vif this second; drops the question otherwise, which is still as it came in.</summary>
    private bool MayAnswer(ref Packet packet, VifState vif)
    {
        if (TTrace.IsOn || _tables.Answers.TryTake(vif.Index, _now))
        {
            return true;
        }

        Drop(ref packet, DropReason.RateLimited, vif);
        return false;
    }

    /// <summary>Turns the frame round: the answer lies at L3 in it.</summary>
    private void Reply(ref Packet packet, VifState vif, int length)
    {
        if (TTrace.IsOn)
        {
            _trace.Step("answer", "by the vRouter itself", ObjectKey.Of(vif.Vif.Id));
        }

        ushort etherType = vif.Vlan == 0
            ? At<EthernetHeader>(packet, packet.Start).EtherType
            : At<VlanHeader>(packet, packet.Start + EthernetHeader.Size).EtherType;
        MacAddress asker = At<EthernetHeader>(packet, packet.Start).Source;
        MacAddress own = vif.Kind == VifKind.Fabric ? vif.Vif.Mac : _state.Settings.VirtualMac;

        Packet answer = packet;
        answer.Flags = PacketFlags.Made;
        answer.Egress = vif.Index;
        answer.Start = (ushort)(packet.L3 - vif.EthernetLength);
        answer.Length = (uint)(vif.EthernetLength + length);
        answer.HeadLength = (ushort)answer.Length;

        if (packet.HeadLength != packet.Length)
        {
            answer.HeadLength = (ushort)Math.Min(answer.Length, packet.Start + packet.HeadLength - answer.Start);
            TrimChain(answer);
        }

        new EthernetTemplate(own, vif.Vlan).Write(ref At<byte>(answer, answer.L3), asker, etherType);

        Consume(ref packet, keepsFrames: true);
        _books[vif.Index].Made++;
        Emit(ref answer);
    }
}
