using System.Runtime.CompilerServices;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What was decided about a flow, as its pair keeps it.</summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>Writes a decision into a flow pair.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Write(uint entry, in FlowDecision decision)
    {
        ref FlowEntry forward = ref _table.Entry(entry);
        ref FlowEntry reverse = ref _table.Entry(FlowTable.Peer(entry));
        ref FlowOrigin origin = ref _table.Origin(entry);

        forward.Generation = reverse.Generation = _generation;
        forward.NextHop = (uint)decision.Way.Slot;
        forward.Label = decision.Way.Label;
        reverse.NextHop = (uint)decision.Back.Slot;
        reverse.Label = decision.Back.Label;
        forward.Traits = TraitsOf(decision, decision.IsSourceTranslated, decision.IsDestinationTranslated);
        reverse.Traits = TraitsOf(decision, decision.IsDestinationTranslated, decision.IsSourceTranslated);

        origin.SenderRule = decision.SenderRule.Value;
        origin.ReceiverRule = decision.ReceiverRule.Value;
        origin.Dependencies[FlowDependency.Vifs] = decision.Sender | (uint)decision.Receiver << 16;
        origin.Dependencies[FlowDependency.Route] = decision.Way.Last.Value;
        origin.Dependencies[FlowDependency.ReverseRoute] = decision.Back.Last.Value;
        origin.Dependencies[FlowDependency.Member] = decision.Member;
        origin.Dependencies[FlowDependency.Forwarder] = (uint)(decision.IsDirect ? decision.Named : decision.Forwarder);
        origin.Dependencies[FlowDependency.NextHop] = (uint)decision.Way.NextHop;
        origin.Dependencies[FlowDependency.ReverseNextHop] = (uint)decision.Back.NextHop;
        origin.Dependencies[FlowDependency.First] = decision.First.Value;
    }

    private static FlowTraits TraitsOf(in FlowDecision decision, bool isSourceTranslated, bool isDestinationTranslated) =>
        (isSourceTranslated ? FlowTraits.SourceTranslated : 0)
        | (isDestinationTranslated ? FlowTraits.DestinationTranslated : 0)
        | (decision.IsAllowed ? 0 : FlowTraits.Denied);
}
