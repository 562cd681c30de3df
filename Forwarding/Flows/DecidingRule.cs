using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>Which of a flow's two rules people are told: see <see cref="FlowRecord.RuleId"/>.</summary>
internal static class DecidingRule
{
    /// <summary>The rule of a flow for the direction that an entry is.</summary>
    public static RuleNumber Of(in FlowOrigin origin, bool isDenied, uint entry)
    {
        if (isDenied)
        {
            return new RuleNumber(new FlowFirst(origin.Dependencies[FlowDependency.First]).DeniedBySender ? origin.SenderRule : origin.ReceiverRule);
        }

        (uint here, uint there) = (entry & 1) == 0 ? (origin.SenderRule, origin.ReceiverRule) : (origin.ReceiverRule, origin.SenderRule);
        return new RuleNumber(here != 0 ? here : there);
    }
}
