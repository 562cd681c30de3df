using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Both ends translated, or here, or one and the same: in one flow pair (issue 4, hairpin and the like).</summary>
[TestFixture]
public sealed class MeetingTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Sctp = IpProtocol.Sctp, Icmp = IpProtocol.Icmp;

    [Test]
    public void OfAClientWithItself([Values(Tcp, Udp, Sctp)] byte protocol, [Values(8080, 80, 5000)] int port, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        ServeAt(node, isIpv6, protocol, (ushort)port);

        // From its own port to that very one as well.
        Exchange call = Exchange.To(node, protocol, Scene.Tenant(5000, isIpv6), Service(isIpv6), 80, Scene.Tenant((ushort)port, isIpv6));
        (call with { Seen = call.Seen with { Address = Service(isIpv6) } }).AssertWorks();
    }

    [Test]
    public void OfAClientWithItselfUnmapped([Values(Udp, Icmp, IpProtocol.Gre)] byte protocol, [Values(80, 5000)] int port, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(1, Service(isIpv6), Lab.Tenant)).Routes(1, Service(isIpv6), ToTenant);
        ushort to = protocol == Udp ? (ushort)port : (ushort)0;

        Exchange call = Exchange.To(node, protocol, Scene.Tenant(5000, isIpv6), Service(isIpv6), to, Scene.Tenant(to, isIpv6));
        (call with { Seen = call.Seen with { Address = Service(isIpv6) } }).AssertWorks();
        Assert.That(node.Flows().Select(flow => flow.Action), Is.All.EqualTo(FlowAction.Nat));
    }

    [Test]
    public void OfAClientWithItselfByANodePort([Values] bool translates)
    {
        using Node node = Scene.Start();
        ServeAt(node, isIpv6: false, Tcp, 8080);
        node.Routes(1, Lab.Endpoint(false), IntoUnderlay);
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(Tcp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(Service()), translates) }] });

        Exchange call = Exchange.To(node, Tcp, Scene.Tenant(5000), Lab.Endpoint(false), 30080, Scene.Tenant(8080));
        (call with { Seen = call.Seen with { Address = translates ? Lab.Endpoint(false) : Service() } }).AssertWorks();
    }

    [Test]
    public void OfAClientWithItselfByItsPublicAddress()
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant)).Routes(Public, Floating(), ToTenant);

        Exchange call = Exchange.To(node, Tcp, Scene.Tenant(5000), Floating(), 80, Scene.Tenant(80));
        (call with { Seen = call.Seen with { Address = Floating() } }).AssertWorks();
    }

    [Test]
    public void OfTwoOfOneNode([Values(Tcp, Udp, Sctp)] byte protocol, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        ServeAt(node, isIpv6, protocol, 8080);

        Exchange.To(node, protocol, Scene.Tenant(5000, isIpv6, Lab.Neighbour), Service(isIpv6), 80, Scene.Tenant(8080, isIpv6)).AssertWorks();
        Assert.That(node.Flows(), Has.Length.EqualTo(2), "one pair");
    }

    [Test]
    public void OfAClientInAnotherVrfWithAnAddressThere([Values(Tcp, Udp, Sctp)] byte protocol, [Values] bool isIpv6, [Values(FloatingIpDirection.Egress, FloatingIpDirection.Both)] FloatingIpDirection direction)
    {
        using Node node = Scene.Start();
        ServeAt(node, isIpv6, protocol, 8080);
        string seen = isIpv6 ? "fd01::44" : "10.1.0.44";
        node.Apply(Float(1, seen, Lab.Other) with { Direction = direction });

        Side client = Scene.Tenant(5000, isIpv6, Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) };
        Exchange call = Exchange.To(node, protocol, client, Service(isIpv6), 80, Scene.Tenant(8080, isIpv6));
        (call with { Seen = call.Seen with { Address = seen } }).AssertWorks();

        FlowRecord[] flows = node.Flows();
        Assert.That(flows.Select(flow => (flow.Key.Vrf.Value, flow.Action)), Is.EqualTo(new[] { (2u, FlowAction.Nat), (1u, FlowAction.Nat) }));
    }

    [Test]
    public void OfTwoBehindFloatingIps([Values(Tcp, Udp, Sctp, Icmp)] byte protocol, [Values] bool isMapped, [Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        string of = Floating(isIpv6, 10), at = Floating(isIpv6, 11);
        node.Apply(
            Float(of, Lab.Tenant),
            Float(at, Lab.Other) with { PortMappings = isMapped && protocol != Icmp ? [Map(protocol, 80, 8080)] : [] });
        node.Routes(Public, of, ToTenant).Routes(Public, at, ToOther);
        ushort port = protocol == Icmp ? (ushort)0 : isMapped ? (ushort)8080 : (ushort)80;

        Side server = Scene.Tenant(port, isIpv6, Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) };
        Exchange call = Exchange.To(node, protocol, Scene.Tenant(5000, isIpv6), at, protocol == Icmp ? (ushort)0 : (ushort)80, server);
        (call with { Seen = call.Seen with { Address = of } }).AssertWorks();
        Assert.That(node.Flows(), Has.Length.EqualTo(2), "one pair");
    }

    [Test]
    public void OfTwoNodesBehindFloatingIps([Values] bool byLabel)
    {
        // Each node translates its own end's address.
        EncapsulationKind kind = byLabel ? EncapsulationKind.MplsOverUdp : EncapsulationKind.Vxlan;
        using Node node = Scene.Start(kind);
        node.Apply(Float(Floating(), Lab.Tenant)).Routes(Public, Floating(), ToTenant);
        node.Routes(Public, Floating(number: 11), ToPublic, byLabel ? 888u : 0);
        Door door = byLabel ? Door.Label(Lab.VifLabel, 888) : Door.Vni(PublicVni);

        Exchange call = Exchange.To(node, Tcp, Scene.Tenant(5000), Floating(number: 11), 80, new Side(door, Floating(number: 11), 80));
        (call with { Seen = call.Seen with { Address = Floating() }, HopsBack = byLabel ? 0 : 1 }).AssertWorks();

        Exchange back = Exchange.To(node, Tcp, new Side(door, Floating(number: 11), 6000), Floating(), 22, Scene.Tenant(22));
        (back with { HopsThere = byLabel ? 0 : 1 }).AssertWorks();
    }

    [Test]
    public void OfTwoThatComeFromOnePortIsRefusedTheSecond([Values] bool ends)
    {
        // One address for two guests, and nothing to tell the answers apart.
        using Node node = Scene.Start();
        node.Apply(Float(Floating(), Lab.Tenant, Lab.Neighbour) with { Direction = FloatingIpDirection.Egress });
        var server = new Side(Door.Vni(PublicVni), Outsider(), 53);
        Exchange first = Exchange.To(node, Udp, Scene.Tenant(5000), Outsider(), 53, server) with { Seen = new Side(server.Door, Floating(), 5000) };
        Exchange second = first with { Client = Scene.Tenant(5000, vif: Lab.Neighbour) };
        first.AssertWorks();

        if (ends)
        {
            node.Apply(Float(Floating(), Lab.Neighbour) with { Direction = FloatingIpDirection.Egress });
            second.AssertWorks();
            return;
        }

        Assert.That(second.Ask(), Is.EqualTo(DropReason.FlowConflict));
        first.AssertWorks();
    }

    private static string Service(bool isIpv6 = false) => Groups.Service(isIpv6);

    private static void ServeAt(Node node, bool isIpv6, byte protocol, ushort port) =>
        node.Apply(Float(1, Service(isIpv6), Lab.Tenant) with { Direction = FloatingIpDirection.Ingress, PortMappings = [Map(protocol, 80, port)] }).Routes(1, Service(isIpv6), ToTenant);
}
