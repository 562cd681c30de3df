using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>A member of a group: a tunnel or a vif.</summary>
public readonly record struct EcmpMember(NextHopId NextHop)
{
    /// <summary>The label or VNI under which its tunnel is entered; 0 = the next hop's own.</summary>
    public uint Label { get; init; }

    /// <summary>Its share of new flows beside the other members' weights; 0 counts as 1.</summary>
    public uint Weight { get; init; }

    /// <summary>It keeps its flows and gets no new ones.</summary>
    public bool Draining { get; init; }

    /// <summary>The destination ports that it serves; none = all, and protocols that have none.</summary>
    public ValueList<ProtocolPort> Ports { get; init; }
}
