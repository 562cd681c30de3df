using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>What a template knows of its headers: distances count from the payload's first byte back to a header.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeInBytes)]
internal struct TunnelShape
{
    public const int SizeInBytes = 32;

    public EncapsulationKind Kind;

    public bool IsIpv6;

    public bool IsUdp;

    public bool HasInnerEthernet;

    /// <summary>Distance of the Ethernet header: all bytes put in front.</summary>
    public byte Length;

    /// <summary>Distance of the IP header: the bytes that count against the MTU.</summary>
    public byte Ip;

    public byte Udp;

    /// <summary>Distance of the VXLAN header or the label.</summary>
    public byte Tunnel;

    /// <summary>The sum of the IPv4 header with length, id, ECN and checksum 0.</summary>
    public ushort Ipv4Sum;

    /// <summary>The source MAC's first two octets: the destination is written as eight bytes.</summary>
    public ushort SourceMacHigh;
}
