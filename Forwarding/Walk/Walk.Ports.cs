using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Forwarding;

/// <summary>
/// Source NAT: an address of the pool, and a port that is free towards this destination, the original one if it is. A port is free when the key
/// that answers would come by is nobody's; each worker takes of the keys that hash to it, so that no two take the same.
/// </summary>
internal sealed partial class Walk<TTrace>
{
    /// <summary>What a floating IP that sends on with its own address gives out.</summary>
    private static readonly PortRange s_portsOfItsOwn = new(1024, ushort.MaxValue);

    /// <summary>Ports that are asked for before a pool counts as exhausted, where there are more: less than 30 us.</summary>
    private const int MostTries = 1024;

    /// <summary>How long a destination that had no port left is not asked about again, in milliseconds.</summary>
    private const long ExhaustionPause = 10;

    private FlowKey _exhausted;
    private long _exhaustedUntil;

    /// <summary>Whether what leaves this VRF does so through a source NAT, and has found a port there. False: no port is left.</summary>
    private bool TryLeaveThroughSourceNat(ref FlowDecision decision)
    {
        foreach (SourceNatState nat in _state.Vrfs[decision.Key.Vrf]!.SourceNats)
        {
            if (!nat.Applies(decision.Source, decision.Destination))
            {
                continue;
            }

            Way outside = FindWay(nat.OutsideVrf, decision.Destination);

            if (Leaves(decision.Way, nat.OutsideVrf, outside))
            {
                decision.Way = outside;
                decision.CrossesVrfs = true;
                return TryTakeAddress(ref decision, nat);
            }
        }

        return true;
    }

    /// <summary>Whether a way leaves its VRF for another: its best route looks up there, or it has none and the other has one.</summary>
    private bool Leaves(in Way way, int outsideVrf, in Way outside)
    {
        if (way.First.IsNone)
        {
            return !outside.First.IsNone;
        }

        ref NextHopState first = ref _nextHops[_state.NextHops[_routes.Entry(way.First).NextHop]];
        return first.Kind == NextHopKind.Vrf && first.Vrf == outsideVrf;
    }

    /// <summary>A client keeps to one address of the pool as long as that has ports.</summary>
    private bool TryTakeAddress(ref FlowDecision decision, SourceNatState nat)
    {
        uint start = FlowHash.Compute(AddressesOf(decision.Source, decision.Source), 0, 0);

        for (int i = 0; i < nat.Addresses.Length; i++)
        {
            IpAddress address = nat.Addresses[(start + (uint)i) % (uint)nat.Addresses.Length];

            if (address.IsIpv6 == decision.Source.IsIpv6 && TryTakePort(ref decision, address, new PortRange(nat.FirstPort, nat.LastPort), nat.OutsideVrf))
            {
                decision.Reason = DropReason.None;
                return true;
            }
        }

        decision.Reason = DropReason.SourceNatExhausted;
        return false;
    }

    private bool TryTakePort(ref FlowDecision decision, IpAddress address, PortRange ports, int vrf)
    {
        decision.HasOwnPort = true;
        decision.Reason = DropReason.SourceNatExhausted;
        uint destinationPort = (ushort)decision.Ports;
        FlowKey answers = FlowKey.Of(0, vrf, decision.Destination, address, decision.Key.Protocol, destinationPort << 16);

        if (_exhausted == answers && _now < _exhaustedUntil)
        {
            return false;
        }

        foreach (ushort port in new PortTries(decision, ports, address, MostTries))
        {
            FlowKey answer = AnswerTo(decision, address, vrf, port);

            if (IsFree(answer, decision))
            {
                decision.Source = address;
                decision.Ports = (uint)port << 16 | destinationPort;
                decision.Reason = DropReason.None;
                return true;
            }
        }

        (_exhausted, _exhaustedUntil) = (answers, _now + ExhaustionPause);
        return false;
    }

    private static FlowKey AnswerTo(in FlowDecision decision, IpAddress address, int vrf, ushort port) =>
        FlowKey.Of(0, vrf, address, decision.Destination, decision.Key.Protocol, (uint)port << 16 | (ushort)decision.Ports).Reverse();

    /// <summary>Whether nobody's answers come by a key, but perhaps those of the flow that is decided anew, and this worker may take it.</summary>
    private bool IsFree(in FlowKey answer, in FlowDecision decision) =>
        answer == decision.Before || (_table.Find(answer) == 0 && (!_isShared || _flows.Owners.Of(answer) == _flows.Number));
}
