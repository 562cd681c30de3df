using System.Runtime.CompilerServices;
using VRouter.Encap;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// Which generation last changed a route near an address: a flow to 10.1.2.3 need not ask for its route again because that of 10.9.0.0/24
/// has changed. Addresses of one /24, or of one IPv6 /64, share a bucket; by chance others do too. The control side writes a bucket before
/// it publishes the state that changes it, so who sees the state sees the number; prefixes wider than a bucket are
/// <see cref="VrfState.WideGeneration"/>'s.
/// </summary>
internal sealed class RouteGenerations : IDisposable
{
    private const int Count = 1 << 16;
    private const int Ipv4Bits = 24;
    private const int Ipv6Bits = 64;

    private readonly NativeArray<uint> _generations = new(Count);

    /// <summary>The lower 32 bits of the generation that last changed a route of the bucket.</summary>
    public uint this[int bucket]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _generations[bucket]);
    }

    /// <summary>Whether a prefix covers more than a bucket.</summary>
    public static bool IsWide(IpPrefix prefix) => prefix.Length < (prefix.IsIpv6 ? Ipv6Bits : Ipv4Bits);

    /// <summary>The bucket of an address in a VRF, by the VRF's index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BucketOf(int vrf, IpAddress address)
    {
        ulong subnet = address.IsIpv6 ? address.High : address.Low >> (32 - Ipv4Bits);
        ulong table = (ulong)(uint)vrf << 1 | (address.IsIpv6 ? 1u : 0);

        // Multiply and fold: every bit of the input reaches the bits that choose the bucket.
        ulong high = Math.BigMul(subnet ^ 0x9E37_79B9_7F4A_7C15, table ^ 0xC2B2_AE3D_27D4_EB4F, out ulong low);
        return (int)((high ^ low) & (Count - 1));
    }

    /// <summary>Notes that a generation to come changes the route of a prefix that is not wide.</summary>
    public void Set(int vrf, IpPrefix prefix, uint generation) => Volatile.Write(ref _generations[BucketOf(vrf, prefix.Address)], generation);

    public void Dispose() => _generations.Dispose();
}
