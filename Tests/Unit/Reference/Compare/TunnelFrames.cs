using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Frames on the underlay, less what their sender may choose: the outer identification and the entropy, which are looked at by themselves.</summary>
internal static class TunnelFrames
{
    private static readonly int[] s_ports = [4789, 6635, 51234];

    /// <summary>Puts 0 where a sender may choose.</summary>
    public static byte[] Plain(byte[] frame)
    {
        int l3 = frame[12] == 0x81 ? 18 : 14;

        if (IpPacket.TryRead(frame[l3..], frame[l3] >> 4 == 6, out IpPacket outer) != DropReason.None || !TunnelPacket.IsOne(outer, new Settings()))
        {
            return frame;
        }

        byte[] bytes = outer.IsIpv6
            ? Octets.With(outer.Bytes, 1, (byte)(outer.Bytes[1] & 0xF0), 0, 0)
            : Octets.With(Octets.With(outer.Bytes, 4, 0, 0), 10, 0, 0);
        bytes = outer.Protocol == IpProtocol.Udp ? Octets.With(bytes, outer.Upper, 0, 0) : bytes;
        return [.. frame[..l3], .. bytes];
    }

    /// <summary>The packet in a frame, out of its tunnel if it is in one, and which of the peers that leads to.</summary>
    public static (IpPacket Ip, int? Peer) Inside(byte[] frame)
    {
        int l3 = frame[12] == 0x81 ? 18 : 14;

        // The reference leaves some of it open, and so the checksum.
        IpPacket ip = IpPacket.ReadQuoted(frame[l3..]);

        if (!TunnelPacket.IsOne(ip, new Settings()) || TunnelPacket.TryRead(ip, out TunnelPacket tunnel) != DropReason.None)
        {
            _ = IpPacket.TryRead(frame[l3..], ip.IsIpv6, out ip);
            return (ip, null);
        }

        byte[] payload = tunnel.Kind == EncapsulationKind.Vxlan ? tunnel.Payload[14..] : tunnel.Payload;
        _ = IpPacket.TryRead(payload, payload[0] >> 4 == 6, out IpPacket inner);
        int peer = Array.FindIndex(Site.Peers, peer => IpAddress.Parse(peer) == ip.Destination);
        return (inner, peer < 0 ? null : peer);
    }

    /// <summary>The entropy of a tunnel packet: UDP's source port, and over IPv6 the flow label.</summary>
    public static IEnumerable<(string Field, uint Value)> Entropy(byte[] frame)
    {
        int l3 = frame[12] == 0x81 ? 18 : 14;
        _ = IpPacket.TryRead(frame[l3..], frame[l3] >> 4 == 6, out IpPacket outer);

        if (outer.Protocol == IpProtocol.Udp && s_ports.Contains(Octets.Read16(outer.Transport, 2)))
        {
            yield return ("source port", Octets.Read16(outer.Transport, 0));
        }

        if (outer.IsIpv6)
        {
            yield return ("flow label", Octets.Read32(outer.Bytes, 0) & 0xFFFFF);
        }
    }
}
