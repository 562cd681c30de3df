using System.Numerics;
using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>An address in a VRF, told by its index.</summary>
internal readonly record struct VrfAddress(int Vrf, IpAddress Address)
{
    public override int GetHashCode() => (int)BitOperations.Crc32C(BitOperations.Crc32C((uint)Vrf, Address.High), Address.Low);
}
