using System.Net;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What tunnel packets to an endpoint look like from outside, as <see cref="Native.XdpFilter"/> names it.</summary>
internal static class TunnelTraffic
{
    /// <summary>RFC 7510 section 7.</summary>
    internal const ushort MplsOverUdp = 6635;

    private const ushort MplsOverUdpOld = 51234;        // what vRouters used before the port was assigned
    private const ushort Vxlan = 4789;                  // RFC 7348 section 8
    private const ushort MplsPayload = 0x8847;          // RFC 4023 section 4
    private const byte Udp = 17, Gre = 47;

    internal static IEnumerable<(IPAddress Address, byte Protocol, ushort Port)> To(IpAddress endpoint, ushort mplsOverUdpPort)
    {
        IPAddress address = Convert(endpoint);
        yield return (address, Udp, Vxlan);
        yield return (address, Udp, MplsOverUdp);
        yield return (address, Udp, MplsOverUdpOld);
        yield return (address, Udp, mplsOverUdpPort);
        yield return (address, Gre, MplsPayload);
    }

    internal static IPAddress Convert(IpAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return new IPAddress(bytes[..address.CopyTo(bytes)]);
    }
}
