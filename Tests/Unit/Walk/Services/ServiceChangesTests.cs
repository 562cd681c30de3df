using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;
using static VRouter.Tests.Unit.Walk.Services.SourceNatTests;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Floating IPs and source NATs that change while flows stand: what still holds is kept with its counters and port, the rest ends (semantics, section 4).</summary>
[TestFixture]
public sealed class ServiceChangesTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp, Icmp = IpProtocol.Icmp;

    private static readonly DataPlaneOptions s_telling = new() { Frames = 4096, FlowEvents = true };

    [Test]
    public void KeepAFlowWhoseMappingStays([Values] Approach approach, [Values("another port", "another member", "sources", "direction")] string change)
    {
        using var scene = new Approaching(approach, options: s_telling);
        FloatingIp before = scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] };
        scene.Apply(before);
        Exchange call = scene.Call(Tcp, 80, 8080);
        call.AssertWorks();

        scene.Node.Apply(change switch
        {
            "another port" => before with { PortMappings = [Map(Tcp, 80, 8080), Map(Tcp, 81, 8080)] },
            "another member" => before with { Vifs = [new VifId(Lab.Tenant), new VifId(Lab.Neighbour)] },
            "sources" => before with { SourcePrefixes = [IpPrefix.Host(Ip(scene.Client.Address))] },
            _ => before with { Direction = FloatingIpDirection.Ingress },
        });
        call.AssertWorks();

        AssertKept(scene.Node, 4);
    }

    [Test]
    public void EndAFlowWhoseMappingGoes([Values] Approach approach, [Values("mapping", "target", "sources", "direction", "member", "all")] string change, [Values] bool answerFirst)
    {
        using var scene = new Approaching(approach, options: s_telling);
        FloatingIp before = scene.FloatingIp with { Vifs = [new VifId(Lab.Tenant), new VifId(Lab.Neighbour)], PortMappings = [Map(Udp, 80, 8080)] };
        scene.Apply(before);
        Exchange call = scene.Call(Udp, 80, 8080);
        call.AssertWorks();
        scene.Node.Plane.TakeFlowEvents();

        if (change == "all")
        {
            scene.Node.Apply(new Transaction { Deletes = [ObjectKey.Of(before.Vrf, before.Address)] });
        }
        else
        {
            scene.Node.Apply(change switch
            {
                "mapping" => before with { PortMappings = [Map(Udp, 81, 8080)] },
                "target" => before with { PortMappings = [Map(Udp, 80, 9090)] },
                "sources" => before with { SourcePrefixes = [Prefix("192.0.2.128/25")] },
                "direction" => before with { Direction = FloatingIpDirection.Egress },
                _ => before with { Vifs = [new VifId(Lab.Neighbour)] },
            });
        }

        // Under the label of its vif what it calls is no address of the vif's any more: that is no longer met, but for answers.
        if (answerFirst || (approach == Approach.VifLabel && change is "all" or "member"))
        {
            call.Reply();
        }
        else
        {
            call.Ask();
        }

        FlowEvent[] ended = [.. scene.Node.Plane.TakeFlowEvents().Events.Where(item => item.Kind == FlowEventKind.Ended)];
        Assert.That(ended.Select(item => (item.Records[0].EndReason, item.Records[0].Packets)), Is.EqualTo(new[] { (FlowEndReason.Revalidated, 2ul) }));

        if (change == "target")
        {
            (call with { Server = call.Server with { Port = 9090 }, Client = call.Client with { Port = 1001 }, Seen = call.Seen with { Port = 1001 } }).AssertWorks();
        }
        else if (answerFirst)
        {
            return;
        }
        else if (change is "mapping" or "direction")
        {
            Assert.That(call.Ask(), Is.EqualTo(DropReason.FloatingIpPortUnmapped));
        }
        else if (change == "sources")
        {
            Assert.That(call.Ask(), Is.EqualTo(DropReason.FloatingIpSourceDenied));
        }
    }

    [Test]
    public void EndWhatAFloatingIpSentOutward([Values("all", "direction", "fixed")] string change)
    {
        using Node node = Scene.Start(options: s_telling);
        node.Apply(Float(Floating(), Lab.Tenant));
        node.Apply(Lab.Route(1, "198.0.0.0/8", 10));
        Exchange call = Out(node, Udp, seen: Floating());
        call.AssertWorks();

        node.Apply(new Transaction
        {
            Deletes = change == "all" ? [ObjectKey.Of(new VrfId(Public), Ip(Floating()))] : [],
            FloatingIps = change switch
            {
                "all" => [],
                "direction" => [Float(Floating(), Lab.Tenant) with { Direction = FloatingIpDirection.Ingress }],
                _ => [Float(Floating(), Lab.Tenant) with { FixedAddress = Ip("10.1.0.22") }],
            },
        });

        // It goes out as itself now, the shorter way.
        Out(node, Udp, Door.Vni(), seen: "10.1.0.2").AssertWorks();
        Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
    }

    [Test]
    public void ReachFlowsByRoutesOfTheFloatingIpsVrf([Values] bool comes)
    {
        // Whichever VRF has the longest route: one that comes there, or goes.
        using Node node = Scene.Start(options: s_telling);
        node.Apply(Float(Floating(), Lab.Tenant));
        node.Apply(Lab.Route(1, "198.51.100.0/25", 10));
        Transaction longer = new() { Routes = [Lab.Route(Public, "198.51.100.0/28", ToPublic)] };
        Transaction gone = new() { Deletes = [ObjectKey.Of(new VrfId(Public), Prefix("198.51.100.0/28"))] };
        Exchange asItself = Out(node, Udp, Door.Vni(), seen: "10.1.0.2"), asFloating = Out(node, Udp, seen: Floating());
        node.Apply(comes ? gone : longer);
        (comes ? asItself : asFloating).AssertWorks();

        node.Apply(comes ? longer : gone);

        (comes ? asFloating : asItself).AssertWorks();
        Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
    }

    [Test]
    public void ReachFlowsByRoutesOfAnotherFloatingIpsVrf()
    {
        using Node node = Scene.Start(options: s_telling);
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(6)) { Name = "another", ForwardingMode = ForwardingMode.L3 }], Vnis = [new VniEntry(new Vni(7006), new VrfId(6))] });
        node.Apply(Float(Floating(), Lab.Tenant), Float(6, Floating(number: 11), Lab.Tenant));
        Out(node, Udp, seen: Floating()).AssertWorks();

        node.Apply(Lab.Route(6, Outsider() + "/32", ToPublic, 7006));

        Out(node, Udp, Door.Vni(7006), seen: Floating(number: 11)).AssertWorks();
        Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
    }

    [Test]
    public void ReachFlowsThatANodePortSendsOn([Values("target", "gone", "translation", "kept")] string change)
    {
        using Node node = Scene.Start(options: s_telling);
        PortMapping Onward(string address, bool translates = false) => new(Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(address), translates) };
        FloatingIp before = Float(0, Lab.Endpoint(false)) with { PortMappings = [Onward("10.96.0.1")] };
        node.Apply(before).Routes(1, "10.96.0.1", 10).Routes(1, "10.96.0.2", 10);
        Exchange call = Exchange.To(node, Udp, new Side(Door.Underlay, Stranger(), 5000), Lab.Endpoint(false), 30080, new Side(Door.Vni(), "10.96.0.1", 80));
        call.AssertWorks();

        node.Apply(change switch
        {
            "target" => before with { PortMappings = [Onward("10.96.0.2")] },
            "gone" => before with { PortMappings = [new PortMapping(Udp, 30081, 80) { Forward = new PortForward(new VrfId(1), Ip("10.96.0.1"), false) }] },
            "translation" => before with { PortMappings = [Onward("10.96.0.1", translates: true)] },
            _ => before with { PortMappings = [Onward("10.96.0.1"), new PortMapping(Tcp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip("10.96.0.2"), false) }] },
        });

        switch (change)
        {
            case "target":
                (call with { Server = call.Server with { Address = "10.96.0.2" } }).AssertWorks();
                break;

            case "gone":
                node.Receive(Lab.Fabric, Lab.FromPeer(call.Request.Bytes));
                Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(call.Request.Bytes));
                break;

            case "translation":
                (call with { Seen = call.Seen with { Address = Lab.Endpoint(false) } }).AssertWorks();
                break;

            default:
                call.AssertWorks();
                AssertKept(node, 4);
                return;
        }

        Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
    }

    [Test]
    public void ReachFlowsToAnAddressThatBeginsToSendOn()
    {
        using Node node = Scene.Start(options: s_telling);
        node.Routes(1, Groups.Service(), 10).Routes(1, "10.96.0.2", 10);
        Exchange call = Exchange.To(node, Udp, Scene.Tenant(5000), Groups.Service(), 80, new Side(Door.Vni(), Groups.Service(), 80));
        call.AssertWorks();

        node.Apply(Float(1, Groups.Service()) with { PortMappings = [new PortMapping(Udp, 80, 81) { Forward = new PortForward(new VrfId(1), Ip("10.96.0.2"), false) }] });

        (call with { Server = new Side(Door.Vni(), "10.96.0.2", 81) }).AssertWorks();
    }

    [Test]
    public void KeepAFlowWhosePortIsStillInThePool([Values(Tcp, Udp, Icmp)] byte protocol, [Values("more addresses", "fewer ports", "exclusions", "another NAT")] string change)
    {
        using Node node = Scene.Start(options: s_telling);
        SourceNat before = Nat() with { Addresses = [Ip(Pool()), Ip("203.0.113.2")], Ports = new(5000, 5001) };
        node.Apply(before with { Addresses = [Ip("203.0.113.2")] });
        Exchange first = Out(node, protocol, seen: "203.0.113.2");
        Exchange second = first with { Client = Scene.Tenant(5000, vif: Lab.Neighbour), Seen = first.Seen with { Port = 5001 } };
        first.AssertWorks();
        second.AssertWorks();

        node.Apply(change switch
        {
            "more addresses" => before,
            "fewer ports" => before with { Ports = new(5001, 5001) },
            "exclusions" => before with { Addresses = [Ip("203.0.113.2")], ExcludedDestinations = [Prefix("198.51.100.128/25")] },
            _ => before with { Id = new SourceNatId(2), SourcePrefixes = [Prefix("10.9.0.0/16")], Addresses = [Ip("203.0.113.3")] },
        });

        if (change == "fewer ports")
        {
            second.AssertWorks();
            Assert.That(first.Ask(), Is.EqualTo(DropReason.None), "through the other address");
            Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
        }
        else
        {
            first.AssertWorks();
            second.AssertWorks();
            AssertKept(node, 4);
        }
    }

    [TestCase("gone")]
    [TestCase("other pool")]
    [TestCase("excluded")]
    [TestCase("floating")]
    public void EndAFlowWhoseTranslationGoes(string change)
    {
        using Node node = Scene.Start(options: s_telling);
        node.Apply(Lab.Route(1, "198.51.0.0/16", IntoPublic));
        node.Apply(Nat());
        Exchange call = Out(node, Udp);
        call.AssertWorks();

        switch (change)
        {
            case "gone":
                node.Apply(new Transaction { Deletes = [ObjectKey.Of(new SourceNatId(1))] });
                (call with { Seen = call.Seen with { Address = "10.1.0.2" } }).AssertAsked();
                break;

            case "other pool":
                node.Apply(Nat() with { Addresses = [Ip("203.0.113.2")] });
                (call with { Seen = call.Seen with { Address = "203.0.113.2" } }).AssertWorks();
                break;

            case "excluded":
                node.Apply(Nat() with { ExcludedDestinations = [Prefix("198.51.100.0/24")] });
                (call with { Seen = call.Seen with { Address = "10.1.0.2" } }).AssertAsked();
                break;

            default:
                node.Apply(Float(Floating(), Lab.Tenant));
                (call with { Seen = call.Seen with { Address = Floating() } }).AssertWorks();
                break;
        }

        Assert.That(Ended(node), Is.EqualTo(new[] { FlowEndReason.Revalidated }));
    }

    [Test]
    public void OfOthersDecideNothingAnew()
    {
        using Node node = Scene.Start();
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant);
        node.Apply(Float(0, Lab.Endpoint(false), Lab.Neighbour) with { PortMappings = [Map(Udp, 30080, 8080)] });
        node.Apply(Nat());
        Exchange[] calls =
        [
            Out(node, Udp), Exchange.To(node, Udp, Scene.Tenant(5000, vif: Lab.Neighbour), Groups.Service(), 80, Scene.Tenant(8080)),
            Exchange.To(node, Udp, new Side(Door.Underlay, Stranger(), 5000), Lab.Endpoint(false), 30080, Scene.Tenant(8080, vif: Lab.Neighbour)),
        ];

        foreach (Exchange call in calls)
        {
            call.AssertWorks();
        }

        node.Apply(Float(2, "203.0.113.77", Lab.Other));
        node.Apply(Nat() with { Id = new SourceNatId(9), Vrf = new VrfId(2), Addresses = [Ip("203.0.113.99")] });
        node.Apply(new Transaction { NextHops = [new RejectNextHop(new NextHopId(60)), new EcmpNextHop(new NextHopId(61)) { Members = [new EcmpMember(new NextHopId(10))] }], Routes = [Lab.Route(2, "10.77.0.0/16", 61)] });

        foreach (Exchange call in calls)
        {
            call.AssertWorks();
        }

        Assert.That(node.Redecided(), Is.Zero);
    }

    private static void AssertKept(Node node, ulong packets)
    {
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.All.EqualTo(packets));
        Assert.That(Ended(node), Is.Empty);
    }

    private static IEnumerable<FlowEndReason> Ended(Node node) => node.Plane.TakeFlowEvents().Events.Where(item => item.Kind == FlowEventKind.Ended).Select(item => item.Records[0].EndReason);
}
