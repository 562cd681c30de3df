using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>From a TENANT: who may send what (semantics, section 2).</summary>
internal sealed partial class Walk<TTrace>
{
    private const ushort DhcpServerPort = 67;
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
            packet.Vrf = vif.Vrf;

            if (!TryAdmitCommon(ref packet, vif))
            {
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
        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0 && !IsChecksumWhereItBelongs(packet))
        {
            Drop(ref packet, DropReason.Malformed, vif);
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
            return source.IsLinkLocal || (source.IsUnspecified && packet.Protocol == IpProtocol.Icmpv6);
        }

        return source.IsUnspecified
            && packet is { Protocol: IpProtocol.Udp, L4: > 0 }
            && At<UdpHeader>(packet, packet.L4).DestinationPort == DhcpServerPort;
    }

    /// <summary>Whether the checksum that the guest left undone is that of the transport header.</summary>
    private static bool IsChecksumWhereItBelongs(in Packet packet)
    {
        int offset = packet.Protocol switch
        {
            IpProtocol.Tcp => TcpChecksumOffset,
            IpProtocol.Udp => UdpChecksumOffset,
            _ => -1,
        };

        return packet.L4 != 0 && packet.Start + packet.ChecksumStart == packet.L4 && packet.ChecksumOffset == offset;
    }

    /// <summary>IP to another MAC than the gateway's: a group, or a station that would have to be bridged to.</summary>
    private void AdmitUnusual(ref Packet packet, VifState vif, MacAddress destination)
    {
        VrfState vrf = _state.Vrfs[vif.Vrf]!;

        if (!destination.IsGroup)
        {
            Drop(ref packet, vrf.Mode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute, ObjectKind.Vrf, vrf.Id.Value);
            return;
        }

        IpAddress address = DestinationOf(packet);

        // DHCP, IGMP and MLD are for whoever serves them; with nobody there they end here.
        bool isForNode = packet.Protocol is IpProtocol.Igmp or IpProtocol.Icmpv6
            || (packet is { Protocol: IpProtocol.Udp, L4: > 0 } && At<UdpHeader>(packet, packet.L4).DestinationPort == DhcpServerPort);

        if (isForNode)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (address.IsMulticast && !(address.IsIpv6 && address.High >> 48 is 0xFF01 or 0xFF02))
        {
            packet.Fate = Fate.Routed;
        }
        else
        {
            Drop(ref packet, DropReason.NoRoute, ObjectKind.Vrf, vrf.Id.Value);
        }
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

    /// <summary>Echo to a gateway's address is answered at once; anything else to it is not for us.</summary>
    private void AnswerEcho(ref Packet packet, VifState vif)
    {
        int inHead = packet.Start + packet.HeadLength - packet.L3;

        if (packet.L3Length > inHead || !IcmpEcho.TryAnswer(_region.Bytes(packet.Frame, packet.L3, packet.L3Length)))
        {
            Drop(ref packet, DropReason.NotForUs, vif);
            return;
        }

        Reply(ref packet, vif, packet.L3Length);
    }

    /// <summary>Turns the frame round: the answer lies at L3 in it.</summary>
    private void Reply(ref Packet packet, VifState vif, int length)
    {
        if (!TTrace.IsOn && !_tables.Answers.TryTake(vif.Index, _now))
        {
            Drop(ref packet, DropReason.RateLimited, vif);
            return;
        }

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
        answer.HeadLength = (ushort)(vif.EthernetLength + length);
        answer.Length = answer.HeadLength;
        new EthernetTemplate(own, vif.Vlan).Write(ref At<byte>(answer, answer.L3), asker, etherType);

        Consume(ref packet, keepsFrames: true);
        _books[vif.Index].Made++;
        Emit(ref answer);
    }
}
