using System.Buffers.Binary;

namespace VRouter.Encap;

/// <summary>Lowers the maximum segment size that a connection's SYN or SYN-ACK offers to what fits the way.</summary>
public static class TcpMss
{
    /// <summary>
    /// Lowers the MSS option to <paramref name="maximum"/>, never raises it, and adjusts the checksum. Malformed options are left as they are.
    /// </summary>
    /// <param name="tcp">The TCP header and its options; more may follow.</param>
    /// <param name="maximum">The largest segment that fits.</param>
    /// <param name="isChecksumPartial">Whether the checksum field holds the pseudo-header's sum only, to be completed later: then it stays.</param>
    /// <returns>Whether anything was changed.</returns>
    public static bool Clamp(Span<byte> tcp, ushort maximum, bool isChecksumPartial = false)
    {
        if (!Layer<TcpHeader>.TryRead(tcp, out Layer<TcpHeader> layer) || (layer.Header.Flags & TcpFlags.Syn) == 0)
        {
            return false;
        }

        TcpOptions options = new(layer.Options);
        bool changed = false;

        while (options.MoveNext())
        {
            if (options.Kind == TcpOptions.MaximumSegmentSize && options.Value.Length == sizeof(ushort))
            {
                changed |= Lower(ref layer.Header, options.Value, options.ValueOffset, maximum, isChecksumPartial);
            }
        }

        return changed;
    }

    private static bool Lower(ref TcpHeader header, Span<byte> value, int offset, ushort maximum, bool isChecksumPartial)
    {
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(value);

        if (before <= maximum)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16BigEndian(value, maximum);

        if (!isChecksumPartial)
        {
            header.Checksum = (offset & 1) == 0
                ? Checksum.Update(header.Checksum, before, maximum)
                : Checksum.Update(header.Checksum, Swapped(before), Swapped(maximum));
        }

        return true;
    }

    // At an odd offset the value's bytes lie in two words, each on the other side (RFC 1071 section 2 (B)).
    private static ushort Swapped(ushort value) => BinaryPrimitives.ReverseEndianness(value);
}
