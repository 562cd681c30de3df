using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;

namespace VRouter.Tests.Unit.Reference;

/// <summary>Security groups (semantics, section 5). The rules themselves are read from end to end by <see cref="LinearPolicy"/>.</summary>
internal sealed partial class ReferenceRouter
{
    /// <summary>The sender's egress and the receiver's ingress, where they are here and have policy; the first that denies is the reason.</summary>
    private Judgement Judge(Arrival arrival, Way way)
    {
        IpPacket ip = arrival.Ip;
        (string sender, string receiver) = ("", "");

        // Link-local traffic is exempt.
        if (ip.Source.IsLinkLocal || ip.Destination.IsLinkLocal)
        {
            return new Judgement("", "", null);
        }

        if (arrival.Sender is { PolicyDisabled: false } from)
        {
            (bool mayPass, sender) = Decide(from, RuleDirection.Egress, arrival, ip.Destination, way.Receiver);

            if (!mayPass)
            {
                return new Judgement("", "", sender);
            }
        }

        if (way.Receiver is { PolicyDisabled: false } to)
        {
            (bool mayPass, receiver) = Decide(to, RuleDirection.Ingress, arrival, ip.Source, arrival.Sender);

            if (!mayPass)
            {
                return new Judgement("", "", receiver);
            }
        }

        return new Judgement(sender, receiver, null);
    }

    private (bool MayPass, string Rule) Decide(Vif vif, RuleDirection direction, Arrival arrival, IpAddress peer, Vif? peerVif)
    {
        IpPacket ip = arrival.Ip;
        var probe = new Probe(peer.ToString(), arrival.Tuple.Protocol)
        {
            SourcePort = arrival.Tuple.SourcePort,
            DestinationPort = arrival.Tuple.DestinationPort,
            IcmpType = ip.IsIcmp ? ip.IcmpType : (byte)0,
            IcmpCode = ip.IsIcmp ? ip.IcmpCode : (byte)0,
            PeerGroups = [.. GroupsOf(vif, peer, peerVif)],
        };

        // "7/web" is the rule web of group 7.
        Decision decision = LinearPolicy.Decide(State.GroupsOf(vif), direction, probe);
        return (decision.IsAllowed, decision.Rule is { } rule ? rule[(rule.IndexOf('/', StringComparison.Ordinal) + 1)..] : "");
    }

    /// <summary>Those of the best route to the peer in the judged interface's VRF, of the one behind VRF next hops, and of the peer if it is here.</summary>
    private IEnumerable<SecurityGroupId> GroupsOf(Vif vif, IpAddress peer, Vif? peerVif)
    {
        ReferenceRoute[] routes = State.Resolve(vif.Vrf, peer).Routes;

        return routes.Take(1).Concat(routes.TakeLast(1)).SelectMany(route => route.Groups).Concat(peerVif?.SecurityGroups ?? default).Distinct();
    }
}
