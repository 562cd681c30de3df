using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Security groups judge what the guest sees: ingress after translation, egress before it (semantics, section 5).</summary>
[TestFixture]
public sealed class ServicePolicyTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp;
    private const uint Friends = 700;

    [TestCase(8080, true)]
    [TestCase(80, false)]
    public void AllowIngressByTheGuestsPort(int allowed, bool passes)
    {
        using var scene = new Approaching(Approach.Vni);
        scene.Node.Guard(Lab.Tenant, Ingress("web").Tcp().To((uint)allowed, (uint)allowed));
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });
        Exchange call = scene.Call(Tcp, 80, 8080);

        if (passes)
        {
            call.AssertWorks();
            Assert.That(scene.Node.Flows().Select(flow => flow.RuleId), Is.All.EqualTo("web"));
        }
        else
        {
            Assert.That(call.Ask(), Is.EqualTo(DropReason.SecurityGroupDenied));
            Assert.That(call.Reply(), Is.EqualTo(DropReason.SecurityGroupDenied), "its answers too");
        }
    }

    [TestCase(80, "203.0.113.11/32", true)]
    [TestCase(8080, "203.0.113.11/32", false)]
    [TestCase(80, "10.1.0.3/32", false)]
    public void AllowEgressByWhatTheGuestCalls(int port, string prefix, bool passes)
    {
        using Node node = Scene.Start();
        node.Guard(Lab.Tenant, Egress("out").Tcp().To((uint)port, (uint)port).From(prefix));
        node.Apply(Float(1, Floating(number: 11), Lab.Neighbour) with { PortMappings = [Map(Tcp, 80, 8080)] }).Routes(1, Floating(number: 11), ToNeighbour);

        Assert.That(Exchange.To(node, Tcp, Scene.Tenant(5000), Floating(number: 11), 80, Scene.Tenant(8080, vif: Lab.Neighbour)).Ask(), Is.EqualTo(passes ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [TestCase("203.0.113.10/32", true)]
    [TestCase("10.1.0.2/32", false)]
    public void KnowAPeerByTheAddressThatTheGuestSees(string prefix, bool passes)
    {
        using Node node = Scene.Start();
        node.Guard(Lab.Other, Ingress("in").From(prefix));
        node.Apply(Float(Floating(), Lab.Tenant), Float(Floating(number: 11), Lab.Other)).Routes(Public, Floating(number: 11), ToOther);
        Exchange call = Exchange.To(node, Udp, Scene.Tenant(5000), Floating(number: 11), 53, Scene.Tenant(53, vif: Lab.Neighbour) with { Door = Door.Tenant(Lab.Other) });

        Assert.That(call.Ask(), Is.EqualTo(passes ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void KnowTheGroupsOfARemotePeerInTheFloatingIpsVrf([Values(Approach.Vni, Approach.VifLabel, Approach.VrfLabel)] Approach approach, [Values] bool isFriend)
    {
        using var scene = new Approaching(approach);
        uint label = approach == Approach.Vni ? 0 : PeersLabel;
        scene.Node.Guard(Lab.Tenant, Ingress("in").FromGroup(Friends));
        scene.Node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = [new SecurityGroupId(100 + Lab.Tenant)] }] });
        scene.Node.Apply(Lab.Route(scene.Vrf, "198.51.100.0/24", ToPublic, label) with { SecurityGroups = isFriend ? [new SecurityGroupId(Friends)] : [] });
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });

        Assert.That(scene.Call(Tcp, 80, 8080).Ask(), Is.EqualTo(isFriend ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void KnowTheGroupsOfAPeerHere([Values] bool isFriend, [Values] bool translated)
    {
        using Node node = Scene.Start();
        node.Guard(Lab.Neighbour, Ingress("in").FromGroup(Friends));
        node.Apply(new Transaction
        {
            SecurityGroups = [new SecurityGroup(new SecurityGroupId(isFriend ? Friends : 701), "", [Ingress("in"), Egress("out")])],
            Vifs = [Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = [new SecurityGroupId(isFriend ? Friends : 701)] }],
        });
        node.Apply(Float(1, Groups.Service(), Lab.Neighbour) with { PortMappings = [Map(Tcp, 80, 8080)] }).Routes(1, Groups.Service(), ToNeighbour);
        Exchange call = Exchange.To(node, Tcp, Scene.Tenant(5000), Groups.Service(), 80, Scene.Tenant(8080, vif: Lab.Neighbour));

        if (translated)
        {
            // By a public address of the client's.
            node.Apply(Float(Floating(), Lab.Tenant)).Apply(Float(Floating(number: 11), Lab.Neighbour)).Routes(Public, Floating(number: 11), ToNeighbour);
            call = call with { Called = call.Called with { Address = Floating(number: 11) }, Server = call.Server with { Port = 80 }, Seen = call.Seen with { Address = Floating() } };
        }

        Assert.That(call.Ask(), Is.EqualTo(isFriend ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void JudgeAClientThatIsItsOwnMember([Values] bool allowed)
    {
        using Node node = Scene.Start();
        node.Guard(Lab.Tenant, Egress("out"), Ingress("in").From(allowed ? "10.96.0.0/16" : "10.1.0.0/16"));
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(Tcp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant);
        Exchange call = Exchange.To(node, Tcp, Scene.Tenant(5000), Groups.Service(), 80, Scene.Tenant(8080));

        Assert.That(call.Ask(), Is.EqualTo(allowed ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void GiveWayToWhatIsAllowedLater()
    {
        // The guest may not call; what answers a call of the other side it may send.
        using var scene = new Approaching(Approach.Vni);
        scene.Node.Guard(Lab.Tenant, Ingress("in"));
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        scene.Node.Apply(Lab.Route(1, "198.51.100.0/24", IntoPublic));
        Exchange call = scene.Call(Udp, 80, 8080);

        Assert.That(call.Reply(), Is.EqualTo(DropReason.SecurityGroupDenied), "nobody has called");
        call.AssertWorks();
    }

    [Test]
    public void EndAndLetFlowsBeWithTheirRules()
    {
        using var scene = new Approaching(Approach.Vni);
        scene.Node.Guard(Lab.Tenant, Ingress("a").Tcp().To(8080, 8080));
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });
        Exchange call = scene.Call(Tcp, 80, 8080);
        call.AssertWorks();

        scene.Node.Rule(Lab.Tenant, Ingress("b").Tcp().To(8000, 9000));
        call.AssertWorks();
        Assert.That(scene.Node.Flows().Select(flow => (flow.Packets, flow.RuleId)), Is.EqualTo(new[] { (4, "b"), (4, "b") }));

        scene.Node.Rule(Lab.Tenant, Ingress("c").Tcp().To(80, 80));
        Assert.That(call.Reply(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(call.Ask(), Is.EqualTo(DropReason.SecurityGroupDenied));
    }
}
