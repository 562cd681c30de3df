using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>How an IPv4 packet is cut to fit an MTU, RFC 791 section 3.2.</summary>
public readonly struct Ipv4Fragments
{
    private const int OffsetUnit = 8;

    private readonly int _firstHeader;
    private readonly int _laterHeader;
    private readonly int _firstPayload;
    private readonly int _laterPayload;
    private readonly int _payload;
    private readonly CopiedOptions _laterOptions;

    private Ipv4Fragments(ReadOnlySpan<byte> options, int payload, int mtu)
    {
        int firstHeader = Ipv4Header.Size + options.Length;
        int laterHeader = Ipv4Header.Size + CopiedOptions.Pick(options, out _laterOptions);

        _firstHeader = firstHeader;
        _laterHeader = laterHeader;
        _firstPayload = (mtu - firstHeader) & -OffsetUnit;
        _laterPayload = (mtu - laterHeader) & -OffsetUnit;
        _payload = payload;
    }

    /// <summary>How many pieces there are.</summary>
    public int Count => _payload <= _firstPayload ? 1 : 1 + (_payload - _firstPayload + _laterPayload - 1) / _laterPayload;

    /// <summary>The piece of a number, from 0.</summary>
    public Ipv4Fragment this[int index]
    {
        get
        {
            if (index == 0)
            {
                return new Ipv4Fragment(_firstHeader, 0, Math.Min(_payload, _firstPayload));
            }

            int offset = _firstPayload + (index - 1) * _laterPayload;
            return new Ipv4Fragment(_laterHeader, offset, Math.Min(_payload - offset, _laterPayload));
        }
    }

    /// <summary>
    /// Plans the cut of a checked packet, given its header with all options; it may be a fragment itself. False when DF is set or the MTU
    /// leaves no room for 8 bytes of payload.
    /// </summary>
    public static bool TryPlan(ReadOnlySpan<byte> header, int mtu, out Ipv4Fragments fragments)
    {
        ref readonly Ipv4Header ip = ref MemoryMarshal.AsRef<Ipv4Header>(header);
        fragments = default;

        if (ip.IsDontFragment || mtu < ip.HeaderLength + OffsetUnit)
        {
            return false;
        }

        fragments = new Ipv4Fragments(header[Ipv4Header.Size..ip.HeaderLength], ip.TotalLength - ip.HeaderLength, mtu);
        return true;
    }

    /// <summary>Writes the header of a piece, checksum included, and returns its length.</summary>
    /// <param name="index">The piece.</param>
    /// <param name="header">The header of the packet that is cut, with all options; it must not be <paramref name="room"/>.</param>
    /// <param name="room">Where to write.</param>
    public int WriteHeader(int index, ReadOnlySpan<byte> header, Span<byte> room)
    {
        Ipv4Fragment fragment = this[index];
        header[..Ipv4Header.Size].CopyTo(room);

        ReadOnlySpan<byte> options = index == 0 ? header[Ipv4Header.Size..] : _laterOptions;
        options[..(fragment.HeaderLength - Ipv4Header.Size)].CopyTo(room[Ipv4Header.Size..]);

        ref Ipv4Header ip = ref MemoryMarshal.AsRef<Ipv4Header>(room);
        bool isLast = index == Count - 1 && !ip.HasMoreFragments;
        int offset = (ip.FragmentOffset + fragment.PayloadOffset) / OffsetUnit;

        ip.VersionAndWords = (byte)(4 << 4 | fragment.HeaderLength / 4);
        ip.TotalLength = (ushort)(fragment.HeaderLength + fragment.PayloadLength);
        ip.FlagsAndOffset = (ushort)(offset | (isLast ? 0 : Ipv4Header.MoreFragments));
        ip.Checksum = 0;
        ip.Checksum = Checksum.Of(room[..fragment.HeaderLength]);
        return fragment.HeaderLength;
    }
}
