using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What leaves a VRF through a source NAT, and what does not (semantics, sections 6 and 8).</summary>
[TestFixture]
public sealed class SourceNatTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void LeavesWithThePoolsAddressAndItsOwnPort([Values(Tcp, Udp, Sctp, Icmp, IpProtocol.Gre)] byte protocol, [Values] bool byLookup, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Nat());

        if (byLookup)
        {
            node.Apply(Lab.Route(1, isIpv6 ? "2001:db8::/32" : "0.0.0.0/0", IntoPublic));
        }

        Out(node, protocol, isIpv6: isIpv6).AssertWorks();
        Assert.That(node.Flows().Select(flow => (flow.Action, flow.Packets)), Is.EqualTo(new[] { (FlowAction.Nat, 2ul), (FlowAction.Nat, 2ul) }));
    }

    [Test]
    public void IsToldAsFlowsOfBothKeys()
    {
        using Node node = Scene.Start();
        node.Apply(Nat());
        Out(node, Udp).AssertAsked();

        var asked = new FlowRecordKey(new VrfId(1), Ip("10.1.0.2"), Ip(Outsider()), Udp, 5000, 53, new VifId(Lab.Tenant));
        var answered = new FlowRecordKey(new VrfId(Public), Ip(Outsider()), Ip(Pool()), Udp, 53, 5000, new VifId(Lab.Tenant));
        Assert.That(node.Flows().Select(flow => (flow.Key, flow.ReverseKey)), Is.EqualTo(new[] { (asked, answered), (answered, asked) }));
    }

    [Test]
    public void LeavesExcludedDestinationsUntranslated([Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { ExcludedDestinations = [IpPrefix.Host(Ip(Outsider(isIpv6)))] });
        node.Apply(Lab.Route(1, isIpv6 ? "2001:db8::/32" : "0.0.0.0/0", IntoPublic));

        Out(node, Udp, isIpv6: isIpv6, seen: Lab.Address(Lab.Tenant, isIpv6)).AssertAsked();
        Out(node, Udp, isIpv6: isIpv6, called: Outsider(isIpv6, 8)).AssertWorks();
    }

    [Test]
    public void TakesTheSourcesThatItIsForOnly()
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { SourcePrefixes = [Prefix("10.1.0.3/32")] });

        Assert.That(Out(node, Udp).Ask(), Is.EqualTo(DropReason.NoRoute));
        Exchange call = Out(node, Udp);
        (call with { Client = Scene.Tenant(5000, vif: Lab.Neighbour) }).AssertWorks();
    }

    [TestCase("198.51.0.0/16", 10u, false, Description = "a tunnel of its own")]
    [TestCase("0.0.0.0/0", 10u, false, Description = "any tunnel of its own")]
    [TestCase("198.51.0.0/16", IntoPublic, true)]
    public void LeavesAVrfOnlyWhereThatsBestRouteDoes(string prefix, uint nextHop, bool leaves)
    {
        using Node node = Scene.Start();
        node.Apply(Nat());
        node.Apply(Lab.Route(1, prefix, nextHop));

        (leaves ? Out(node, Udp) : Out(node, Udp, Door.Vni(), seen: "10.1.0.2")).AssertAsked();
    }

    [Test]
    public void IsNotForWhatHasAFloatingIp()
    {
        using Node node = Scene.Start();
        node.Apply(Nat());
        node.Apply(Float(Floating(), Lab.Tenant));

        Out(node, Udp, seen: Floating()).AssertWorks();

        // One that is for others' connections is not one of its own.
        node.Apply(Float(Floating(), Lab.Tenant) with { Direction = FloatingIpDirection.Ingress });
        Exchange call = Out(node, Udp);
        (call with { Client = call.Client with { Port = 5001 }, Seen = call.Seen with { Port = 5001 } }).AssertWorks();
    }

    [Test]
    public void TakesWhatComesOutOfTunnelsToo([Values(Tcp, Udp, Icmp)] byte protocol)
    {
        // A gateway: pods of other nodes leave through this one.
        using Node node = Scene.Start();
        node.Apply(Nat());
        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(17), EncapsulationKind.Vxlan, Ip(SecondPeer)) { Label = PublicVni }],
            Routes = [Lab.Route(Public, "198.51.100.0/24", 17)],
        });
        Exchange call = Out(node, protocol, Door.Vni(PublicVni, SecondPeer));

        (call with { Client = new Side(Door.Vni(), Lab.Remote(false), 5000) }).AssertWorks();
    }

    [Test]
    public void FindsAnswersOnTheNodesOwnAddressBeforeTheHost([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { OutsideVrf = new VrfId(0), Addresses = [Ip(Lab.Endpoint(false)), Ip(Lab.Endpoint(true))] });
        string own = Lab.Endpoint(isIpv6);

        Exchange call = Out(node, protocol, Door.Underlay, isIpv6, Stranger(isIpv6), own);
        call.AssertWorks();

        // Everything else is the node's.
        Message other = call.Answer with { Source = Stranger(isIpv6, 8) };
        node.Receive(Lab.Fabric, Door.Underlay.Frame(other.Bytes));
        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.PeerMac, other.Bytes)));

        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, other.Back().Bytes));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Lab.PeerMac, Lab.FabricMac, other.Back().Bytes)));
    }

    [Test]
    public void HasThePoolsAddressesAtHomeByThemselves([Values] bool onUnderlay)
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { OutsideVrf = new VrfId(onUnderlay ? 0 : Public) });
        node.Apply(Lab.Route(onUnderlay ? 0 : Public, "0.0.0.0/0", onUnderlay ? 90u : ToPublic));
        Side client = onUnderlay ? new Side(Door.Underlay, Stranger()) : Outside(1000);

        node.AssertDropped(Lab.Fabric, client.Door.Frame(Craft.Udp(client.Address, Pool())), DropReason.NoRoute);
    }

    [Test]
    public void LeavesTheHostsAnswersToItsPoolFindTheirFlow()
    {
        using Node node = Scene.Start();
        node.Apply(Nat() with { OutsideVrf = new VrfId(0) });
        node.Apply(Lab.Route(1, "192.0.2.0/24", IntoUnderlay));
        Exchange call = Out(node, Tcp, Door.Host, called: Lab.Endpoint(false));

        call.AssertAsked();
        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, call.Answer.Bytes));
        Assert.That(Door.Tenant().Taken(node), Is.EqualTo(call.Returning.Bytes));
    }

    [Test]
    public void ReachesAFloatingIpOutside()
    {
        // Two clients of one port: both come as the pool to somebody here.
        using Node node = Scene.Start();
        node.Apply(Nat());
        node.Apply(Float(Floating(), Lab.Other) with { PortMappings = [Map(Udp, 53, 5353)] }).Routes(Public, Floating(), ToOther);
        Side server = Scene.Tenant(5353, vif: Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) };
        Exchange first = Exchange.To(node, Udp, Scene.Tenant(5000), Floating(), 53, server) with { Seen = new Side(server.Door, Pool(), 5000) };
        first.AssertWorks();

        Exchange second = first with { Client = Scene.Tenant(5000, vif: Lab.Neighbour) };
        node.Receive(Lab.Neighbour, second.Client.Door.Frame(second.Request.Bytes));
        byte[] arrived = server.Door.Taken(node);
        second = second with { Seen = second.Seen with { Port = (ushort)(arrived[20] << 8 | arrived[21]) } };

        Assert.That(second.Seen.Port, Is.Not.EqualTo(5000));
        second.AssertWorks();
        first.AssertWorks();
    }

    internal static string Pool(bool isIpv6 = false) => isIpv6 ? "2001:db8:113::1" : "203.0.113.1";

    /// <summary>For what leaves the tenants' VRF for the public one.</summary>
    internal static SourceNat Nat() => new(new SourceNatId(1)) { Vrf = new VrfId(1), OutsideVrf = new VrfId(Public), Addresses = [Ip(Pool()), Ip(Pool(true))] };

    /// <summary>The tenant, from port 5000, calls port 53 of somebody outside, who sees the pool.</summary>
    internal static Exchange Out(Node node, byte protocol, Door? door = null, bool isIpv6 = false, string? called = null, string? seen = null)
    {
        Side server = new(door ?? Door.Vni(PublicVni), called ?? Outsider(isIpv6), protocol == Icmp ? (ushort)0 : (ushort)53);
        Side client = Scene.Tenant(5000, isIpv6);
        return new Exchange(node, protocol, client, server with { Door = client.Door }, server, new Side(server.Door, seen ?? Pool(isIpv6), 5000));
    }
}
