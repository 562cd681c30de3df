using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>
/// The outer headers of one tunnel next hop, ready to be copied in front of a packet: all that its packets have in common is written
/// once, ahead of time. Two cache lines without references, so that it may live in native memory.
/// </summary>
/// <remarks>Headers end where the image ends, and fields are found by their distance from there, so that writing needs no arithmetic on lengths.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeInBytes)]
public struct TunnelTemplate
{
    /// <summary>Bytes of a template.</summary>
    public const int SizeInBytes = 128;

    /// <summary>Bytes in front of a payload that <see cref="Write"/> may overwrite, longer than any headers.</summary>
    public const int Room = TunnelImage.Size;

    private const int MostHeaders = 64;

    private TunnelShape _shape;
    private TunnelImage _image;

    /// <summary>Bytes put in front of a payload, from the Ethernet header on.</summary>
    public readonly int Length => _shape.Length;

    /// <summary>Bytes put in front of a payload that count against the MTU: all but the outer Ethernet header and tag.</summary>
    public readonly int L3Overhead => _shape.Ip;

    /// <summary>How packets travel.</summary>
    public readonly EncapsulationKind Kind => _shape.Kind;

    /// <summary>Whether the underlay is IPv6.</summary>
    public readonly bool IsIpv6 => _shape.IsIpv6;

    /// <summary>Builds the headers of a tunnel.</summary>
    public static TunnelTemplate Create(in TunnelSpec spec)
    {
        TunnelImageWriter writer = default;
        TunnelShape shape = new()
        {
            Kind = spec.Kind,
            IsIpv6 = spec.Source.IsIpv6,
            IsUdp = spec.Kind != EncapsulationKind.MplsOverGre,
            HasInnerEthernet = spec.HasInnerEthernet,
            SourceMacHigh = (ushort)(spec.SourceMac.Value >> 32),
        };

        // From the payload outwards.
        if (spec.HasInnerEthernet)
        {
            writer.Put(new EthernetHeader(spec.InnerDestination, spec.InnerSource, EtherType.Ipv4));
        }

        shape.Tunnel = spec.Kind == EncapsulationKind.Vxlan
            ? writer.Put(new VxlanHeader(default))
            : writer.Put(new MplsHeader(default, 0));

        shape.Udp = writer.PutTransport(in spec);
        shape.Ip = writer.PutIp(in spec, out shape.Ipv4Sum);
        shape.Length = writer.PutEthernet(in spec);
        return new TunnelTemplate { _shape = shape, _image = writer.Image };
    }

    /// <summary>
    /// Writes the headers in front of a payload: they end where it starts. <see cref="Room"/> bytes before it must be there,
    /// and may be overwritten further forward than <see cref="Length"/>.
    /// </summary>
    /// <param name="payload">The payload's first byte: of an IP packet, or of an Ethernet frame when bridged.</param>
    /// <param name="payloadLength">Bytes of the payload, in all its frames; with <see cref="L3Overhead"/> at most 65535.</param>
    /// <param name="label">The MPLS label or the VNI.</param>
    /// <param name="id">The outer IPv4 header's identification, counted up by the caller and never 0.</param>
    /// <param name="hash">The inner flow's hash: source port or flow label.</param>
    /// <param name="ttl">The label's time to live: the inner one after decrement, 64 when bridged.</param>
    /// <param name="ecn">The inner packet's ECN codepoint, which the outer header copies (RFC 6040 section 4.1, normal mode); 0 for what is not IP.</param>
    /// <param name="destination">The MAC address of the underlay's next hop.</param>
    public readonly void Write(
        ref byte payload, int payloadLength, uint label, ushort id, uint hash, byte ttl, byte ecn, MacAddress destination)
    {
        CopyImage(ref payload);

        Headers.At<UInt64BE>(ref payload, -_shape.Length) = destination.Value << 16 | _shape.SourceMacHigh;

        if (_shape.IsIpv6)
        {
            ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref payload, -_shape.Ip);
            ip.VersionClassFlow = 0x6000_0000 | (uint)ecn << 20 | hash >> 12;
            ip.PayloadLength = (ushort)(payloadLength + _shape.Ip - Ipv6Header.Size);
        }
        else
        {
            WriteIpv4(ref Headers.At<Ipv4Header>(ref payload, -_shape.Ip), payloadLength + _shape.Ip, id, ecn);
        }

        if (_shape.IsUdp)
        {
            ref UdpHeader udp = ref Headers.At<UdpHeader>(ref payload, -_shape.Udp);
            udp.SourcePort = TunnelPort.Entropy(hash);
            udp.Length = (ushort)(payloadLength + _shape.Udp);
        }

        if (_shape.Kind == EncapsulationKind.Vxlan)
        {
            WriteVxlan(ref payload, label);
        }
        else
        {
            Headers.At<MplsHeader>(ref payload, -_shape.Tunnel) = new MplsHeader(new MplsLabel(label), ttl);
        }
    }

    // One vector of 64 bytes holds the headers over IPv4 without a tag; longer ones need half a vector more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void CopyImage(ref byte payload)
    {
        ref byte image = ref Unsafe.As<TunnelImage, byte>(ref Unsafe.AsRef(in _image));

        Unsafe.CopyBlockUnaligned(
            ref Unsafe.Subtract(ref payload, MostHeaders), ref Unsafe.Add(ref image, TunnelImage.Size - MostHeaders), MostHeaders);

        if (_shape.Length > MostHeaders)
        {
            Unsafe.CopyBlockUnaligned(ref Unsafe.Subtract(ref payload, TunnelImage.Size), ref image, TunnelImage.Size - MostHeaders);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteIpv4(ref Ipv4Header ip, int totalLength, ushort id, byte ecn)
    {
        ip.TrafficClass = ecn;
        ip.TotalLength = (ushort)totalLength;
        ip.Id = id;
        ip.Checksum = (ushort)~Checksum.Fold((uint)_shape.Ipv4Sum + (uint)totalLength + id + ecn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteVxlan(ref byte payload, uint vni)
    {
        Headers.At<VxlanHeader>(ref payload, -_shape.Tunnel) = new VxlanHeader(new Vni(vni));

        if (_shape.HasInnerEthernet)
        {
            ushort etherType = payload >> 4 == 6 ? EtherType.Ipv6 : EtherType.Ipv4;
            Headers.At<UInt16BE>(ref payload, -sizeof(ushort)) = etherType;
        }
    }
}
