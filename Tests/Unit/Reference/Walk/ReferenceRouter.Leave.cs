using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The way out: TTL, loops, size, and the headers that go in front (semantics, sections 1 to 3).</summary>
internal sealed partial class ReferenceRouter
{
    /// <summary>The way out of a flow's packet.</summary>
    private Outcome Leave(Arrival arrival, ReferenceFlow flow, int direction) => Leave(arrival, flow[direction].Way, (flow, direction));

    /// <param name="arrival">What leaves.</param>
    /// <param name="way">Where it goes.</param>
    /// <param name="carrier">The flow that it is of, and the direction; null = of none.</param>
    private Outcome Leave(Arrival arrival, Way way, (ReferenceFlow Flow, int Direction)? carrier = null)
    {
        Way? answers = carrier is { } flow ? flow.Flow[1 - flow.Direction].Way : null;

        if (way.IsEnd)
        {
            return Refuse(arrival, way);
        }

        IpPacket ip = arrival.Ip;

        if (arrival.Direct is null && ip.Ttl <= 1)
        {
            return Expire(arrival, way, answers);
        }

        if (arrival.Tunnel is { } tunnel && way.Tunnel?.Destination == tunnel.Source)
        {
            return Outcome.Dropped(DropReason.TunnelLoop);
        }

        int room = RoomOf(way);

        if (ip.Bytes.Length > room)
        {
            return ip.IsDontFragment ? TooBig(arrival, way, answers, room) : throw new NotSupportedException("a packet to be cut");
        }

        if (carrier is { } translator)
        {
            FiveTuple comes = translator.Flow[translator.Direction].Key.Tuple;

            if (Translation.TryApply(ip, comes, translator.Flow.Leaves(translator.Direction)) is not { } translated)
            {
                return Outcome.Dropped(DropReason.UnsupportedProtocol);
            }

            ip = translated;
        }

        return Outcome.SentOut(new Sent(EgressOf(way).Id, FrameOf(Rewrite(arrival with { Ip = ip }, room), way))
        {
            Vrf = way.Vrf,
            Tuple = carrier is null || ip.IsIcmpError ? null : arrival.Tuple,
        });
    }

    private Vif EgressOf(Way way) => way.Receiver ?? State.FindVif(way.Underlay!.Vif)!;

    /// <summary>The largest packet that fits.</summary>
    private int RoomOf(Way way) => EgressOf(way).Mtu - (way.Tunnel is null ? 0 : Tunnelled([], false, 0, 0, way).Length - EthernetLengthOf(EgressOf(way)));

    private static int EthernetLengthOf(Vif vif) => vif.Vlan == 0 ? 14 : 18;

    private static IpPacket Rewrite(Arrival arrival, int room)
    {
        IpPacket ip = arrival.Ip;

        if (arrival.Tunnel is { } tunnel)
        {
            ip = ip.WithEcn((byte)s_ecn[ip.Ecn, tunnel.Ecn]);
        }

        if (arrival.Direct is null)
        {
            ip = ip.WithTtl((byte)(ip.Ttl - 1));
        }

        return ip is { Protocol: IpProtocol.Tcp, IsLaterFragment: false } ? ip.WithTransport(WithLowerMss(ip, room)) : ip;
    }

    /// <summary>The MSS of a SYN is lowered, never raised, to what fits the way out.</summary>
    private static byte[] WithLowerMss(IpPacket ip, int room)
    {
        const byte mssOption = 2;
        byte[] tcp = ip.Transport;
        int most = room - (ip.IsIpv6 ? 60 : 40);

        if (!Segment.Read(tcp).Syn)
        {
            return tcp;
        }

        foreach ((byte kind, int offset, int length) in Segment.Options(tcp).ToArray())
        {
            if (kind == mssOption && length == 2 && Octets.Read16(tcp, offset) > most)
            {
                tcp = Octets.With(Octets.With(tcp, offset, Octets.Of16(most)), 16, 0, 0);
                tcp = Octets.With(tcp, 16, Octets.Of16(InternetChecksum.Of(InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Tcp, tcp.Length), tcp)));
            }
        }

