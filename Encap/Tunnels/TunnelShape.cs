using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>What a template knows of its headers. Offsets count from the payload's first byte, so they are negative.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeInBytes)]
internal record struct TunnelShape
{
    public const int SizeInBytes = 32;

    public EncapsulationKind Kind;

    public bool IsIpv6;

    public bool HasInnerEthernet;

    private readonly byte _reserved;

    /// <summary>The destination port; 0 = not over UDP.</summary>
    public ushort UdpPort;

    /// <summary>The sum of the IPv4 header with length, id, ECN and checksum 0.</summary>
    public ushort Ipv4Sum;

    public int Ethernet;

    public int Ip;

    /// <summary>The UDP or GRE header.</summary>
    public int Transport;

    /// <summary>The VXLAN header or the label.</summary>
    public int Tunnel;

    /// <summary>The source MAC's first two octets: the destination is written as eight bytes.</summary>
    public ushort SourceMacHigh;
}
