using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>Explicit congestion notification (RFC 3168) and how tunnels carry it (RFC 6040, normal mode).</summary>
public static class Ecn
{
    /// <summary>The transport does not take part.</summary>
    public const byte NotEct = 0;

    /// <summary>ECT(1).</summary>
    public const byte Ect1 = 1;

    /// <summary>ECT(0).</summary>
    public const byte Ect0 = 2;

    /// <summary>Congestion was experienced.</summary>
    public const byte Ce = 3;

    /// <summary>No codepoint: the outer header tells of congestion, and the inner packet cannot (RFC 6040 section 4.2): drop.</summary>
    public const byte Conflict = 4;

    // RFC 6040 figure 4: a row an inner codepoint (Not-ECT, ECT(1), ECT(0), CE), a column an outer one in the same order.
    private static ReadOnlySpan<byte> Decapsulated =>
    [
        NotEct, NotEct, NotEct, Conflict,
        Ect1, Ect1, Ect1, Ce,
        Ect0, Ect1, Ect0, Ce,
        Ce, Ce, Ce, Ce,
    ];

    /// <summary>The codepoint that the inner packet goes on with, or <see cref="Conflict"/>.</summary>
    public static byte Decapsulate(byte inner, byte outer) => Decapsulated[(inner & 3) << 2 | (outer & 3)];

    /// <summary>Brings the outer codepoint into the inner header, checksum included; false is a <see cref="Conflict"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPropagate(ref Ipv4Header inner, byte outer) =>
        LeavesInnerAlone(outer) || TrySet(ref inner, Decapsulate(inner.Ecn, outer));

    /// <summary>Brings the outer codepoint into the inner header; false is a <see cref="Conflict"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPropagate(ref Ipv6Header inner, byte outer) =>
        LeavesInnerAlone(outer) || TrySet(ref inner, Decapsulate(inner.Ecn, outer));

    // The columns Not-ECT and ECT(0) are the inner codepoint itself.
    private static bool LeavesInnerAlone(byte outer) => (outer & 1) == 0;

    private static bool TrySet(ref Ipv4Header inner, byte ecn)
    {
        if (ecn == Conflict)
        {
            return false;
        }

        inner.SetEcn(ecn);
        return true;
    }

    private static bool TrySet(ref Ipv6Header inner, byte ecn)
    {
        if (ecn == Conflict)
        {
            return false;
        }

        inner.SetEcn(ecn);
        return true;
    }
}
