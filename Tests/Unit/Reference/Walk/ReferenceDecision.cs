using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>What is decided of a flow by its first packet, before the security groups are asked: where it goes, and as what.</summary>
/// <param name="Arrival">The first packet.</param>
/// <param name="Way">Where it goes.</param>
/// <param name="Leaves">Who talks to whom as it leaves.</param>
internal sealed record ReferenceDecision(Arrival Arrival, Way Way, FiveTuple Leaves)
{
    /// <summary>Why a service refuses it; None = none does.</summary>
    public DropReason Refusal { get; init; }

    /// <summary>The member of the group that it takes, or that its tunnel would be; null = neither.</summary>
    public uint? Member { get; init; }

    /// <summary>For how long after it its client keeps the member.</summary>
    public TimeSpan Affinity { get; init; }

    /// <summary>The VRF that its destination is one of.</summary>
    public VrfId VrfCalled { get; init; } = Arrival.Vrf;

    /// <summary>Addresses of which it gets one, with a port of its own; none = it keeps what it has.</summary>
    public IpAddress[] Pool { get; init; } = [];

    /// <summary>The ports that there are.</summary>
    public PortRange Ports { get; init; }

    /// <summary>Why it goes nowhere.</summary>
    public DropReason Reason => Way.IsEnd ? Way.Reason : Refusal;

    /// <summary>The interface that it goes to, if that is here.</summary>
    public Vif? Receiver => Way.IsEnd ? null : Way.Receiver;

    public bool IsTranslated => Leaves != Arrival.Tuple;

    public bool IsSourceTranslated => (Leaves.Source, Leaves.SourcePort) != (Arrival.Tuple.Source, Arrival.Tuple.SourcePort);

    /// <summary>Whether the source that it leaves with is one that it may get. What has no port has that of none.</summary>
    public bool IsOfItsPool => Pool.Contains(Leaves.Source)
        && (Arrival.HasPorts ? Leaves.SourcePort >= Ports.First && Leaves.SourcePort <= Ports.Last : Leaves.SourcePort == 0);

    /// <summary>The same from another address and port.</summary>
    public ReferenceDecision From(IpAddress source, ushort port) => this with { Leaves = Leaves with { Source = source, SourcePort = port } };
}
