using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>From a TENANT: who may send what (semantics, section 2).</summary>
internal sealed partial class ReferenceRouter
{
    private Outcome FromTenant(Vif vif, byte[] frame, int etherType)
    {
        MacAddress mac = Octets.ReadMac(frame, 6);

        if (etherType is not (EtherType.Ipv4 or EtherType.Ipv6))
        {
            return etherType == EtherType.Arp
                ? throw new NotSupportedException("ARP")
                : Outcome.Dropped(IsOwnMac(vif, mac) ? DropReason.UnsupportedProtocol : DropReason.SpoofedSource);
        }

        DropReason reason = IpPacket.TryRead(PayloadOf(vif, frame), etherType == EtherType.Ipv6, out IpPacket ip);

        if (reason != DropReason.None)
        {
            return Outcome.Dropped(reason);
        }

        if (!IsOwnSource(vif, ip, mac))
        {
            return Outcome.Dropped(DropReason.SpoofedSource);
        }

        return FromTenant(new Arrival(vif, frame) { Ip = ip, Tuple = FiveTuple.Of(ip), Vrf = vif.Vrf });
    }

    private Outcome FromTenant(Arrival arrival)
    {
        Vif vif = arrival.Ingress;
        IpPacket ip = arrival.Ip;
        MacAddress destination = Octets.ReadMac(arrival.Frame, 0);

        if (ip is { IsIpv6: true, IsIcmp: true, IcmpType: >= 133 and <= 137 })
        {
            throw new NotSupportedException("ND");
        }

        if (destination != State.Settings.VirtualMac)
        {
            return Outcome.Dropped(ReasonOfOtherMac(vif.Vrf, destination, ip));
        }

        if (vif.Gateways.Contains(ip.Destination))
        {
            return Answer(arrival);
        }

        // A link-local source means nothing beyond its link (RFC 4291 section 2.5.6).
        return ip.IsIpv6 && ip.Source.IsLinkLocal && !ip.Destination.IsLinkLocal ? Outcome.Dropped(DropReason.NoRoute) : Forward(arrival);
    }

    /// <summary>Groups would be flooded and stations bridged to: there is neither yet, and nobody who serves DHCP, IGMP and MLD.</summary>
    private DropReason ReasonOfOtherMac(VrfId vrf, MacAddress destination, IpPacket ip)
    {
        if (!destination.IsGroup)
        {
            return State.Vrf(vrf).ForwardingMode == ForwardingMode.L3 ? DropReason.NotRouted : DropReason.NoRoute;
        }

        bool isDhcp = ip is { Protocol: IpProtocol.Udp, HasPorts: true } && ip.DestinationPort == (ip.IsIpv6 ? 547 : 67);
        bool isMembership = ip.IsIpv6
            ? ip is { IsIcmp: true, IcmpType: (>= 130 and <= 132) or 143 }
            : ip is { Protocol: IpProtocol.Igmp, IsLaterFragment: false };

        return isDhcp || isMembership ? DropReason.NotForUs : DropReason.NoRoute;
    }

    private static bool IsOwnMac(Vif vif, MacAddress mac) => mac == vif.Mac || vif.AllowedAddressPairs.Any(pair => pair.Mac == mac);

    /// <summary>Its own address and MAC, or an allowed pair; link-local IPv6, DHCP and DAD from its own MAC pass.</summary>
    private static bool IsOwnSource(Vif vif, IpPacket ip, MacAddress mac)
    {
        IpAddress source = ip.Source;

        if (vif.SourceCheckDisabled || (mac == vif.Mac && vif.Addresses.Any(address => address.Address == source)))
        {
            return true;
        }

        if (vif.AllowedAddressPairs.Any(pair => (pair.Mac.IsZero ? vif.Mac : pair.Mac) == mac && pair.Prefix.Contains(source)))
        {
            return true;
        }

        bool isUnnumbered = ip.IsIpv6
            ? source.IsLinkLocal || (source.IsUnspecified && ip.IsIcmp && ip.Destination.IsMulticast)
            : source.IsUnspecified && ip is { Protocol: IpProtocol.Udp, HasPorts: true, DestinationPort: 67 };

        return isUnnumbered && IsOwnMac(vif, mac);
    }

    /// <summary>An echo to a gateway is answered; anything else to it is not for us. Neither is a flow.</summary>
    private Outcome Answer(Arrival arrival)
    {
        IpPacket ip = arrival.Ip;
        Vif vif = arrival.Ingress;

        if (ip is not { Fragment: null, IsIcmp: true, IcmpCode: 0 } || ip.IcmpType != (ip.IsIpv6 ? 128 : 8))
        {
            return Outcome.Dropped(DropReason.NotForUs);
        }

        byte[] pseudo = ip.IsIpv6 ? InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Icmpv6, ip.Transport.Length) : [];

        if (InternetChecksum.Of(pseudo, ip.Transport) != 0)
        {
            return Outcome.Dropped(DropReason.Malformed);
        }

        byte[] reply = Octets.With(Octets.With(ip.Transport, 0, (byte)(ip.IsIpv6 ? 129 : 0)), 2, 0, 0);
        reply = Octets.With(reply, 2, Octets.Of16(InternetChecksum.Of(pseudo, reply)));
        IpPacket answer = ip.WithTransport(reply).WithAddresses(ip.Destination, ip.Source).WithTtl(64);

        return Outcome.SentOut(new Sent(vif.Id, [.. Octets.Of(arrival.SenderMac), .. Octets.Of(State.Settings.VirtualMac), .. arrival.Frame[12..arrival.EthernetLength], .. answer.Bytes]));
    }
}