        return tcp;
    }

    private byte[] FrameOf(IpPacket ip, Way way) => way.Tunnel is null ? Untunnelled(ip, way) : Tunnelled(ip.Bytes, ip.IsIpv6, ip.Ttl, ip.Ecn, way);

    private byte[] Untunnelled(IpPacket ip, Way way)
    {
        Vif egress = EgressOf(way);
        MacAddress given = way.Last is VifNextHop next ? next.Mac : default;

        if (egress.Kind == VifKind.Fabric)
        {
            return given.IsZero ? throw new NotSupportedException("a neighbour to be resolved") : Ethernet(given, egress.Mac, egress.Vlan, ip.IsIpv6, ip.Bytes);
        }

        MacAddress destination = given.IsZero || egress.Kind == VifKind.Host ? egress.Mac : given;
        return Ethernet(destination, State.Settings.VirtualMac, egress.Vlan, ip.IsIpv6, ip.Bytes);
    }

    private byte[] Tunnelled(byte[] packet, bool isIpv6, byte ttl, byte ecn, Way way)
    {
        TunnelNextHop tunnel = way.Tunnel!;
        Vif fabric = EgressOf(way);
        MacAddress neighbour = way.Underlay!.Mac;

        if (neighbour.IsZero)
        {
            throw new NotSupportedException("a neighbour to be resolved");
        }

        IpAddress source = tunnel.Source ?? ReferenceState.FindEndpoint(fabric, tunnel.Destination.IsIpv6)!.Value;
        byte[] payload = TunnelPayload(packet, isIpv6, ttl, way);
        byte[] outer = tunnel.Encapsulation == EncapsulationKind.MplsOverGre
            ? [.. Octets.Of16(0), .. Octets.Of16(EtherType.Mpls), .. payload]
            : [.. Octets.Of16(0), .. Octets.Of16(PortOf(tunnel)), .. Octets.Of16(8 + payload.Length), .. Octets.Of16(0), .. payload];
        byte protocol = tunnel.Encapsulation == EncapsulationKind.MplsOverGre ? IpProtocol.Gre : IpProtocol.Udp;

        return Ethernet(neighbour, fabric.Mac, fabric.Vlan, source.IsIpv6, OuterIp(source, tunnel.Destination, protocol, ecn, outer));
    }

    private int PortOf(TunnelNextHop tunnel) => tunnel.Encapsulation == EncapsulationKind.Vxlan ? 4789 : State.Settings.MplsOverUdpPort;

    /// <summary>VXLAN carries a frame; MPLS the packet, under a label whose TTL is the packet's.</summary>
    private byte[] TunnelPayload(byte[] packet, bool isIpv6, byte ttl, Way way)
    {
        if (way.Tunnel!.Encapsulation != EncapsulationKind.Vxlan)
        {
            return [.. Octets.Of32(way.Label << 12 | 0x100 | ttl), .. packet];
        }

        MacAddress destination = way.Tunnel.Mac.IsZero ? State.Settings.VirtualMac : way.Tunnel.Mac;
        return [8, 0, 0, 0, .. Octets.Of32(way.Label << 8), .. Ethernet(destination, State.Settings.VirtualMac, 0, isIpv6, packet)];
    }

    /// <summary>No options, TTL 64, DF 0, DSCP 0, the ECN of what is inside (RFC 6040); identification and entropy are left open here.</summary>
    private static byte[] OuterIp(IpAddress source, IpAddress destination, byte protocol, byte ecn, byte[] payload)
    {
        const byte ttl = 64;

        if (source.IsIpv6)
        {
            return [.. Octets.Of32(6u << 28 | (uint)ecn << 20), .. Octets.Of16(payload.Length), protocol, ttl, .. Octets.Of(source), .. Octets.Of(destination), .. payload];
        }

        return [0x45, ecn, .. Octets.Of16(20 + payload.Length), 0, 0, 0, 0, ttl, protocol, 0, 0, .. Octets.Of(source), .. Octets.Of(destination), .. payload];
    }
}
