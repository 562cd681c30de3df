using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>Puts headers into an image from its end forward, each one in front of the last.</summary>
internal ref struct TunnelImageWriter
{
    public TunnelImage Image;

    private int _length;

    /// <summary>Puts a header in front and returns its offset from the image's end, which is negative.</summary>
    public int Put<THeader>(THeader header) where THeader : unmanaged
    {
        _length += Unsafe.SizeOf<THeader>();
        Span<byte> bytes = Image;
        MemoryMarshal.Write(bytes[^_length..], in header);
        return -_length;
    }

    /// <summary>UDP with no checksum (RFC 6935 for IPv6), or GRE with no options.</summary>
    public int PutTransport(in TunnelSpec spec) => spec.Kind switch
    {
        EncapsulationKind.MplsOverGre => Put(new GreHeader(EtherType.Mpls)),
        EncapsulationKind.MplsOverUdp or EncapsulationKind.Vxlan => Put(new UdpHeader(0, spec.UdpPort, 0)),
        _ => throw new ArgumentException($"no tunnel of kind {spec.Kind}", nameof(spec)),
    };

    /// <summary>The IP header, and the sum of an IPv4 one with length, id, ECN and checksum 0.</summary>
    public int PutIp(in TunnelSpec spec, out ushort ipv4Sum)
    {
        byte protocol = spec.Kind == EncapsulationKind.MplsOverGre ? IpProtocol.Gre : IpProtocol.Udp;
        ipv4Sum = 0;

        if (spec.Source.IsIpv6 != spec.Destination.IsIpv6)
        {
            throw new ArgumentException($"tunnel from {spec.Source} to {spec.Destination}: two families", nameof(spec));
        }

        if (spec.Source.IsIpv6)
        {
            return Put(new Ipv6Header(protocol, spec.Source, spec.Destination, 0));
        }

        Ipv4Header ip = new(protocol, spec.Source.Ipv4, spec.Destination.Ipv4, 0);
        ipv4Sum = Checksum.Fold(Checksum.SumIpv4(in ip));
        return Put(ip);
    }

    /// <summary>The Ethernet header with no destination yet, and the tag if there is one.</summary>
    public int PutEthernet(in TunnelSpec spec)
    {
        ushort etherType = spec.Source.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4;

        if (spec.VlanId != 0)
        {
            Put(new VlanHeader(spec.VlanId, etherType));
            etherType = EtherType.Vlan;
        }

        return Put(new EthernetHeader(default, spec.SourceMac, etherType));
    }
}
