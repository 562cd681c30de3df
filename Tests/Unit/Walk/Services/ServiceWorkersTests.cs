using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Walk.Node;
using static VRouter.Tests.Unit.Walk.Services.Scene;

namespace VRouter.Tests.Unit.Walk.Services;

/// <summary>Translated pairs whose answers belong to another worker by their key (architecture, "State, and who owns it").</summary>
[TestFixture]
public sealed class ServiceWorkersTests
{
    private const byte Tcp = IpProtocol.Tcp, Udp = IpProtocol.Udp;
    private const int Count = 24;

    [Test]
    public void FindAnswersToFloatingIps([Values(2, 4, 8)] int workers, [Values] Approach approach, [Values] bool isIpv6)
    {
        using var scene = new Approaching(approach, isIpv6, Options(workers), workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Tcp, 80, 8080)] });

        AssertWork(scene.Node, workers, scene.Call(Tcp, 80, 8080));
    }

    [Test]
    public void FindAnswersToGuestsThatCall([Values(2, 4, 8)] int workers, [Values] bool byLabel, [Values] bool isIpv6)
    {
        using Node node = Scene.Start(byLabel ? EncapsulationKind.MplsOverUdp : EncapsulationKind.Vxlan, Options(workers), workers);
        node.Apply(Float(Floating(isIpv6), Lab.Tenant));
        var server = new Side(byLabel ? Door.Label(Lab.VifLabel, PeersLabel) : Door.Vni(PublicVni), Outsider(isIpv6), 53);
        Exchange call = Exchange.To(node, Udp, Tenant(1000, isIpv6), server.Address, 53, server);

        AssertWork(node, workers, call with { Seen = call.Seen with { Address = Floating(isIpv6) }, HopsBack = byLabel ? 0 : 1 });
    }

    [Test]
    public void FindAnswersInAnotherTunnelThanExpected([Values(2, 4, 8)] int workers, [Values] bool expectsLabel, [Values(FloatingIpDirection.Both, FloatingIpDirection.Egress)] FloatingIpDirection direction)
    {
        using Node node = Scene.Start(expectsLabel ? EncapsulationKind.MplsOverUdp : EncapsulationKind.Vxlan, Options(workers), workers);
        node.Apply(Float(Floating(), Lab.Tenant) with { Direction = direction }).Routes(Public, Floating(), ToTenant);
        Door byLabel = Door.Label(Lab.VifLabel, PeersLabel), byVni = Door.Vni(PublicVni);
        (Door expected, Door other) = expectsLabel ? (byLabel, byVni) : (byVni, byLabel);

        for (int i = 0; i < Count; i++)
        {
            var server = new Side(expected, Outsider(), 53);
            Exchange call = Exchange.To(node, Udp, Tenant((ushort)(1000 + i)), Outsider(), 53, server) with { Seen = new Side(expected, Floating(), (ushort)(1000 + i)) };
            call.AssertAsked();

            for (int queue = 0; queue < workers; queue++)
            {
                node.Receive(Lab.Fabric, other.Frame(call.Answer.Bytes), queue);
                Assert.That(Door.Tenant().Taken(node), Is.EqualTo((call with { HopsBack = expectsLabel ? 1 : 0 }).Returning.Bytes));
            }
        }

        AssertOnePairEach(node, (ulong)1, (ulong)workers);
    }

    [Test]
    public void FindAnswersToSourceNat([Values(2, 4, 8)] int workers, [Values] bool onOwnAddress)
    {
        using Node node = Scene.Start(options: Options(workers), queues: workers);
        SourceNat nat = SourceNatTests.Nat();
        node.Apply(onOwnAddress ? nat with { OutsideVrf = new VrfId(0), Addresses = [Ip(Lab.Endpoint(false))] } : nat);
        Exchange call = onOwnAddress ? SourceNatTests.Out(node, Udp, Door.Underlay, called: Stranger(), seen: Lab.Endpoint(false)) : SourceNatTests.Out(node, Udp);
        var taken = new HashSet<ushort>();

        foreach (uint vif in (uint[])[Lab.Tenant, Lab.Neighbour])
        {
            for (int i = 0; i < Count; i++)
            {
                Exchange each = call with { Client = Tenant((ushort)(2000 + i), vif: vif), QueueThere = i % workers, QueueBack = (i + 1) % workers };
                each = SourceNatPortsTests.Answered(each);
                Assert.That(taken.Add(each.Seen.Port), Is.True, "nobody else has it");
                each.AssertWorks();
            }
        }

        Assert.That(node.Flows(), Has.Length.EqualTo(4 * Count));
    }

    [Test]
    public void FindAnswersOfNodePortsAndOfClientsThatAreTheirOwnMembers([Values(2, 4, 8)] int workers, [Values] bool translates)
    {
        using Node node = Scene.Start(options: Options(workers), queues: workers);
        node.Apply(Float(1, Groups.Service(), Lab.Tenant) with { PortMappings = [Map(Udp, 80, 8080)] }).Routes(1, Groups.Service(), ToTenant).Routes(1, Lab.Endpoint(false), IntoUnderlay);
        node.Apply(Float(0, Lab.Endpoint(false)) with { PortMappings = [new PortMapping(Udp, 30080, 80) { Forward = new PortForward(new VrfId(1), Ip(Groups.Service()), translates) }] });
        Exchange hairpin = Exchange.To(node, Udp, Tenant(1000), Groups.Service(), 80, Tenant(8080));
        AssertWork(node, workers, hairpin with { Seen = hairpin.Seen with { Address = Groups.Service() } });

        for (int i = 0; i < Count; i++)
        {
            Exchange call = Exchange.To(node, Udp, new Side(Door.Underlay, Stranger(), (ushort)(2000 + i)), Lab.Endpoint(false), 30080, Tenant(8080));
            call = translates ? call with { Seen = call.Seen with { Address = Lab.Endpoint(false) } } : call;
            SourceNatPortsTests.Answered(call with { QueueThere = i % workers, QueueBack = (i + 1) % workers }).AssertWorks();
        }
    }

    [Test]
    public void ForgetPointersWithTheirFlows([Values(2, 4)] int workers, [Values("deleted", "timed out", "interface", "revalidated")] string end)
    {
        using var scene = new Approaching(Approach.Vni, options: Options(workers), queues: workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        scene.Node.Apply(new Transaction { Settings = new Settings { FlowTimeouts = new() { Udp = TimeSpan.FromSeconds(5) } } });

        for (int i = 0; i < Count; i++)
        {
            Call(scene, i).AssertWorks();
        }

        Assert.That(scene.Node.Plane.Workers.Sum(worker => worker.Flows.Table.Count), Is.GreaterThan(Count), "pointers too");

        switch (end)
        {
            case "deleted":
                scene.Node.Plane.DeleteFlows(FlowFilter.All);
                break;

            case "interface":
                scene.Node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(scene.Vrf), Ip(scene.Address)), ObjectKey.Of(new VrfId(scene.Vrf), Prefix(scene.Address + "/32")), ObjectKey.Of(new NextHopId(ToTenant)), ObjectKey.Of(new VifId(Lab.Tenant))] });
                scene.Node.Forget(Lab.Tenant);
                break;

            case "revalidated":
                scene.Node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VrfId(scene.Vrf), Ip(scene.Address))] });
                scene.Node.Apply(new Transaction { SecurityGroups = [], Routes = [Lab.Route(scene.Vrf, scene.Address + "/32", ToPublic)] });

                for (int i = 0; i < Count; i++)
                {
                    Call(scene, i).Ask();
                }

                break;
        }

        scene.Node.Wait(6);
        Assert.That(scene.Node.Plane.Workers.Select(worker => worker.Flows.Table.Count), Is.All.Zero);
    }

    [Test]
    public void JudgeAnswersOfDeniedFlowsAlike([Values(1, 2, 4, 8)] int workers, [Values] bool wasAllowed)
    {
        using var scene = new Approaching(Approach.Vni, options: Options(workers), queues: workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        scene.Node.Apply(Lab.Route(1, "198.51.100.0/24", IntoPublic));
        SecurityRuleOf(scene.Node, wasAllowed);

        for (int i = 0; i < Count; i++)
        {
            Exchange call = Call(scene, i);
            Assert.That(call.Ask(), Is.EqualTo(wasAllowed ? DropReason.None : DropReason.SecurityGroupDenied));
        }

        SecurityRuleOf(scene.Node, allows: false);

        for (int i = 0; i < Count; i++)
        {
            Exchange call = Call(scene, i);
            Assert.That(call.Ask(), Is.EqualTo(DropReason.SecurityGroupDenied));
            Assert.That(call.Reply(), Is.EqualTo(wasAllowed ? DropReason.SecurityGroupDenied : DropReason.None), "the guest may call by itself where nobody has called before");
        }
    }

    [Test]
    public void TellIdleWorkersOfManyFlows([Values(2, 4)] int workers)
    {
        using var scene = new Approaching(Approach.Vni, options: Options(workers), queues: workers);
        scene.Apply(scene.FloatingIp with { PortMappings = [Map(Udp, 80, 8080)] });
        Exchange call = scene.Call(Udp, 80, 8080);

        for (int i = 0; i < 20_000; i++)
        {
            Assert.That(scene.Node.Port(Lab.Fabric).TryDeliver(call.Client.Door.Frame((call.Request with { SourcePort = (ushort)(1000 + i) }).Bytes)), Is.True);

            if (i % 32 == 0)
            {
                scene.Node.Settle();
                scene.Node.SentAnywhere();
            }
        }

        scene.Node.Settle();
        Assert.That(scene.Node.Dropped(), Is.Zero);
    }

    private static void SecurityRuleOf(Node node, bool allows) => node.Guard(Lab.Tenant, allows ? [Policy.Rules.Egress("out"), Policy.Rules.Ingress("in")] : [Policy.Rules.Egress("out")]);

    private static Exchange Call(Approaching scene, int i)
    {
        Exchange call = scene.Call(Udp, 80, 8080);
        return call with { Client = call.Client with { Port = (ushort)(1000 + i) }, Seen = call.Seen with { Port = (ushort)(1000 + i) } };
    }

    private static void AssertWork(Node node, int workers, Exchange call)
    {
        for (int i = 0; i < Count; i++)
        {
            ushort port = (ushort)(1000 + i);
            Exchange each = call with { Client = call.Client with { Port = port }, Seen = call.Seen with { Port = port } };

            for (int queue = 0; queue < workers; queue++)
            {
                (each with { QueueThere = queue, QueueBack = workers - 1 - queue }).AssertWorks();
            }
        }

        AssertOnePairEach(node, 2 * (ulong)workers, 2 * (ulong)workers);
        Assert.That(node.Plane.Workers.Count(worker => worker.Flows.Table.Count > 0), Is.GreaterThan(1));
    }

    private static void AssertOnePairEach(Node node, ulong there, ulong back) =>
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EquivalentTo(Enumerable.Repeat(there, Count).Concat(Enumerable.Repeat(back, Count))));

    private static DataPlaneOptions Options(int workers) => new() { Frames = 8192, Workers = workers };
}
