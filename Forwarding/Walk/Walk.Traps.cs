using System.Runtime.CompilerServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>From a TENANT to whoever serves it: a controller, or an embedding program (semantics, section 2).</summary>
internal sealed partial class Walk<TTrace>
{
    private const ushort DnsPort = 53;

    /// <summary>Sets a packet aside for whoever serves its kind; with nobody there it ends here.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Trap(ref Packet packet, VifState vif, TrapReason reason)
    {
        if (reason == TrapReason.None || !_tables.Traps.IsOn)
        {
            Drop(ref packet, DropReason.NotForUs, vif);
        }
        else if (TTrace.IsOn)
        {
            _trace.Step("trap", $"to whoever serves it: {reason}", ObjectKey.Of(vif.Vif.Id));
            Consume(ref packet);
        }
        else if (!_tables.Traps.MayTake(vif.Index, _now))
        {
            Drop(ref packet, DropReason.RateLimited, vif);
        }
        else
        {
            SetAside(ref packet, vif, reason);
        }
    }

    private void SetAside(ref Packet packet, VifState vif, TrapReason reason)
    {
        // Nobody behind here could finish what the guest left undone.
        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0)
        {
            CompleteChecksum(ref packet);
        }

        if (_tables.Traps.TryTake(_flows.Number, _region, packet, new TrapRecord(_now, vif.Vif.Id, reason)))
        {
            Consume(ref packet);
        }
        else
        {
            Drop(ref packet, DropReason.NoBuffer, vif);
        }
    }

    /// <summary>DHCP, IGMP and MLD, to whatever address.</summary>
    private TrapReason ReasonToTrap(in Packet packet)
    {
        bool isIpv6 = (packet.Flags & PacketFlags.Ipv6) != 0;

        if (packet.L4 == 0)
        {
            return TrapReason.None;
        }

        return packet.Protocol switch
        {
            IpProtocol.Igmp when !isIpv6 => TrapReason.Igmp,
            IpProtocol.Icmpv6 when isIpv6 && Icmpv6Type.IsMulticastListener(At<Icmpv6Header>(packet, packet.L4).Type) => TrapReason.Mld,
            IpProtocol.Udp when At<UdpHeader>(packet, packet.L4).DestinationPort == (isIpv6 ? Dhcpv6ServerPort : DhcpServerPort) => TrapReason.Dhcp,
            _ => TrapReason.None,
        };
    }

    /// <summary>What a gateway's address is asked besides echo: to go on with a lease (RFC 2131 section 4.3.2), and for names.</summary>
    private TrapReason ReasonToTrapAtGateway(in Packet packet, VifState vif)
    {
        bool isDns = packet is { Protocol: IpProtocol.Udp, L4: > 0 } && At<UdpHeader>(packet, packet.L4).DestinationPort == DnsPort;
        return vif.Kind != VifKind.Tenant ? TrapReason.None : isDns ? TrapReason.Dns : ReasonToTrap(packet);
    }
}
