using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>As what a flow goes, and where: floating IPs inward, outward and onward (semantics, section 6).</summary>
internal sealed partial class ReferenceRouter
{
    private ReferenceDecision Decide(Arrival arrival, ReferenceFlow? before = null)
    {
        ReferenceDecision decision = new(arrival, WayOf(arrival), arrival.Tuple);

        // What a label has named is there. In packet mode nothing is translated.
        if (arrival.Direct is null && arrival.Sender is not { PolicyDisabled: true })
        {
            decision = SendOn(decision) ?? LeaveSender(decision);
        }

        decision = arrival.Direct is null ? StopAtPool(decision) : decision;
        decision = decision.Way.IsEnd ? decision : TakeMember(decision, before);

        if (decision.Way.IsEnd)
        {
            return decision;
        }

        decision = decision.Pool is [var first, ..] ? decision with { Leaves = decision.Leaves with { Source = first } } : decision;
        decision = ReachReceiver(decision, before);
        return decision.Pool.Length > 0 && decision.Refusal == DropReason.None ? TakePort(decision, before) : decision;
    }

    /// <summary>Out as a floating IP of the sender's, or through a source NAT; where that leads, it may be sent on.</summary>
    private ReferenceDecision LeaveSender(ReferenceDecision decision) => (LeaveAsFloatingIp(decision) ?? LeaveThroughSourceNat(decision)) is { } outside
        ? SendOn(outside) ?? outside
        : decision;

    /// <summary>A mapping with forward sends on to another address, in one flow pair: node ports reach a service from any node. Null: none does.</summary>
    private ReferenceDecision? SendOn(ReferenceDecision decision)
    {
        FiveTuple tuple = decision.Leaves;

        // In the VRF that was called, or where the way ends.
        VrfId[] vrfs = decision.Way.Vrf == decision.VrfCalled ? [decision.Way.Vrf] : [decision.VrfCalled, decision.Way.Vrf];

        foreach (FloatingIp floatingIp in vrfs.Select(vrf => State.FindFloatingIp(vrf, tuple.Destination)).OfType<FloatingIp>())
        {
            foreach (PortMapping mapping in floatingIp.PortMappings.Where(one => (one.Protocol, one.SourcePort) == (tuple.Protocol, tuple.DestinationPort)))
            {
                if (mapping.Forward is { } forward)
                {
                    return SendOn(decision, floatingIp, mapping, forward);
                }
            }
        }

        return null;
    }

    private ReferenceDecision SendOn(ReferenceDecision decision, FloatingIp floatingIp, PortMapping mapping, PortForward forward) => IsServed(floatingIp, decision.Leaves.Source)
        ? decision with
        {
            Way = State.Resolve(forward.Vrf, forward.Address),
            Leaves = decision.Leaves with { Destination = forward.Address, DestinationPort = mapping.DestinationPort },
            Pool = forward.TranslateSource ? [floatingIp.Address] : [],
            Ports = s_ownPorts,
        }
        : decision with { Way = new Way([], DropReason.FloatingIpSourceDenied) { Vrf = decision.Way.Vrf } };

    private static bool IsServed(FloatingIp floatingIp, IpAddress source) =>
        floatingIp.SourcePrefixes.Count == 0 || floatingIp.SourcePrefixes.Any(prefix => prefix.Contains(source));

    /// <summary>
    /// Outbound: the floating IP whose VRF has the longest route to the destination, longer than the interface's own VRF's; between equals the lower
    /// VRF name, then the lower address. Null: none.
    /// </summary>
    private ReferenceDecision? LeaveAsFloatingIp(ReferenceDecision decision)
    {
        FiveTuple tuple = decision.Leaves;

        if (decision.Arrival.Sender is not { } sender)
        {
            return null;
        }

        var candidates =
            from floatingIp in State.FloatingIpsOf(sender)
            where floatingIp.Direction != FloatingIpDirection.Ingress && ReferenceState.FixedAddressOf(floatingIp, sender) == tuple.Source
            let port = PortOutside(floatingIp, sender, tuple)
            let way = State.Resolve(floatingIp.Vrf, tuple.Destination)
            where port is not null && way.FirstLength > decision.Way.FirstLength
            orderby way.FirstLength descending, State.Vrf(floatingIp.Vrf).Name, floatingIp.Address
            select decision with { Way = way, Leaves = tuple with { Source = floatingIp.Address, SourcePort = port.Value }, VrfCalled = way.Vrf };

        return candidates.FirstOrDefault();
    }

