using System.Buffers.Binary;

namespace VRouter.Encap;

public static partial class AddressTranslation
{
    /// <summary>
    /// Translates an ICMP or ICMPv6 error that belongs to a flow: its destination, its source where packets that travel with it have theirs
    /// translated, and the packet that it quotes, back to what that was before it was translated. The checksums of message and quote are updated; a transport checksum
    /// that the quote was cut before, or that cannot be carried on as in <see cref="Apply"/>, is left.
    /// </summary>
    /// <param name="packet">The packet from its IP header on, or as much of it as the head frame holds.</param>
    /// <param name="icmpOffset">Where the ICMP header begins.</param>
    /// <param name="quote">What was read there.</param>
    /// <param name="translation">Of the direction in which the error travels: see the drawing at <see cref="Translation"/>.</param>
    /// <returns>
    /// False, and nothing changed, for what must not go on: an error to another than its quote's source, an error about an error, and a
    /// redirect, whose gateway is no address on the other side; also when the quote is of the other family or not in the packet.
    /// </returns>
    public static bool ApplyToError(Span<byte> packet, int icmpOffset, in IcmpQuote quote, in Translation translation)
    {
        if (!IsIn(packet, icmpOffset, in quote) || quote.IsError || quote.IsIpv6 != translation.IsIpv6)
        {
            return false;
        }

        (IpAddress source, IpAddress destination) = quote.IsIpv6 ? AddressesOfIpv6(packet) : AddressesOfIpv4(packet);

        if (destination != quote.Source || (!quote.IsIpv6 && packet[icmpOffset] == IcmpType.Redirect))
        {
            return false;
        }

        ApplyToQuote(packet[icmpOffset..], in quote, translation.OfQuote(quote.Protocol));

        // Where an end has another address for the other side, nobody there knows the routers before it by theirs (RFC 5508 REQ-5 (c)).
        Translation outer = translation with { Source = translation.Source == quote.Destination ? source : translation.Source };
        return Apply(packet, icmpOffset, quote.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, in outer);
    }

    private static bool IsIn(Span<byte> packet, int icmpOffset, in IcmpQuote quote) =>
        quote.End > IcmpQuote.IpOffset
        && icmpOffset >= (quote.IsIpv6 ? Ipv6Header.Size : Ipv4Header.Size)
        && icmpOffset <= packet.Length - quote.End
        && packet[0] >> 4 == (quote.IsIpv6 ? 6 : 4);

    private static (IpAddress Source, IpAddress Destination) AddressesOfIpv4(Span<byte> packet)
    {
        ref Ipv4Header ip = ref Headers.At<Ipv4Header>(ref packet[0], 0);
        return (IpAddress.FromIpv4(ip.Source), IpAddress.FromIpv4(ip.Destination));
    }

    private static (IpAddress Source, IpAddress Destination) AddressesOfIpv6(Span<byte> packet)
    {
        ref Ipv6Header ip = ref Headers.At<Ipv6Header>(ref packet[0], 0);
        return (ip.Source, ip.Destination);
    }

    private static void ApplyToQuote(Span<byte> message, in IcmpQuote quote, in Translation translation)
    {
        Span<byte> quoted = message[IcmpQuote.IpOffset..quote.End];
        int transportOffset = quote.IsLaterFragment ? 0 : quote.TransportOffset - IcmpQuote.IpOffset;
        ushort before = Checksum.Sum(quoted);

        // Where the checksum is not there, or cannot be had, the ports are.
        if (!Apply(quoted, transportOffset, quote.Protocol, in translation) && Apply(quoted, 0, quote.Protocol, in translation))
        {
            BinaryPrimitives.WriteUInt32BigEndian(quoted[transportOffset..], translation.Ports);
        }

        ref IcmpHeader icmp = ref Headers.At<IcmpHeader>(ref message[0], 0);
        icmp.Checksum = Checksum.Update(icmp.Checksum, before, Checksum.Sum(quoted));
    }
}
