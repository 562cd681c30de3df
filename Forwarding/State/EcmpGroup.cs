using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What the walk knows of a group, immutable.</summary>
/// <param name="spec">The configured object.</param>
/// <param name="members">In the order of their identities.</param>
/// <param name="anyPort">Who takes flows to ports that no member names, and of protocols without ports.</param>
/// <param name="ports">Who takes flows to a port that members name.</param>
/// <param name="tunnels">The far ends of the members' tunnels.</param>
internal sealed class EcmpGroup(EcmpNextHop spec, EcmpMemberState[] members, EcmpSpread anyPort, PortTable<EcmpSpread> ports, TunnelEnds tunnels)
{
    private readonly uint[] _identities = Array.ConvertAll(members, member => member.Identity);

    public EcmpNextHop Spec { get; } = spec;

    public readonly EcmpMemberState[] Members = members;

    public readonly EcmpHash Hash = spec.Hash;

    /// <summary>For how long after its last flow a client keeps its member; 0 = the hash decides.</summary>
    public readonly int AffinityMilliseconds = spec.Hash == EcmpHash.SourceAddress ? (int)spec.AffinityTimeout.TotalMilliseconds : 0;

    /// <summary>The index of the first member's vif that is here; 0 = none is.</summary>
    public readonly ushort FirstVif = Array.Find(members, member => member.Vif != 0).Vif;

    /// <summary>The lower 32 bits of the generation that last changed it.</summary>
    public required uint Generation { get; init; }

    /// <summary>It has no member at all: it discards.</summary>
    public bool IsEmpty => Members.Length == 0;

    /// <summary>The member for a new flow, by its place in <see cref="Members"/>; -1 = nobody serves this port.</summary>
    /// <param name="flow">The hash of the flow, or of its source alone: see <see cref="Hash"/>.</param>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="destinationPort">Its destination port; 0 where the protocol has none.</param>
    public int Choose(uint flow, byte protocol, ushort destinationPort)
    {
        EcmpSpread spread = SpreadOf(protocol, destinationPort);
        return spread.IsEmpty ? -1 : Find(spread.Choose(flow));
    }

    /// <summary>Whether a member takes new flows to a port.</summary>
    public bool Takes(uint identity, byte protocol, ushort destinationPort) => SpreadOf(protocol, destinationPort).Has(identity);

    /// <summary>The place of the member of this identity, draining or not; -1 = it is no longer in the group.</summary>
    public int Find(uint identity)
    {
        int at = _identities.AsSpan().BinarySearch(identity);
        return at >= 0 ? at : -1;
    }

    /// <summary>Whether a member is behind a tunnel to this far end: what comes from there may have a source that the group leads to.</summary>
    public bool HasTunnelTo(IpAddress destination) => tunnels.Has(destination);

    /// <summary>The place of a member behind a far end, told by its <see cref="OuterMark"/>; -1 = none is.</summary>
    public int FindBehind(uint outerMark) => tunnels.Find(outerMark);

    /// <summary>The place of the member whose vif this is; -1 = it is none's.</summary>
    public int FindAt(ushort vif)
    {
        for (int i = 0; i < Members.Length; i++)
        {
            if (Members[i].Vif == vif)
            {
                return i;
            }
        }

        return -1;
    }

    private EcmpSpread SpreadOf(byte protocol, ushort port) => ports.IsEmpty || !ports.TryFind(new PortKey(protocol, port), out EcmpSpread spread) ? anyPort : spread;
}
