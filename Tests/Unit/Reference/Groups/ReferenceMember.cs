using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A member of a group, and how every vRouter knows it.</summary>
/// <param name="Spec">As it is configured.</param>
/// <param name="NextHop">The tunnel or the interface.</param>
/// <param name="Address">The far end; of a local one, this node's.</param>
/// <param name="Label">Under which it is reached.</param>
/// <param name="Vif">Where there is no label: the interface's number.</param>
internal sealed record ReferenceMember(EcmpMember Spec, NextHop NextHop, IpAddress Address, uint Label, uint Vif)
{
    private const uint Seed = 0x4543_4D50;

    /// <summary>Which member it is, whatever else changes.</summary>
    public uint Identity { get; init; }

    public uint Weight => Math.Max(Spec.Weight, 1);

    /// <summary>Whether it takes flows to a port at all.</summary>
    public bool Serves(byte protocol, ushort port) => Spec.Ports.Count == 0 || Spec.Ports.Contains(new ProtocolPort(protocol, port));

    /// <summary>Of a tunnel, in a group or not.</summary>
    public static uint IdentityOf(IpAddress address, uint label) => new ReferenceMember(default, new DiscardNextHop(default), address, label, 0).IdentityBut([]);

    /// <summary>Of those whose hash is taken, the next one with another seed.</summary>
    public uint IdentityBut(IReadOnlyCollection<uint> taken)
    {
        byte[] address = Address.IsIpv6 ? Octets.Of(Address) : [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, .. Octets.Of(Address)];
        uint[] words = [.. Enumerable.Range(0, 4).Select(i => Octets.Read32(address, 4 * i)), Label, Vif];
        return Enumerable.Range(0, int.MaxValue).Select(i => ReferenceHash.Murmur3(Seed + (uint)i, words)).First(identity => !taken.Contains(identity));
    }
}
