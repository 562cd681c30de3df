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

    /// <summary>Whether a flow leaves its VRF through a source NAT: then that is its way.</summary>
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
                decision.Nat = nat;
                decision.HasOwnPort = true;
                decision.CrossesVrfs = true;
                return true;
            }
        }

        return false;
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

    /// <summary>Whether a flow would leave for an address of a pool, which is local where it is given out: what answers no flow goes nowhere.</summary>
    private bool IsForAPool(in FlowDecision decision) =>
        LengthOf(decision.Way) < decision.Destination.Bits && _state.FindPool(decision.Way.Vrf, decision.Destination) is not null;

    /// <summary>The address that is tried first for a flow that gets a port of its own.</summary>
    private IpAddress OwnAddress(in FlowDecision decision)
    {
        if (decision.Nat is not { } nat)
        {
            return _state.FloatingIpsByIndex[decision.Forwarder - 1]!.Address;
        }

        int place = FirstAddress(decision, nat);

        while (nat.Addresses[place].IsIpv6 != decision.Key.IsIpv6)
        {
            place = (place + 1) % nat.Addresses.Length;
        }

        return nat.Addresses[place];
    }

    /// <summary>A flow keeps the address that it has; and a client keeps to one address of the pool as long as that has ports.</summary>
    private static int FirstAddress(in FlowDecision decision, SourceNatState nat)
    {
        int before = decision.Before.Protocol == decision.Key.Protocol ? nat.Addresses.AsSpan().IndexOf(decision.Before.Destination) : -1;
        return before >= 0 ? before : (int)(FlowHash.Compute(AddressesOf(decision.Key.Source, decision.Key.Source), 0, 0) % (uint)nat.Addresses.Length);
    }

    /// <summary>Takes a port, when all is known of a flow but that. False: none is left.</summary>
    private bool TryTakePort(ref FlowDecision decision)
    {
        if (decision.Nat is not { } nat)
        {
            return TryTakePort(ref decision, decision.Source, s_portsOfItsOwn) || IsExhausted(ref decision);
        }

        int first = FirstAddress(decision, nat);

        for (int i = 0; i < nat.Addresses.Length; i++)
        {
            IpAddress address = nat.Addresses[(first + i) % nat.Addresses.Length];

            if (address.IsIpv6 == decision.Key.IsIpv6 && TryTakePort(ref decision, address, new PortRange(nat.FirstPort, nat.LastPort)))
            {
                return true;
            }
        }

        return IsExhausted(ref decision);
    }

    private static bool IsExhausted(ref FlowDecision decision)
    {
        decision.Reason = DropReason.SourceNatExhausted;
        decision.DecidedBy = decision.Nat is null ? decision.Forwarder : 0;
        return false;
    }

    private bool TryTakePort(ref FlowDecision decision, IpAddress address, PortRange ports)
    {
        bool isNew = decision.Before.Protocol == 0;
        (ushort vif, int vrf) = PlaceOfAnswers(decision);
        FlowKey answers = FlowKey.Of(vif, vrf, address, decision.Destination, decision.Key.Protocol, (ushort)decision.Ports).Reverse();

        if (isNew && _exhausted == answers && _now < _exhaustedUntil)
        {
            return false;
        }

        foreach (ushort port in new PortTries(decision, ports, address, MostTries))
        {
            uint both = (uint)port << 16 | (ushort)decision.Ports;
            FlowKey answer = FlowKey.Of(vif, vrf, address, decision.Destination, decision.Key.Protocol, both).Reverse();

            if (IsFree(answer, decision))
            {
                decision.Source = address;
                decision.Ports = both;
                return true;
            }
        }

        if (isNew)
        {
            (_exhausted, _exhaustedUntil) = (answers, _now + ExhaustionPause);
        }

        return false;
    }

    /// <summary>Whether nobody's answers come by a key, but perhaps those of the flow that is decided anew, and this worker may take it.</summary>
    private bool IsFree(in FlowKey answer, in FlowDecision decision) =>
        answer == decision.Before || (IsNobodys(_table.Find(answer)) && (!_isShared || _flows.Owners.Of(answer) == _flows.Number));

    // A trace counts what would be over as over.
    private bool IsNobodys(uint entry) => entry == 0 || FlowTable.Forward(entry) == _outdated;
}
