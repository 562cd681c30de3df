using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>How a packet finds its flow: the interface it came in on or that its label names (0 = neither), its VRF, and who talks to whom.</summary>
internal sealed record ReferenceKey(VifId Vif, VrfId Vrf, FiveTuple Tuple)
{
    public override string ToString() => $"vif {Vif} vrf {Vrf} {Tuple}";
}
