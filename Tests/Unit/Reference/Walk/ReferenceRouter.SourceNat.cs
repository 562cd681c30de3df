using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>
/// Source NAT (semantics, section 6). Which free port a flow gets is nobody's promise, but that it is of the pool, that no other flow has it towards the same
/// end, that it is the original one where that is free, and that there is one as long as any is free.
/// </summary>
internal sealed partial class ReferenceRouter
{
    private static readonly PortRange s_ownPorts = new(1024, ushort.MaxValue);

    /// <summary>What those who choose ports have chosen: as what flows leave, by where they come from.</summary>
    public Dictionary<(VrfId Vrf, FiveTuple Tuple), FiveTuple> Given { get; } = [];

    /// <summary>The first source NAT of the VRF that takes a flow which leaves that VRF; null = none does.</summary>
    private ReferenceDecision? LeaveThroughSourceNat(ReferenceDecision decision)
    {
        FiveTuple tuple = decision.Leaves;

        foreach (SourceNat nat in State.SourceNatsOf(decision.Arrival.Vrf))
        {
            Way outside = State.Resolve(nat.OutsideVrf, tuple.Destination);
            bool applies = nat.Addresses.Any(address => address.IsIpv6 == tuple.Source.IsIpv6)
                && (nat.SourcePrefixes.Count == 0 || nat.SourcePrefixes.Any(prefix => prefix.Contains(tuple.Source)))
                && !nat.ExcludedDestinations.Any(prefix => prefix.Contains(tuple.Destination));

            if (applies && Leaves(decision.Way, nat.OutsideVrf, outside))
            {
                return decision with { Way = outside, VrfCalled = outside.Vrf, Pool = [.. nat.Addresses.Where(address => address.IsIpv6 == tuple.Source.IsIpv6)], Ports = nat.Ports };
            }
        }

        return null;
    }

    /// <summary>Its best route is a lookup in the other VRF, or there is none and the other one has one.</summary>
    private static bool Leaves(Way way, VrfId outsideVrf, Way outside) => way.Routes is [var first, ..]
        ? first.NextHop is VrfNextHop next && next.Vrf == outsideVrf
        : outside.Routes.Length > 0;

    /// <summary>Pool addresses are local where they are given out: what answers no flow goes nowhere.</summary>
    private ReferenceDecision StopAtPool(ReferenceDecision decision) =>
        decision.Way.Reason != DropReason.FloatingIpSourceDenied && decision.Way.FirstLength < decision.Leaves.Destination.Bits && State.IsOfPool(decision.Way.Vrf, decision.Leaves.Destination)
            ? decision with { Way = new Way([], DropReason.NoRoute) { Vrf = decision.Way.Vrf } }
            : decision;

    /// <summary>The address and the port that it leaves with.</summary>
    private ReferenceDecision TakePort(ReferenceDecision decision, ReferenceFlow? before)
    {
        FiveTuple? wish = before?.Leaving ?? Given.GetValueOrDefault((decision.Arrival.Vrf, decision.Arrival.Tuple));
        IpAddress[] addresses = wish is null ? decision.Pool : [wish.Source];
        IEnumerable<ReferenceDecision> wished = wish is null ? [] : [decision.From(wish.Source, wish.SourcePort)];
        IEnumerable<ReferenceDecision> original = addresses.Select(address => decision.From(address, decision.Arrival.HasPorts ? decision.Arrival.Tuple.SourcePort : (ushort)0));

        // A flow has what it has got. A new one gets its original port, if that is free; where it is not set up, which one it would be is of no matter.
        IEnumerable<ReferenceDecision> candidates = before is not null ? wished : original.Concat(wished).Concat(wish is null ? EveryOne(decision) : []);
        return candidates.FirstOrDefault(one => one.IsOfItsPool && IsFree(one, before)) ?? decision with { Refusal = DropReason.SourceNatExhausted };
    }

    private static IEnumerable<ReferenceDecision> EveryOne(ReferenceDecision decision) =>
        from address in decision.Pool
        from port in Enumerable.Range((int)decision.Ports.First, (int)(decision.Ports.Last - decision.Ports.First) + 1)
        select decision.From(address, (ushort)port);

    private bool IsFree(ReferenceDecision decision, ReferenceFlow? before) => Flows.Find(ReverseKey(decision)) is not { } other || other == (before, 1);
}
