using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>
/// The Internet checksum, RFC 1071. A <em>sum</em> here is the one's complement sum of 16-bit words as a host number: sums of pieces,
/// and plain numbers of 16 bits, may be added up with <c>+</c> before <see cref="Fold(ulong)"/>.
/// </summary>
public static partial class Checksum
{
    /// <summary>The checksum to store for bytes whose own checksum field is 0, on top of a sum such as the pseudo-header's.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes, uint sum = 0) => (ushort)~Fold(sum + Sum(bytes));

    /// <summary>As <see cref="Of"/> for UDP, where 0 would say "no checksum" and 0xFFFF is sent instead (RFC 768).</summary>
    public static ushort OfUdp(ReadOnlySpan<byte> bytes, uint sum) => NeverZero(Of(bytes, sum));

    /// <summary>Whether bytes that hold their checksum sum up to what a receiver expects.</summary>
    public static bool IsRight(ReadOnlySpan<byte> bytes, uint sum = 0) => Fold(sum + Sum(bytes)) == 0xFFFF;

    /// <summary>The sum of an IPv4 pseudo-header (RFC 793 section 3.1); <paramref name="length"/> is that of the transport packet.</summary>
    public static uint PseudoHeader(uint source, uint destination, byte protocol, int length) =>
        Fold((ulong)source + destination + protocol + (uint)length);

    /// <summary>The sum of an IPv4 or IPv6 pseudo-header (RFC 8200 section 8.1).</summary>
    public static uint PseudoHeader(IpAddress source, IpAddress destination, byte protocol, int length) =>
        Fold((ulong)Fold(source.High) + Fold(source.Low) + Fold(destination.High) + Fold(destination.Low) + protocol + (uint)length);

    /// <summary>Brings a sum down to 16 bits, carries added in again. It is 0 only for 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(ulong sum)
    {
        // 64 bits to 33, to 18, to 16 and a carry.
        sum = (uint)sum + (sum >> 32);
        uint folded = (uint)(sum & 0xFFFF) + (uint)(sum >> 16);
        return Fold(folded);
    }

    /// <summary>Brings a sum down to 16 bits, carries added in again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)(sum + (sum >> 16));
    }

    /// <summary>Whether an IPv4 header without options sums up to what a receiver expects; 0xFFFF reads the same in either byte order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsRightIpv4(in Ipv4Header header)
    {
        ulong sum = SumWords(in header);
        sum = (uint)sum + (sum >> 32);
        sum = (ushort)sum + (sum >> 16);
        return (ushort)sum + (sum >> 16) == 0xFFFF;
    }

    /// <summary>The sum of an IPv4 header without options, its checksum field included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint SumIpv4(in Ipv4Header header) => ToHost(Fold(SumWords(in header)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumWords(in Ipv4Header header)
    {
        ref byte start = ref Unsafe.As<Ipv4Header, byte>(ref Unsafe.AsRef(in header));
        ulong first = Unsafe.ReadUnaligned<ulong>(ref start);
        ulong second = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, 8));
        return (uint)first + (first >> 32) + (uint)second + (second >> 32) + Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref start, 16));
    }

    // Sums are the same in either byte order but for the order of the result's own bytes (RFC 1071 section 2 (B)).
    private static ushort ToHost(ushort sum) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(sum) : sum;
}
