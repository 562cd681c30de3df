using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>By which key a packet is found that came the long way: only what is known without a lookup is in it.</summary>
internal sealed partial class Walk<TTrace>
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void KeyOthers(Span<Packet> batch)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            ref Packet packet = ref batch[i];

            if (packet.Fate == Fate.Routed && _slots[i].Stage == FlowStage.None && (packet.Flags & PacketFlags.Made) == 0)
            {
                KeyOther(ref packet, ref _slots[i]);
            }
        }
    }

    private void KeyOther(ref Packet packet, ref FlowSlot slot)
    {
        // What it may have brought is its datagram's transport; its flow is yet to be found.
        slot.Key = FlowKey.OfIpv4(0, 0, 0, 0, (byte)packet.Label, packet.Flow);
        packet.Flow = 0;
        packet.Label = _nextHops[packet.NextHop].Label;

        if (!IsGroup(DestinationOf(packet)) && TryFindKeyVif(packet, out ushort vif))
        {
            Key(ref packet, ref slot, vif);
        }
    }

    private void Key(ref Packet packet, ref FlowSlot slot, ushort vif)
    {
        IpAddress source = SourceOf(packet), destination = DestinationOf(packet);
        uint ports = PortsOf(packet);

        slot.HasKey = false;

        if ((packet.Flags & PacketFlags.Fragment) != 0)
        {
            if (!TryFindTransport(ref packet, ref slot, vif, ports, out Transport transport))
            {
                return;
            }

            (packet.Protocol, ports) = transport;

            if (IsIcmp(packet) && ports == OfAnError)
            {
                Drop(ref packet, DropReason.UnrelatedError, ObjectKind.None, 0);
                return;
            }

            // Every fragment carries the entropy of its flow.
            packet.Hash = FlowHash.Compute(AddressesOf(source, destination), packet.Protocol, HasPorts(packet.Protocol) ? ports : 0);
        }

        if (IsIcmpError(packet))
        {
            Relate(ref packet, ref slot, vif);
            return;
        }

        KeyAs(FlowStage.Keyed, packet, ref slot, FlowKey.Of(vif, packet.Vrf, source, destination, packet.Protocol, ports));
    }

    private void KeyAs(FlowStage stage, in Packet packet, ref FlowSlot slot, in FlowKey key)
    {
        slot.Stage = stage;
        slot.HasKey = true;
        slot.Key = key;
        slot.Hash = _table.Hash(in slot.Key);
        slot.OuterSource = (packet.Flags & PacketFlags.Decapsulated) != 0 ? OuterMark.Of(OuterSource(packet)) : 0;
        _table.Ask(slot.Hash);
    }

    /// <summary>The vif of the key: where it came in, else where its label leads. False: no flow is asked for, as policy is disabled there.</summary>
    private bool TryFindKeyVif(in Packet packet, out ushort vif)
    {
        vif = _state.Vifs[packet.Ingress]!.Kind != VifKind.Fabric ? packet.Ingress
            : packet.NextHop != 0 ? ReceiverOf(_nextHops[packet.NextHop])
            : (ushort)0;

        return vif == 0 || HasPolicy(vif);
    }

    /// <summary>The ports as a transport header begins with them, or what stands in for them; 0 where there are none.</summary>
    private uint PortsOf(in Packet packet)
    {
        if (packet.L4 == 0)
        {
            return 0;
        }

        return HasPorts(packet.Protocol) ? At<UInt32BE>(packet, packet.L4)
            : IsAnyEcho(packet) ? FlowKey.EchoPorts(At<IcmpHeader>(packet, packet.L4).Identifier)
            : 0;
    }

    private static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Sctp;

    private bool IsAnyEcho(in Packet packet) => IsIcmp(packet) && IcmpEcho.IsEcho(At<IcmpHeader>(packet, packet.L4).Type, (packet.Flags & PacketFlags.Ipv6) != 0);

    private bool IsIcmpError(in Packet packet) =>
        packet.L4 != 0 && IsIcmp(packet) && IcmpError.IsError(At<IcmpHeader>(packet, packet.L4).Type, (packet.Flags & PacketFlags.Ipv6) != 0);

    private static bool IsIcmp(in Packet packet) => packet.Protocol == ((packet.Flags & PacketFlags.Ipv6) != 0 ? IpProtocol.Icmpv6 : IpProtocol.Icmp);

    private static ulong AddressesOf(IpAddress source, IpAddress destination) =>
        source.IsIpv6 ? FlowHash.Combine(source, destination) : (ulong)source.Ipv4 << 32 | destination.Ipv4;

    /// <summary>
    /// A packet from a sender whose packets are not tracked, to a vif whose packets are: it is looked up after all. False: it has ended here.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFollowLate(ref Packet packet, ref FlowSlot slot)
    {
        packet.NextHop = 0;
        Key(ref packet, ref slot, packet.Ingress);

        if (packet.Fate != Fate.Routed || slot.Stage == FlowStage.None)
        {
            return false;
        }

        slot.Match = 0;
        return TryFollowFlow(ref packet, ref slot);
    }
}
