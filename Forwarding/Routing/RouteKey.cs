using System.Runtime.InteropServices;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What a route is known by, packed: the number of its VRF and its prefix.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct RouteKey
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly int _vrf;
    private readonly byte _length;
    private readonly bool _isIpv6;

    /// <summary>The key of a prefix in a VRF.</summary>
    public RouteKey(int vrf, IpPrefix prefix)
    {
        _vrf = vrf;
        (_high, _low, _isIpv6) = prefix.Address;
        _length = prefix.Length;
    }

    /// <summary>The number that its <see cref="RouteTable"/> was made with.</summary>
    public int Vrf => _vrf;

    /// <summary>The prefix.</summary>
    public IpPrefix Prefix => new(new IpAddress(_high, _low, _isIpv6), _length);

    /// <summary>A number that spreads keys evenly.</summary>
    internal uint Hash()
    {
        // Multiply and fold: every bit of the input reaches the low bits, which choose the bucket.
        ulong mixed = Fold(_high ^ 0x9E37_79B9_7F4A_7C15, _low ^ 0xC2B2_AE3D_27D4_EB4F);
        ulong shape = (ulong)(uint)_vrf << 16 | (uint)_length << 8 | (_isIpv6 ? 1u : 0);
        return (uint)Fold(mixed ^ shape, 0x9FB2_1C65_1E98_DF25);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return high ^ low;
    }
}
