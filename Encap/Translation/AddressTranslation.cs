using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>
/// Gives packets other addresses and ports, in place. Checksums are updated, not computed (RFC 1624): a wrong one stays wrong, and what lies in
/// frames behind the head is not needed.
/// </summary>
public static partial class AddressTranslation
{
    /// <summary>Translates a packet or a fragment that is no ICMP error: addresses, ports, and every checksum that covers them.</summary>
    /// <param name="packet">The packet from its IP header on, or as much of it as the head frame holds.</param>
    /// <param name="transportOffset">Where its transport header begins; 0 = it has none, as a later fragment: addresses only.</param>
    /// <param name="protocol">The transport protocol, behind IPv6 extension headers.</param>
    /// <param name="translation">What it leaves with, of its family.</param>
    /// <param name="isChecksumPartial">
    /// Whether the transport checksum is still to be computed (virtio 1.2 section 5.1.6): then its field holds the pseudo-header's sum, in which
    /// addresses count and ports do not.
    /// </param>
    /// <returns>
    /// False, and nothing changed, when that cannot be done: the headers are not all there, the packet is of the other family, or it is the first
    /// fragment of an SCTP packet whose ports change. SCTP's checksum goes on from where the ports are to the packet's last byte, and how far that
    /// is a fragment does not say.
    /// </returns>
    public static bool Apply(
        Span<byte> packet, int transportOffset, byte protocol, in Translation translation, bool isChecksumPartial = false) => translation.IsIpv6
        ? ApplyIpv6(packet, transportOffset, protocol, in translation, isChecksumPartial)
        : ApplyIpv4(packet, transportOffset, protocol, in translation, isChecksumPartial);

    /// <summary>Translates a whole TCP or UDP packet over IPv4, whose headers the caller has found to be there and whose checksums are computed.</summary>
    /// <param name="ip">Its IP header.</param>
    /// <param name="transport">The first byte of its transport header.</param>
    /// <param name="isTcp">TCP; else UDP.</param>
    /// <param name="source">The source that it leaves with.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="ports">Both ports, the source's in the upper half.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void ApplyToWhole(ref Ipv4Header ip, ref byte transport, bool isTcp, uint source, uint destination, uint ports)
    {
        ulong addresses = Checksum.Change(ip.Source, source) + Checksum.Change(ip.Destination, destination);
        ip.Source = source;
        ip.Destination = destination;
        ip.Checksum = Checksum.Update(ip.Checksum, addresses);

        if (isTcp)
        {
            TransportTranslation.ApplyTcp(ref transport, ports, addresses);
        }
        else
        {
            TransportTranslation.ApplyUdp(ref transport, ports, addresses);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool ApplyIpv4(Span<byte> packet, int transportOffset, byte protocol, in Translation translation, bool isChecksumPartial)
    {
        if (packet.Length < Ipv4Header.Size)
        {
            return false;
        }

        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref MemoryMarshal.GetReference(packet), 0);
        uint source = translation.Source.Ipv4, destination = translation.Destination.Ipv4;
        ulong addresses = Checksum.Change(ip.Source, source) + Checksum.Change(ip.Destination, destination);

        if (ip.Version != 4
            || (transportOffset != 0
                && !TransportTranslation.TryApply(packet, transportOffset, protocol, translation.Ports, addresses, isChecksumPartial)))
        {
            return false;
        }

        ip.Source = source;
        ip.Destination = destination;
        ip.Checksum = Checksum.Update(ip.Checksum, addresses);
        return true;
    }

    private static bool ApplyIpv6(Span<byte> packet, int transportOffset, byte protocol, in Translation translation, bool isChecksumPartial)
    {
        if (packet.Length < Ipv6Header.Size)
        {
            return false;
        }

        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref MemoryMarshal.GetReference(packet), 0);
        ulong addresses = Checksum.Change(ip.Source, translation.Source);

        if (transportOffset <= Ipv6Header.Size || CoversDestination(packet))
        {
            addresses += Checksum.Change(ip.Destination, translation.Destination);
        }

        if (ip.Version != 6
            || (transportOffset != 0
                && !TransportTranslation.TryApply(packet, transportOffset, protocol, translation.Ports, addresses, isChecksumPartial)))
        {
            return false;
        }

        ip.Source = translation.Source;
        ip.Destination = translation.Destination;
        return true;
    }

    // A packet that a routing header sends on from its destination is summed with the last one of all (RFC 8200 section 8.1).
    private static bool CoversDestination(Span<byte> packet) =>
        !Ipv6Extensions.TryWalk(packet, Ipv6Header.Size + ushort.MaxValue, out Ipv6Chain chain) || !chain.HasSegmentsLeft;
}
