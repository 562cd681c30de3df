using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>
/// Gives a packet's transport header other ports, and its checksum what they and the addresses of its pseudo-header change
/// (<see cref="Checksum.Change(uint, uint)"/>). The IP header is as it came.
/// </summary>
internal static class TransportTranslation
{
    private const int TcpChecksumOffset = 16;
    private const int UdpChecksumOffset = 6;

    /// <summary>False, and nothing changed, when the checksum cannot be carried on: see <see cref="AddressTranslation.Apply"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryApply(Span<byte> packet, int offset, byte protocol, uint ports, ulong addresses, bool isPartial)
    {
        return protocol switch
        {
            IpProtocol.Tcp => TryApplyTcp(packet, offset, ports, addresses, isPartial),
            IpProtocol.Udp => TryApplyUdp(packet, offset, ports, addresses, isPartial),
            _ => TryApplyOther(packet, offset, protocol, ports, addresses, isPartial),
        };
    }

    /// <summary>The same for a TCP header that is all there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ApplyTcp(ref byte header, uint ports, ulong addresses, bool isPartial = false)
    {
        ref UInt16BE checksum = ref Headers.At<UInt16BE>(ref header, TcpChecksumOffset);
        checksum = Updated(checksum, addresses, Replace(ref Headers.At<UInt32BE>(ref header, 0), ports), isPartial);
    }

    /// <summary>The same for a UDP header that is all there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ApplyUdp(ref byte header, uint ports, ulong addresses, bool isPartial = false)
    {
        ref UInt16BE checksum = ref Headers.At<UInt16BE>(ref header, UdpChecksumOffset);
        ulong change = Replace(ref Headers.At<UInt32BE>(ref header, 0), ports);
        checksum = isPartial ? Updated(checksum, addresses, 0, isPartial) : Checksum.UpdateUdp(checksum, addresses + change);
    }

    private static bool TryApplyTcp(Span<byte> packet, int offset, uint ports, ulong addresses, bool isPartial)
    {
        if (!Holds(packet, offset, TcpChecksumOffset + sizeof(ushort)))
        {
            return false;
        }

        ApplyTcp(ref Headers.At<byte>(ref MemoryMarshal.GetReference(packet), offset), ports, addresses, isPartial);
        return true;
    }

    private static bool TryApplyUdp(Span<byte> packet, int offset, uint ports, ulong addresses, bool isPartial)
    {
        if (!Holds(packet, offset, UdpHeader.Size))
        {
            return false;
        }

        ApplyUdp(ref Headers.At<byte>(ref MemoryMarshal.GetReference(packet), offset), ports, addresses, isPartial);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryApplyOther(Span<byte> packet, int offset, byte protocol, uint ports, ulong addresses, bool isPartial)
    {
        bool isIpv6 = packet[0] >> 4 == 6;

        return protocol switch
        {
            IpProtocol.Sctp => TryApplySctp(packet, offset, isIpv6, ports, isPartial),
            IpProtocol.Icmp when !isIpv6 => TryApplyIcmp(packet, offset, isIpv6, ports, 0, isPartial),
            IpProtocol.Icmpv6 when isIpv6 => TryApplyIcmp(packet, offset, isIpv6, ports, addresses, isPartial),
            _ => true,
        };
    }

    private static bool TryApplyIcmp(Span<byte> packet, int offset, bool isIpv6, uint ports, ulong addresses, bool isPartial)
    {
        if (!Holds(packet, offset, IcmpHeader.Size))
        {
            return false;
        }

        ref IcmpHeader icmp = ref Headers.At<IcmpHeader>(ref packet[0], offset);
        ulong change = 0;

        if (IcmpEcho.IsEcho(icmp.Type, isIpv6))
        {
            ushort identifier = (ushort)(ports >> 16);
            change = Checksum.Change(icmp.Identifier, identifier);
            icmp.Identifier = identifier;
        }

        icmp.Checksum = Updated(icmp.Checksum, addresses, change, isPartial);

        // An echo reply may be zeros throughout, and nothing else that is summed: then the checksum is ones and 0 is wrong.
        if (icmp.Checksum == 0 && !packet[offset..].ContainsAnyExcept((byte)0))
        {
            icmp.Checksum = 0xFFFF;
        }

        return true;
    }

    private static bool TryApplySctp(Span<byte> packet, int offset, bool isIpv6, uint ports, bool isPartial)
    {
        if (!Holds(packet, offset, SctpHeader.Size))
        {
            return false;
        }

        ref UInt32BE before = ref Headers.At<UInt32BE>(ref packet[0], offset);

        // Addresses are not covered; and what is to be computed later will be computed from the ports as they are then.
        if (before != ports && !isPartial)
        {
            int length = isIpv6 ? LengthIpv6(packet, offset) : LengthIpv4(packet, offset);

            if (length < SctpHeader.Size)
            {
                return false;
            }

            ref SctpHeader sctp = ref Headers.At<SctpHeader>(ref packet[0], offset);
            sctp.Checksum = Crc32c.Update(sctp.Checksum, before, ports, length);
        }

        before = ports;
        return true;
    }

    /// <summary>How long the transport packet is; 0 = unknown, of a fragment.</summary>
    private static int LengthIpv4(Span<byte> packet, int offset)
    {
        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref packet[0], 0);
        return ip.IsFragment ? 0 : ip.TotalLength - offset;
    }

    private static int LengthIpv6(Span<byte> packet, int offset)
    {
        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref packet[0], 0);
        bool isWhole = Ipv6Extensions.TryWalk(packet, Ipv6Header.Size + ushort.MaxValue, out Ipv6Chain chain) && !chain.IsFragment;
        return isWhole ? Ipv6Header.Size + ip.PayloadLength - offset : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Holds(Span<byte> packet, int offset, int size) => (ulong)(uint)offset + (uint)size <= (uint)packet.Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Replace(ref UInt32BE field, uint after)
    {
        uint before = field;
        field = after;
        return Checksum.Change(before, after);
    }

    // A partial checksum is a sum that goes on: not complemented, and without the ports, which are still to be summed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort Updated(ushort checksum, ulong addresses, ulong ports, bool isPartial) =>
        isPartial ? Checksum.Fold(checksum + addresses) : Checksum.Update(checksum, addresses + ports);
}
