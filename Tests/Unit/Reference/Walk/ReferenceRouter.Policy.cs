using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Security groups (semantics, section 5). The rules themselves are read from end to end by <see cref="LinearPolicy"/>.</summary>
internal sealed partial class ReferenceRouter
{
    /// <summary>The sender's egress and the receiver's ingress, where they are here and have policy; the first that denies is the reason.</summary>
    private Judgement Judge(ReferenceDecision decision)
    {
        Arrival arrival = decision.Arrival;
        (string sender, string receiver) = ("", "");

        // Link-local traffic is exempt.
        if (arrival.Tuple.Source.IsLinkLocal || arrival.Tuple.Destination.IsLinkLocal)
        {
            return new Judgement("", "", null);
        }

        if (arrival.Sender is { PolicyDisabled: false } from)
        {
            (bool mayPass, sender) = Ask(from, RuleDirection.Egress, arrival, arrival.Tuple, GroupsOf(decision.Way, decision.Receiver));

            if (!mayPass)
            {
                return new Judgement("", "", sender);
            }
        }

        if (decision.Receiver is { PolicyDisabled: false } to)
        {
            (bool mayPass, receiver) = Ask(to, RuleDirection.Ingress, arrival, decision.Leaves, GroupsOf(WayToSender(decision), arrival.Sender));

            if (!mayPass)
            {
                return new Judgement("", "", receiver);
            }
        }

        return new Judgement(sender, receiver, null);
    }

    /// <summary>Where the sender's address, as the receiver sees it, is routed: what is the sender's own where the packet came in to.</summary>
    private Way WayToSender(ReferenceDecision decision) => decision.IsTranslated && !decision.IsSourceTranslated
        ? State.Resolve(decision.Arrival.Vrf, decision.Arrival.Tuple.Source)
        : State.Resolve(ReverseKey(decision).Vrf, decision.Leaves.Source);

    private (bool MayPass, string Rule) Ask(Vif vif, RuleDirection direction, Arrival arrival, FiveTuple seen, IEnumerable<SecurityGroupId> groups)
    {
        IpPacket ip = arrival.Ip;
        IpAddress peer = direction == RuleDirection.Egress ? seen.Destination : seen.Source;
        var probe = new Probe(peer.ToString(), seen.Protocol)
        {
            SourcePort = seen.SourcePort,
            DestinationPort = seen.DestinationPort,
            IcmpType = ip.IsIcmp ? ip.IcmpType : (byte)0,
            IcmpCode = ip.IsIcmp ? ip.IcmpCode : (byte)0,
            PeerGroups = [.. groups],
        };

        // "7/web" is the rule web of group 7.
        Decision decision = LinearPolicy.Decide(State.GroupsOf(vif), direction, probe);
        return (decision.IsAllowed, decision.Rule is { } rule ? rule[(rule.IndexOf('/', StringComparison.Ordinal) + 1)..] : "");
    }

    /// <summary>Those of the best route to the peer, of the one behind VRF next hops, and of the peer if it is here.</summary>
    private static IEnumerable<SecurityGroupId> GroupsOf(Way way, Vif? peer) =>
        way.Routes.Take(1).Concat(way.Routes.TakeLast(1)).SelectMany(route => route.Groups).Concat(peer?.SecurityGroups ?? default).Distinct();
}
