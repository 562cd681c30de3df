using VRouter.Encap;

namespace VRouter.Forwarding;

/// <summary>What a trace tells of the way that was decided for a flow: who sends it on and translates it, and its member of a group.</summary>
internal sealed partial class Walk<TTrace>
{
    private void TraceWay(in Packet packet, in FlowDecision decision)
    {
        IpAddress called = TraceForwarder(decision);
        TraceSource(decision);

        if (!decision.Way.Last.IsNone)
        {
            TraceRoute(packet, decision.Way.Vrf, called);
        }

        TraceMember(decision);
        TraceReceiver(decision, called);
    }

    /// <summary>The address that is called, perhaps by a floating IP that sends on to it.</summary>
    private IpAddress TraceForwarder(in FlowDecision decision)
    {
        if (decision.Forwarder == 0
            || _state.FloatingIpsByIndex[decision.Forwarder - 1] is not { } floating
            || !floating.TryForward(decision.Key.Protocol, decision.Key.DestinationPort, out PortForwardState forward))
        {
            return decision.Key.Destination;
        }

        TraceFloatingIp(floating, $"sends port {decision.Key.DestinationPort} on to {forward.Address}, port {forward.Port}");
        return forward.Address;
    }

    private void TraceSource(in FlowDecision decision)
    {
        if (decision.Nat is { } nat)
        {
            _trace.Step("source-nat", $"source NAT {nat.Id} makes the source {decision.Source}, port {decision.Ports >> 16}", ObjectKey.Of(nat.Id));
        }
        else if (decision.IsSourceTranslated && (FindFirst(decision.Way, decision.Source) ?? _state.FindFloatingIp(decision.Way.Vrf, decision.Source)) is { } floating)
        {
            TraceFloatingIp(floating, $"is the source instead of {decision.Key.Source}, with port {decision.Ports >> 16}");
        }
    }

    // The VRF that the flow has left for is where its way begins.
    private FloatingIpState? FindFirst(in Way way, IpAddress address) => way.First.IsNone ? null : _state.FindFloatingIp(_routes.Key(way.First).Vrf, address);

    private void TraceMember(in FlowDecision decision)
    {
        int routed = decision.IsDirect ? decision.Named : decision.Way.Last.IsNone ? 0 : _routes.Entry(decision.Way.Last).NextHop;
        ref NextHopState group = ref _nextHops[_state.NextHops[routed]];

        if (group.Kind == NextHopKind.Ecmp)
        {
            _trace.Step("member", $"of group {group.Id}: {Describe(_nextHops[decision.Way.Slot])}", ObjectKey.Of(new NextHopId(group.Id)));
        }
    }

    private void TraceReceiver(in FlowDecision decision, IpAddress called)
    {
        if (decision.Receiver != 0 && decision.IsDestinationTranslated && _state.FindFloatingIp(decision.Way.Vrf, called) is { } floating && floating.Has(decision.Receiver))
        {
            TraceFloatingIp(floating, $"is {decision.Destination}, port {(ushort)decision.Ports}, of interface {_state.Vifs[decision.Receiver]!.Vif.Id}");
        }
    }

    private void TraceFloatingIp(FloatingIpState floating, string detail) =>
        _trace.Step("floating-ip", $"floating IP {floating.Address} of VRF {floating.VrfId} {detail}", ObjectKey.Of(floating.VrfId, floating.Address));
}
