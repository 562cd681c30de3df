using VRouter.Encap;

namespace VRouter.Flow;

/// <summary>What part of its datagram a fragment is.</summary>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Length">Its bytes, without IP headers.</param>
/// <param name="IsLast">Whether no more fragments are behind it.</param>
public readonly record struct FragmentPiece(int Offset, int Length, bool IsLast)
{
    private const int LargestIpv4 = ushort.MaxValue - Ipv4Header.Size;

    /// <summary>Where the next one begins.</summary>
    public int End => Offset + Length;

    /// <summary>Whether it is a whole datagram: "atomic", and no business of others with its identification (RFC 6946).</summary>
    public bool IsWhole => Offset == 0 && IsLast;

    /// <summary>Whether a sender can have made it: it carries something, full eights of bytes but in the end, in a datagram that IP can carry.</summary>
    public bool IsPossible(bool isIpv6) =>
        Offset >= 0 && Offset % 8 == 0 && Length > 0 && (IsLast || Length % 8 == 0) && End <= (isIpv6 ? ushort.MaxValue : LargestIpv4);

    /// <summary>Whether it is a first one that cuts the transport header (RFC 1858 section 3).</summary>
    public bool IsTiny(byte protocol) => Offset == 0 && Length < protocol switch
    {
        IpProtocol.Tcp => TcpHeader.Size,
        IpProtocol.Sctp => 12,                                       // RFC 9260 section 3.1
        IpProtocol.Udp or IpProtocol.Icmp or IpProtocol.Icmpv6 => 8,
        _ => 0,
    };
}
