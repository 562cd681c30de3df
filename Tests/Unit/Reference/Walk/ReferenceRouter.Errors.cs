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
        if (!MayBeTold(about.Ip) || FindErrorSource(about, way) is not { } source || !TryTakeError(about.Ingress.Id))
        {
            return outcome;
        }

        IpPacket error = ErrorAbout(about.Ip, source, type, code, rest);

        if (!about.IsFromFabric)
        {
            byte[] frame = Ethernet(about.SenderMac, State.Settings.VirtualMac, about.Ingress.Vlan, error.IsIpv6, error.Bytes);
            return outcome with { Sent = [new Sent(about.Ingress.Id, frame)] };
        }

        // Back as its flow's answers go, else through the VRF that its sender is routed in; nothing is made about what was made.
        Way back = answers is { Routes.Length: > 0 } and not { IsEnd: true, NextHop.Value: 0 } ? answers : State.Resolve(about.Vrf, error.Destination);
        return back.IsEnd ? outcome with { ReasonOfError = back.Reason } : outcome with { Sent = [new Sent(EgressOf(back).Id, FrameOf(error, back))] };
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

        byte[] bytes = about.IsIpv6
            ? [.. Octets.Of32(6u << 28), .. Octets.Of16(message.Length), IpProtocol.Icmpv6, 64, .. Octets.Of(source), .. Octets.Of(about.Source), .. message]
            : Ipv4Error(source, about.Source, message);

        _ = IpPacket.TryRead(bytes, about.IsIpv6, out IpPacket error);
        return error;
    }

    // Precedence "internetwork control" (RFC 1812 section 4.3.2.5), DF.
    private static byte[] Ipv4Error(IpAddress source, IpAddress destination, byte[] message)
    {
        byte[] header = [0x45, 0xC0, .. Octets.Of16(20 + message.Length), 0, 0, 0x40, 0, 64, IpProtocol.Icmp, 0, 0, .. Octets.Of(source), .. Octets.Of(destination)];
        return [.. Octets.With(header, 10, Octets.Of16(InternetChecksum.Of(header))), .. message];
    }
}
