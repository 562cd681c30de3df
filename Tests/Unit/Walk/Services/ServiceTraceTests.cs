using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>What a trace tells of services: who translates, which member is chosen, and the packet as it would leave; and that it does nothing.</summary>
[TestFixture]
public sealed class ServiceTraceTests
{
    private const byte Udp = IpProtocol.Udp;

    [Test]
    public void NamesTheFloatingIpThatIsCalled([Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });

        AssertTold(scene.Call(Udp, 80, 8080), ObjectKey.Of(new VrfId(scene.Vrf), Ip(scene.Address)));
    }

    [Test]
    public void NamesTheFloatingIpThatTheCallerLeavesAs([Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(Float(Floating(isIpv6), Lab.Tenant));
        var server = new Side(Door.Vni(PublicVni), Outsider(isIpv6), 53);
        Exchange call = Exchange.To(node, Udp, Tenant(1000, isIpv6), server.Address, 53, server);

        AssertTold(call with { Seen = call.Seen with { Address = Floating(isIpv6) } }, ObjectKey.Of(new VrfId(Public), Ip(Floating(isIpv6))));
    }

    [Test]
    public void NamesTheSourceNat([Values] bool isIpv6)
    {
        using Node node = Scene.Start();
        node.Apply(SourceNatTests.Nat());

        AssertTold(SourceNatTests.Out(node, Udp, isIpv6: isIpv6), ObjectKey.Of(new SourceNatId(1)));
    }

    [Test]
    public void NamesTheGroupAndItsMember()
    {
        using Node node = Groups.Start(Groups.Member(Groups.A));
        Exchange call = Exchange.To(node, Udp, Tenant(1000), Groups.Service(), 80, new Side(Groups.Doors[0], Groups.Service(), 80)) with { HopsBack = 0 };

        TraceResult result = AssertTold(call, ObjectKey.Of(new NextHopId(Groups.Group)));
        Assert.That(result.Steps.Single(step => step.Stage == "member").Detail, Does.Contain($"next hop {Groups.A},"));
    }

    [Test]
    public void NamesTheFloatingIpThatSendsOnAndTheOneBehind()
    {
        using Node node = Scene.Start();
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant);
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(Groups.Service()), TranslateSource: false) }] });
        Exchange call = Exchange.To(node, Udp, new Side(Door.Underlay, Stranger(), 5000), Lab.Endpoint(false), 30080, Tenant(8080));

        AssertTold(call, ObjectKey.Of(new VrfId(0), Ip(Lab.Endpoint(false))), ObjectKey.Of(new VrfId(1), Ip(Groups.Service())));
    }

    private static TraceResult AssertTold(Exchange call, params ObjectKey[] deciders)
    {
        byte[] frame = call.Client.Door.Frame(call.Request.Bytes);
        TraceResult first = call.Node.Plane.Trace(new VifId(call.Client.Door.Vif), frame);

        Assert.That(first.DropReason, Is.EqualTo(DropReason.None));
        Assert.That(deciders, Is.SubsetOf(first.Steps.Select(step => step.Object)), string.Join('\n', first.Steps));
        AssertLeaves(call, first);
        Assert.That(call.Node.Flows(), Is.Empty);

        // Then of the flow that stands.
        call.AssertWorks();
        AssertLeaves(call, call.Node.Plane.Trace(new VifId(call.Client.Door.Vif), frame));
        Assert.That(call.Node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { 2, 2 }));
        return first;
    }

    private static void AssertLeaves(Exchange call, TraceResult result)
    {
        TraceOutput output = result.Outputs.Single();
        Assert.That(output.Vif, Is.EqualTo(new VifId(call.Server.Door.Vif)));
        Assert.That(call.Server.Door.PacketIn(output.Packet.ToArray()), Is.EqualTo(call.Arriving.Bytes));
    }
}
