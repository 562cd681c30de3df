using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>What a trace tells of flows: the one that was found, or what both sides' groups would say of a new one.</summary>
internal sealed partial class Walk<TTrace>
{
    private void TraceFlow(uint entry)
    {
        ref FlowEntry flow = ref _table.Entry(entry);
        bool isDenied = (flow.Traits & FlowTraits.Denied) != 0;
        string direction = (entry & 1) == 0 ? "" : ", answers";
        string state = _table.State(entry).TcpState is not TcpState.None and var tcp ? $", {tcp}" : "";
        TraceRule("flow", $"known{direction}{state}: {(isDenied ? "denied" : "allowed")} at its first packet", DecidingRule.Of(_table.Origin(entry), isDenied, entry));
    }

    private void TraceVerdict(in FlowDecision decision)
    {
        _trace.Step("flow", $"new: {decision.Key.Source} to {decision.Key.Destination}");

        if (decision.IsLinkLocal)
        {
            _trace.Step("policy", "link-local traffic is exempt");
            return;
        }

        if (HasPolicy(decision.Sender))
        {
            bool isAllowed = !decision.DeniedBySender;
            TraceSide("egress", decision.Sender, isAllowed, decision.SenderRule);
        }

        if (HasPolicy(decision.Receiver) && !decision.DeniedBySender)
        {
            TraceSide("ingress", decision.Receiver, decision.IsAllowed, decision.ReceiverRule);
        }
    }

    private void TraceSide(string side, ushort vif, bool isAllowed, RuleNumber rule)
    {
        VifState state = _state.Vifs[vif]!;

        string reason = state.Policy == 0 ? "it has no security group"
            : rule == RuleNumber.None ? "no rule matches"
            : "by a rule";

        TraceRule("policy", $"{side} of interface {state.Vif.Id}: {(isAllowed ? "allowed" : "denied")}, {reason}", rule);
    }

    private void TraceRule(string stage, string detail, RuleNumber rule)
    {
        RuleName? name = _rules.Find(rule);
        _trace.Step(stage, name is null ? detail : $"{detail}: {name.Rule} of security group {name.Group}", name is null ? default : ObjectKey.Of(name.Group), name?.Rule ?? "");
    }

    /// <summary>A next hop in words.</summary>
    private string Describe(in NextHopState nextHop)
    {
        string text = nextHop.Kind switch
        {
            NextHopKind.Tunnel => $"{nextHop.Encapsulation} to {nextHop.Destination}",
            NextHopKind.Vif => $"out of interface {_state.Vifs[nextHop.Egress]?.Vif.Id}",
            NextHopKind.Vrf => $"look up in VRF {_state.Vrfs[nextHop.Vrf]?.Id}",
            NextHopKind.Host => "to the node's own stack",
            NextHopKind.Discard => "discard",
            NextHopKind.Ecmp => "a group",
            NextHopKind.Reject => "reject",
            _ => "unreachable",
        };

        return nextHop.Id == 0 ? text : $"next hop {nextHop.Id}, {text}";
    }
}
