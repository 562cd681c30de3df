using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>
/// The outer headers of one tunnel next hop, ready to be copied in front of a packet: all that its packets have in common is written
/// once, ahead of time. Two cache lines without references, so that it may live in native memory.
/// </summary>
/// <remarks>Headers end where the image ends, and are found by their distance from there.</remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeInBytes)]
public struct TunnelTemplate : IEquatable<TunnelTemplate>
{
    /// <summary>Bytes of a template.</summary>
    public const int SizeInBytes = 128;

    /// <summary>Bytes in front of a payload that <see cref="Write"/> may overwrite, longer than any headers.</summary>
    public const int Room = TunnelImage.Size;

    private const int MostHeaders = 64;

    private TunnelShape _shape;
    private TunnelImage _image;

    /// <summary>Bytes put in front of a payload, from the Ethernet header on.</summary>
    public readonly int Length => -_shape.Ethernet;

    /// <summary>Bytes put in front of a payload that count against the MTU: all but the outer Ethernet header and tag.</summary>
    public readonly int L3Overhead => -_shape.Ip;

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
            UdpPort = spec.UdpPort,
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

        shape.Transport = writer.PutTransport(in spec);
        shape.Ip = writer.PutIp(in spec, out shape.Ipv4Sum);
        shape.Ethernet = writer.PutEthernet(in spec);
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

        Headers.At<UInt64BE>(ref payload, _shape.Ethernet) = destination.Value << 16 | _shape.SourceMacHigh;

        if (_shape.IsIpv6)
        {
            WriteIpv6(ref payload, payloadLength, hash, ecn);
        }
        else
        {
            WriteIpv4(ref payload, payloadLength, id, ecn);
        }

        if (_shape.UdpPort != 0)
        {
            WriteUdp(ref payload, payloadLength, hash);
        }

        if (_shape.Kind == EncapsulationKind.Vxlan)
        {
            WriteVxlan(ref payload, label);
        }
        else
        {
            Headers.At<MplsHeader>(ref payload, _shape.Tunnel) = new MplsHeader(new MplsLabel(label), ttl);
        }
    }

    /// <summary>Whether two templates write the same headers.</summary>
    public readonly bool Equals(TunnelTemplate other) => _shape == other._shape && ((ReadOnlySpan<byte>)_image).SequenceEqual(other._image);

    /// <inheritdoc/>
    public readonly override bool Equals(object? obj) => obj is TunnelTemplate other && Equals(other);

    /// <inheritdoc/>
    public readonly override int GetHashCode() => _shape.GetHashCode();

    /// <summary>Whether two templates write the same headers.</summary>
    public static bool operator ==(TunnelTemplate left, TunnelTemplate right) => left.Equals(right);

    /// <summary>Whether two templates write different headers.</summary>
    public static bool operator !=(TunnelTemplate left, TunnelTemplate right) => !left.Equals(right);

    // One vector of 64 bytes holds the headers over IPv4 without a tag; longer ones need half a vector more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void CopyImage(ref byte payload)
    {
        ref byte image = ref Unsafe.As<TunnelImage, byte>(ref Unsafe.AsRef(in _image));

        Unsafe.CopyBlockUnaligned(
            ref Unsafe.Subtract(ref payload, MostHeaders), ref Unsafe.Add(ref image, TunnelImage.Size - MostHeaders), MostHeaders);

        if (_shape.Ethernet < -MostHeaders)
        {
            Unsafe.CopyBlockUnaligned(ref Unsafe.Subtract(ref payload, TunnelImage.Size), ref image, TunnelImage.Size - MostHeaders);
        }
    }

    // Neighbouring fields are written together, as one number.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteIpv4(ref byte payload, int payloadLength, ushort id, byte ecn)
    {
        const ulong version4AndFiveWords = 0x45UL << 56;

        uint totalLength = (uint)(payloadLength - _shape.Ip);
        uint sum = _shape.Ipv4Sum + totalLength + id + ecn;

        Headers.At<UInt64BE>(ref payload, _shape.Ip) = version4AndFiveWords | (ulong)ecn << 48 | (ulong)totalLength << 32 | (uint)id << 16;
        Headers.At<Ipv4Header>(ref payload, _shape.Ip).Checksum = (ushort)~Checksum.Fold(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteIpv6(ref byte payload, int payloadLength, uint hash, byte ecn)
    {
        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref payload, _shape.Ip);
        ip.VersionClassFlow = 6u << 28 | (uint)ecn << 20 | hash >> 12;
        ip.PayloadLength = (ushort)(payloadLength - _shape.Ip - Ipv6Header.Size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteUdp(ref byte payload, int payloadLength, uint hash) =>
        Headers.At<UInt64BE>(ref payload, _shape.Transport) =
            (ulong)TunnelPort.Entropy(hash) << 48 | (ulong)_shape.UdpPort << 32 | (uint)(payloadLength - _shape.Transport) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void WriteVxlan(ref byte payload, uint vni)
    {
        // The flags are in the image.
        Headers.At<UInt32BE>(ref payload, _shape.Tunnel + sizeof(uint)) = vni << 8;

        if (_shape.HasInnerEthernet)
        {
            ushort etherType = payload >> 4 == 6 ? EtherType.Ipv6 : EtherType.Ipv4;
            Headers.At<UInt16BE>(ref payload, -sizeof(ushort)) = etherType;
        }
    }
}
