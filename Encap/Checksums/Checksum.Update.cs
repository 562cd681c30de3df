using System.Runtime.CompilerServices;

namespace VRouter.Encap;

public static partial class Checksum
{
    /// <summary>The checksum after a 16-bit field changed: HC' = ~(~HC + ~m + m'), RFC 1624 equation 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        (ushort)~Fold((uint)(ushort)~checksum + (ushort)~before + after);

    /// <summary>The checksum after an aligned 32-bit field changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, uint before, uint after) =>
        (ushort)~Fold((ulong)(ushort)~checksum + ~before + after);

    /// <summary>The checksum after an address changed for another of its family.</summary>
    public static ushort Update(ushort checksum, IpAddress before, IpAddress after) =>
        (ushort)~Fold((uint)(ushort)~checksum + Fold(~before.High) + Fold(~before.Low) + Fold(after.High) + Fold(after.Low));

    /// <summary>As <see cref="Update(ushort, uint, uint)"/> for UDP: no checksum (0) stays none, and a 0 that comes out is sent as 0xFFFF (RFC 768).</summary>
    public static ushort UpdateUdp(ushort checksum, uint before, uint after) =>
        checksum == 0 ? checksum : NeverZero(Update(checksum, before, after));

    /// <summary>As <see cref="Update(ushort, IpAddress, IpAddress)"/> for UDP.</summary>
    public static ushort UpdateUdp(ushort checksum, IpAddress before, IpAddress after) =>
        checksum == 0 ? checksum : NeverZero(Update(checksum, before, after));

    private static ushort NeverZero(ushort checksum) => checksum == 0 ? (ushort)0xFFFF : checksum;
}
