using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>
/// What the vRouter does to a packet, by the words of the semantics: one packet at a time, everything looked up anew in lists. Slow, and meant to
/// be obviously right. What it does not know (ARP, ND, neighbours to be resolved, bridging) it says.
/// </summary>
internal sealed partial class ReferenceRouter
{
    private static readonly TimeSpan s_aSecond = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(VifId Vif, long Second), int> _errors = [];

    public ReferenceRouter() => Flows.OnEnd = EndAffinity;

    public ReferenceState State { get; } = new();

    public ReferenceFlows Flows { get; } = new();

    public TimeSpan Now { get; private set; }

    /// <summary>Lets time pass, which ends flows, and the patience of fragments. Says what became of packets.</summary>
    public IReadOnlyList<Outcome> Wait(TimeSpan time)
    {
        Now += time;

        foreach (ReferenceFlow flow in Flows.All.Where(flow => flow.Deadline(State.Settings.FlowTimeouts) <= Now).ToArray())
        {
            Flows.End(flow, flow.IsClosed ? FlowEndReason.Closed : FlowEndReason.TimedOut);
        }

        return [.. _fragments.TakeOverdue(Now).Select(_ => Outcome.Dropped(DropReason.FragmentTimeout))];
    }

    /// <summary>Changes the configuration. Flows are judged again when they are next used, but those of an interface go with it. Says what became of packets.</summary>
    public IReadOnlyList<Outcome> Apply(Transaction transaction)
    {
        var outcomes = new List<Outcome>();
        VifId[] before = [.. State.Vifs.Select(vif => vif.Id)];
        State.Apply(transaction);

        foreach (VifId gone in before.Where(vif => State.FindVif(vif) is null))
        {
            foreach (ReferenceFlow flow in Flows.All.Where(flow => flow.Touches(gone)).ToArray())
            {
                Flows.End(flow, FlowEndReason.InterfaceRemoved);
            }

            outcomes.AddRange(_fragments.TakeOf(gone).Select(_ => Outcome.Dropped(DropReason.InterfaceDown)));
        }

        return outcomes;
    }

    /// <summary>Lets a frame come in at an interface. Says what became of it, and then of those that have waited for it.</summary>
    public IReadOnlyList<Outcome> Receive(VifId vif, byte[] frame)
    {
        _others.Clear();
        Outcome own = Enter(vif, frame);
        Resume();
        return [own, .. _others];
    }

    private Outcome Enter(VifId vif, byte[] frame)
    {
        Vif ingress = State.FindVif(vif)!;
        (DropReason reason, int etherType) = ReadEthernet(ingress, frame);

        if (reason != DropReason.None)
        {
            return Outcome.Dropped(reason);
        }

        return ingress.Kind switch
        {
            VifKind.Tenant => FromTenant(ingress, frame, etherType),
            VifKind.Fabric => FromFabric(ingress, frame, etherType),
            _ => FromHost(ingress, frame, etherType),
        };
    }

    /// <summary>"A missing, unexpected or other 802.1Q tag is NotForUs; a tag behind the port's own is payload."</summary>
    private static (DropReason Reason, int EtherType) ReadEthernet(Vif vif, byte[] frame)
    {
        const int taggedLength = 18;

        if (frame.Length < 14)
        {
            return (DropReason.Malformed, 0);
        }

        int etherType = Octets.Read16(frame, 12);

        if (vif.Vlan == 0)
        {
            return (etherType == EtherType.Vlan ? DropReason.NotForUs : DropReason.None, etherType);
        }

        if (etherType != EtherType.Vlan)
        {
            return (DropReason.NotForUs, 0);
        }

        if (frame.Length < taggedLength)
        {
            return (DropReason.Malformed, 0);
        }

        return ((Octets.Read16(frame, 14) & 0xFFF) == vif.Vlan ? DropReason.None : DropReason.NotForUs, Octets.Read16(frame, 16));
    }

    private static byte[] PayloadOf(Vif vif, byte[] frame) => frame[(vif.Vlan == 0 ? 14 : 18)..];

    private static byte[] Ethernet(MacAddress destination, MacAddress source, int vlan, bool isIpv6, byte[] payload)
    {
        byte[] tag = vlan == 0 ? [] : [.. Octets.Of16(EtherType.Vlan), .. Octets.Of16(vlan)];
        return [.. Octets.Of(destination), .. Octets.Of(source), .. tag, .. Octets.Of16(isIpv6 ? EtherType.Ipv6 : EtherType.Ipv4), .. payload];
    }
}
