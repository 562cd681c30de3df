using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>ICMP errors that the vRouter makes (semantics, sections 3 and 8). What provokes one counts as dropped, whether it is sent or not.</summary>
internal sealed partial class ReferenceRouter
{
    private const int MostErrorsASecond = 100;

    private Outcome Expire(Arrival arrival, Way way, Way? answers) =>
        Tell(Outcome.Dropped(DropReason.TtlExpired), arrival, way, answers, arrival.Ip.IsIpv6 ? (byte)3 : (byte)11, 0, 0);

    private Outcome TooBig(Arrival arrival, Way way, Way? answers, int room) =>
        Tell(Outcome.Dropped(DropReason.PacketTooBig), arrival, way, answers, arrival.Ip.IsIpv6 ? (byte)2 : (byte)3, arrival.Ip.IsIpv6 ? (byte)0 : (byte)4, (uint)room);

    private Outcome Tell(Outcome outcome, Arrival about, Way way, Way? answers, byte type, byte code, uint rest)
    {
        // Who is refused is told, by whoever there is: the address that it called.
        IpAddress? caller = FindErrorSource(about, way) ?? (way.Reason == DropReason.Rejected ? about.Ip.Destination : null);

        if (!MayBeTold(about.Ip) || caller is not { } source || !TryTakeError(about.Ingress.Id))
        {
            return outcome;
        }

        return SendBack(outcome, about, answers, ErrorAbout(about.Ip, source, type, code, rest));
    }

    /// <summary>To who sent a packet; nothing is made about what was made.</summary>
    private Outcome SendBack(Outcome outcome, Arrival about, Way? answers, IpPacket error)
    {
        if (!about.IsFromFabric)
        {
            byte[] frame = Ethernet(about.SenderMac, State.Settings.VirtualMac, about.Ingress.Vlan, error.IsIpv6, error.Bytes);
            return outcome with { Sent = [new Sent(about.Ingress.Id, frame)] };
        }

        // Back as its flow's answers go, else through the VRF that its sender is routed in.
        Way back = answers is { Routes.Length: > 0 } and not { IsEnd: true, NextHop.Value: 0 } ? answers : WayOfError(about, error);
        return back.IsEnd ? outcome with { ReasonOfError = back.Reason } : outcome with { Sent = [new Sent(EgressOf(back).Id, FrameOf(error, back))] };
    }

    /// <summary>It takes the path that what it is about would take.</summary>
    private Way WayOfError(Arrival about, IpPacket error)
    {
        Way way = State.Resolve(about.Vrf, error.Destination);
        uint? hash = way.Group?.Spec.Hash == EcmpHash.SourceAddress ? ReferenceHash.OfClient(error.Source) : HashOf(about.Ip);
        return way.Group is { } group ? Through(way, group, group.Choose(hash.Value, error.Protocol, error.DestinationPort)) : way;
    }

    /// <summary>Never about an error, a group, a later fragment, or who is no single host (RFC 1812 section 4.3.2.7, RFC 4443 section 2.4).</summary>
    private static bool MayBeTold(IpPacket ip) =>
        !ip.IsLaterFragment && !ip.IsIcmpError && IsOneHost(ip.Source, isSource: true) && IsOneHost(ip.Destination, isSource: false);

    private static bool IsOneHost(IpAddress address, bool isSource) => address.IsIpv6
        ? !address.IsMulticast && !(isSource && address.IsUnspecified)
        : address.Ipv4 >> 24 is not (0 or 127) && address.Ipv4 >> 29 != 7;

    private IpAddress? FindErrorSource(Arrival about, Way way)
    {
        bool isIpv6 = about.Ip.IsIpv6;

        if (about.Ingress.Kind == VifKind.Tenant)
        {
            return GatewayOf(about.Ingress);
        }

        if (about.Tunnel is null)
        {
            return State.Fabrics.Select(fabric => ReferenceState.FindEndpoint(fabric, isIpv6)).FirstOrDefault(address => address is not null);
        }

        return (way.Receiver is { Kind: VifKind.Tenant } receiver ? GatewayOf(receiver) : null)
            ?? State.Vifs.Where(vif => vif.Vrf == about.Vrf).Select(GatewayOf).FirstOrDefault(gateway => gateway is not null);

        IpAddress? GatewayOf(Vif vif) => vif.Gateways.Where(gateway => gateway.IsIpv6 == isIpv6).Select(gateway => (IpAddress?)gateway).FirstOrDefault();
    }

    private bool TryTakeError(VifId vif)
    {
        (VifId, long) second = (vif, Now.Ticks / s_aSecond.Ticks);
        _errors[second] = _errors.GetValueOrDefault(second) + 1;
        return _errors[second] <= MostErrorsASecond;
    }

    /// <summary>As much of the packet as 576 bytes of IPv4, or 1,280 of IPv6, hold with the error's own headers.</summary>
    private static IpPacket ErrorAbout(IpPacket about, IpAddress source, byte type, byte code, uint rest)
    {
        int headers = about.IsIpv6 ? 48 : 28;
        byte[] quoted = about.Bytes[..Math.Min(about.Bytes.Length, (about.IsIpv6 ? 1280 : 576) - headers)];
        byte[] message = [type, code, 0, 0, .. Octets.Of32(rest), .. quoted];
        byte[] pseudo = about.IsIpv6 ? InternetChecksum.PseudoHeader(source, about.Source, IpProtocol.Icmpv6, message.Length) : [];
        message = Octets.With(message, 2, Octets.Of16(InternetChecksum.Of(pseudo, message)));

        // Precedence "internetwork control" (RFC 1812 section 4.3.2.5).
        return MadeHere(source, about.Source, about.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, about.IsIpv6 ? (byte)0 : (byte)0xC0, message);
    }

    private static IpPacket MadeHere(IpAddress source, IpAddress destination, byte protocol, byte service, byte[] payload)
    {
        byte[] bytes = source.IsIpv6
            ? [.. Octets.Of32(6u << 28), .. Octets.Of16(payload.Length), protocol, 64, .. Octets.Of(source), .. Octets.Of(destination), .. payload]
            : Ipv4(source, destination, protocol, service, payload);

        _ = IpPacket.TryRead(bytes, source.IsIpv6, out IpPacket packet);
        return packet;
    }

    // With DF the identification need not be unique (RFC 6864 section 4.1).
    private static byte[] Ipv4(IpAddress source, IpAddress destination, byte protocol, byte service, byte[] payload)
    {
        byte[] header = [0x45, service, .. Octets.Of16(20 + payload.Length), 0, 0, 0x40, 0, 64, protocol, 0, 0, .. Octets.Of(source), .. Octets.Of(destination)];
        return [.. Octets.With(header, 10, Octets.Of16(InternetChecksum.Of(header))), .. payload];
    }
}
