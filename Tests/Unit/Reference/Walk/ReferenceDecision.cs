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

    /// <summary>Why it goes nowhere.</summary>
    public DropReason Reason => Way.IsEnd ? Way.Reason : Refusal;

    /// <summary>The interface that it goes to, if that is here.</summary>
    public Vif? Receiver => Way.IsEnd ? null : Way.Receiver;

    public bool IsTranslated => Leaves != Arrival.Tuple;

    public bool IsSourceTranslated => (Leaves.Source, Leaves.SourcePort) != (Arrival.Tuple.Source, Arrival.Tuple.SourcePort);
}
