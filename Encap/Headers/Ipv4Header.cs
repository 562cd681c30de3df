using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>IPv4 header, RFC 791 section 3.1; DSCP and ECN of RFC 2474 and RFC 3168. Options follow it.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |Version|  IHL  |   DSCP    |ECN|         Total length          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |        Identification         |0|D|M|     Fragment offset     |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// | Time to live  |   Protocol    |        Header checksum        |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                            Source                             |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |                          Destination                          |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct Ipv4Header(byte protocol, uint source, uint destination, int totalLength) : IHeader<Ipv4Header>
{
    /// <summary>Bytes on the wire without options.</summary>
    public const int Size = 20;

    /// <summary>Bytes with the most options there can be.</summary>
    public const int MaximumLength = 60;

    /// <summary>Bit of <see cref="FlagsAndOffset"/>: may not be fragmented.</summary>
    public const ushort DontFragment = 0x4000;

    /// <summary>Bit of <see cref="FlagsAndOffset"/>: a fragment that is not the last.</summary>
    public const ushort MoreFragments = 0x2000;

    /// <summary>Bits of <see cref="FlagsAndOffset"/>: the offset in units of 8 bytes.</summary>
    public const ushort OffsetMask = 0x1FFF;

    /// <summary>Version and header length in 4-byte words.</summary>
    public byte VersionAndWords = 0x45;

    /// <summary>DSCP and ECN.</summary>
    public byte TrafficClass;

    /// <summary>Bytes of header and payload.</summary>
    public UInt16BE TotalLength = (ushort)totalLength;

    /// <summary>What the fragments of a packet have in common.</summary>
    public UInt16BE Id;

    /// <summary>DF, MF and the fragment offset as they lie.</summary>
    public UInt16BE FlagsAndOffset;

    /// <summary>Time to live.</summary>
    public byte Ttl = 64;

    /// <summary>What it carries: see <see cref="IpProtocol"/>.</summary>
    public byte Protocol = protocol;

    /// <summary>Header checksum.</summary>
    public UInt16BE Checksum;

    /// <summary>Source address.</summary>
    public UInt32BE Source = source;

    /// <summary>Destination address.</summary>
    public UInt32BE Destination = destination;

    /// <summary>4.</summary>
    public readonly int Version => VersionAndWords >> 4;

    /// <summary>Bytes of the header with its options.</summary>
    public readonly int HeaderLength => (VersionAndWords & 0xF) * 4;

    /// <summary>Explicit congestion notification: see <see cref="Encap.Ecn"/>.</summary>
    public readonly byte Ecn => (byte)(TrafficClass & 3);

    /// <summary>Whether DF is set.</summary>
    public readonly bool IsDontFragment => (FlagsAndOffset & DontFragment) != 0;

    /// <summary>Whether MF is set.</summary>
    public readonly bool HasMoreFragments => (FlagsAndOffset & MoreFragments) != 0;

    /// <summary>Where a fragment's payload belongs, in bytes.</summary>
    public readonly int FragmentOffset => (FlagsAndOffset & OffsetMask) * 8;

    /// <summary>Whether it is any fragment.</summary>
    public readonly bool IsFragment => (FlagsAndOffset & (MoreFragments | OffsetMask)) != 0;

    /// <summary>Whether it is a fragment other than the first: no transport header follows.</summary>
    public readonly bool IsLaterFragment => (FlagsAndOffset & OffsetMask) != 0;

    /// <summary>Whether the header checksum is right. The header must lie in its packet, its options behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool HasRightChecksum() => VersionAndWords == 0x45
        ? Encap.Checksum.IsRightIpv4(in this)
        : HasRightChecksumWithOptions();

    private readonly bool HasRightChecksumWithOptions()
    {
        ref Ipv4Header self = ref Unsafe.AsRef(in this);
        ref byte options = ref Headers.At<byte>(ref Unsafe.As<Ipv4Header, byte>(ref self), Size);
        uint sum = Encap.Checksum.SumIpv4(in self);
        return Encap.Checksum.Fold(sum + Encap.Checksum.Sum(MemoryMarshal.CreateReadOnlySpan(ref options, HeaderLength - Size))) == 0xFFFF;
    }

    /// <summary>Decrements the time to live, with the checksum (RFC 1624 section 4). It must be above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void DecrementTtl()
    {
        // One less in the upper half of a word is one more in that of the checksum; 0xFFFF, the other zero, becomes 0.
        Ttl--;
        uint sum = Checksum + 0x0100u;
        Checksum = (ushort)(sum >= 0xFFFF ? sum + 1 : sum);
    }

    /// <summary>Sets the ECN bits, with the checksum.</summary>
    public void SetEcn(byte ecn)
    {
        byte before = TrafficClass;
        TrafficClass = (byte)(before & ~3 | ecn);
        Checksum = Encap.Checksum.Update(Checksum, before, TrafficClass);
    }

    /// <summary>Computes the checksum of a header without options.</summary>
    public void SetChecksum()
    {
        Checksum = 0;
        Checksum = (ushort)~Encap.Checksum.Fold(Encap.Checksum.SumIpv4(in this));
    }

    /// <inheritdoc/>
    public static bool TryFindPayload(in Ipv4Header header, int available, out int start, out int end)
    {
        start = header.HeaderLength;
        end = header.TotalLength;
        return header.Version == 4 && start >= Size && start <= end && end <= available;
    }
}
