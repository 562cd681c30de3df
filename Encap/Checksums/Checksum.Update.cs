using System.Runtime.CompilerServices;

namespace VRouter.Encap;

public static partial class Checksum
{
    /// <summary>What an aligned 32-bit field adds to a sum when it changes: ~m + m', RFC 1624 equation 3. Changes may be added up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Change(uint before, uint after) => (ulong)~before + after;

    /// <summary>What an address adds to a sum when it changes for another of its family.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Change(IpAddress before, IpAddress after) => ChangeOfHalves(before.High, after.High) + ChangeOfHalves(before.Low, after.Low);

    // In halves, which leave room for carries.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ChangeOfHalves(ulong before, ulong after) =>
        Change((uint)(before >> 32), (uint)(after >> 32)) + Change((uint)before, (uint)after);

    /// <summary>The checksum after changes: HC' = ~(~HC + ~m + m'), RFC 1624 equation 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, ulong change) => (ushort)~Fold((ushort)~checksum + change);

    /// <summary>The checksum after a 16-bit field changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, ushort before, ushort after) =>
        (ushort)~Fold((uint)(ushort)~checksum + (ushort)~before + after);

    /// <summary>The checksum after an aligned 32-bit field changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Update(ushort checksum, uint before, uint after) => Update(checksum, Change(before, after));

    /// <summary>As <see cref="Update(ushort, ulong)"/> for UDP: no checksum (0) stays none, and a 0 that comes out is sent as 0xFFFF (RFC 768).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort UpdateUdp(ushort checksum, ulong change) => checksum == 0 ? checksum : NeverZero(Update(checksum, change));

    private static ushort NeverZero(ushort checksum) => checksum == 0 ? (ushort)0xFFFF : checksum;
}
