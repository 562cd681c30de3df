using System.Net;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What tunnel packets to an endpoint look like from outside, as <see cref="Native.XdpFilter"/> names it.</summary>
internal static class TunnelTraffic
{
    internal static IEnumerable<(IPAddress Address, byte Protocol, ushort Port)> To(IpAddress endpoint, ushort mplsOverUdpPort)
    {
        IPAddress address = Convert(endpoint);
        yield return (address, IpProtocol.Udp, VxlanHeader.UdpPort);
        yield return (address, IpProtocol.Udp, TunnelPort.Mpls);
        yield return (address, IpProtocol.Udp, TunnelPort.MplsBeforeAssignment);
        yield return (address, IpProtocol.Udp, mplsOverUdpPort);
        yield return (address, IpProtocol.Gre, EtherType.Mpls);
    }

    internal static IPAddress Convert(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..address.CopyTo(bytes)]);
    }
}
