using System.Numerics;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>
/// Who a member of a group is, told the same by every vRouter: the far end of its tunnel and the label that it is entered with, or, on its own
/// node, the node's tunnel endpoint and the vif's label. Numbers of next hops, VRFs and encapsulations do not count (semantics, section 8).
/// </summary>
/// <param name="Address">Where it is.</param>
/// <param name="Label">The label or VNI; 0 = the vif has none, and no other vRouter can reach it.</param>
/// <param name="Vif">Only where there is no label: the vif's number.</param>
internal readonly record struct EcmpName(IpAddress Address, uint Label, uint Vif = 0) : IComparable<EcmpName>
{
    /// <summary>Never to change: vRouters of different versions choose alike. Bytes "ECMP".</summary>
    private const uint Seed = 0x4543_4D50;

    /// <summary>
    /// The name in 32 bits: MurmurHash3_x86_32 over the address (IPv6, or IPv4 mapped as in RFC 4291 section 2.5.5.2), the label and the vif,
    /// 32 bits each, highest first.
    /// </summary>
    /// <param name="occurrence">How many members of the group, in the order of their names, have this hash already: it is added to the seed.</param>
    public uint Identity(uint occurrence = 0)
    {
        (ulong high, ulong low) = Address.IsIpv6 ? (Address.High, Address.Low) : (0UL, 0xFFFF_0000_0000UL | Address.Ipv4);

        uint hash = Seed + occurrence;
        hash = Add(hash, (uint)(high >> 32));
        hash = Add(hash, (uint)high);
        hash = Add(hash, (uint)(low >> 32));
        hash = Add(hash, (uint)low);
        hash = Add(hash, Label);
        hash = Add(hash, Vif);
        return Fmix32.Mix(hash ^ 24);
    }

    public int CompareTo(EcmpName other) => (Address, Label, Vif).CompareTo((other.Address, other.Label, other.Vif));

    private static uint Add(uint hash, uint block) =>
        BitOperations.RotateLeft(hash ^ BitOperations.RotateLeft(block * 0xCC9E_2D51, 15) * 0x1B87_3593, 13) * 5 + 0xE654_6B64;
}