    /// <summary>Inbound: what is addressed to a floating IP of the receiver is delivered to the guest's own address and port.</summary>
    private ReferenceDecision ReachReceiver(ReferenceDecision decision, ReferenceFlow? before)
    {
        FiveTuple tuple = decision.Leaves;

        if (State.FindFloatingIp(decision.Way.Vrf, tuple.Destination) is not { } floatingIp)
        {
            return decision;
        }

        if (decision.Way.Receiver is { Kind: VifKind.Host } && FindLocalMember(floatingIp, tuple, before) is { } member)
        {
            decision = decision with { Way = decision.Way with { Receiver = member, Last = null } };
        }

        if (decision.Way.Receiver is not { PolicyDisabled: false } receiver
            || !floatingIp.Vifs.Contains(receiver.Id)
            || receiver.Addresses.Any(address => address.Address == tuple.Destination))
        {
            return decision;
        }

        if (PortInside(floatingIp, receiver, tuple) is not { } port || ReferenceState.FixedAddressOf(floatingIp, receiver) is not { } address)
        {
            return decision with { Refusal = DropReason.FloatingIpPortUnmapped };
        }

        // A client that is its own member: from its own address the answer would never leave it.
        bool isHairpin = decision.Arrival.Sender == receiver && !decision.IsSourceTranslated;

        return decision with
        {
            Leaves = tuple with { Source = isHairpin ? floatingIp.Address : tuple.Source, Destination = address, DestinationPort = port },
            Refusal = floatingIp.Direction == FloatingIpDirection.Egress ? DropReason.FloatingIpPortUnmapped
                : IsServed(floatingIp, tuple.Source) ? DropReason.None
                : DropReason.FloatingIpSourceDenied,
        };
    }

    /// <summary>
    /// On an address of this node a floating IP serves by its members that are here; what none of them serves goes on to HOST. Of several the one that it
    /// has, else the one that its hash prefers.
    /// </summary>
    private Vif? FindLocalMember(FloatingIp floatingIp, FiveTuple tuple, ReferenceFlow? before) => floatingIp.Direction == FloatingIpDirection.Egress ? null : floatingIp.Vifs
        .Select(id => State.FindVif(id)!)
        .Where(vif => !vif.PolicyDisabled && PortInside(floatingIp, vif, tuple) is not null)
        .OrderByDescending(vif => vif.Id == before?.Receiver)
        .ThenByDescending(vif => ReferenceHash.Finish(ReferenceHash.Finish(vif.Id.Value) ^ ReferenceHash.Of(tuple)))
        .FirstOrDefault();

    /// <summary>The port of a member behind a floating IP's; null = it has none.</summary>
    private static ushort? PortInside(FloatingIp floatingIp, Vif member, FiveTuple tuple) => floatingIp.PortMappings.Count == 0
        ? tuple.DestinationPort
        : MappingsFor(floatingIp, member, tuple.Protocol)
            .Where(mapping => mapping.SourcePort == tuple.DestinationPort)
            .Select(mapping => (ushort?)mapping.DestinationPort)
            .FirstOrDefault();

    /// <summary>The port of a floating IP in front of a member's; null = it has none. Of several the lowest.</summary>
    private static ushort? PortOutside(FloatingIp floatingIp, Vif member, FiveTuple tuple) => floatingIp.PortMappings.Count == 0
        ? tuple.SourcePort
        : MappingsFor(floatingIp, member, tuple.Protocol)
            .Where(mapping => mapping.DestinationPort == tuple.SourcePort)
            .Select(mapping => (ushort?)mapping.SourcePort)
            .FirstOrDefault();

    /// <summary>A member's own before those for all.</summary>
    private static IEnumerable<PortMapping> MappingsFor(FloatingIp floatingIp, Vif member, byte protocol) => floatingIp.PortMappings
        .Where(mapping => mapping.Forward is null && mapping.Protocol == protocol && (mapping.Vifs.Count == 0 || mapping.Vifs.Contains(member.Id)))
        .OrderBy(mapping => mapping.Vifs.Count == 0)
        .ThenBy(mapping => mapping.SourcePort);
}
