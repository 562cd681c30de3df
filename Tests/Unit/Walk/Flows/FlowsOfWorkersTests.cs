using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>A pair belongs to one worker, whatever queue its packets arrive on (architecture, "State, and who owns it").</summary>
[TestFixture]
public sealed class FlowsOfWorkersTests
{
    [Test]
    public void AreOnePairHoweverItsPacketsArrive([Values(2, 3, 4)] int workers, [Values] bool isRemote, [Values] bool isIpv6)
    {
        using Node node = Start(workers);
        Dialogue dialogue = isRemote ? Dialogue.Remote(node, isIpv6) : Dialogue.Local(node, isIpv6);

        for (ushort port = 1; port <= 10; port++)
        {
            Dialogue each = dialogue with { ClientPort = port };

            for (int queue = 0; queue < workers; queue++)
            {
                node.Receive(each.Client.Vif, each.Client.FrameOf(each.Udp()), queue);
                Assert.That(node.SentAnywhere(), Has.Count.EqualTo(1));
                node.Receive(each.Server.Vif, each.Server.FrameOf(each.UdpBack()), workers - 1 - queue);
                Assert.That(node.SentAnywhere(), Has.Count.EqualTo(1));
            }
        }

        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(Enumerable.Repeat((ulong)workers, 20)));
        Assert.That(node.Plane.Workers.Count(worker => worker.Flows.Table.Count > 0), Is.GreaterThan(1));
        Assert.That(node.Plane.Workers.Sum(worker => worker.HandedOff), Is.GreaterThan(0));
    }

    [Test]
    public void AreJoinedByTheFragmentsOfAnyQueue([Values(2, 3)] int workers, [Values] bool isIpv6, [Values] bool laterFirst, [Values] bool isUntracked)
    {
        using Node node = Start(workers);
        node.Apply(new Transaction { Vifs = [Guarding.TenantVif(Lab.Tenant) with { PolicyDisabled = isUntracked }] });

        for (uint id = 1; id <= 10; id++)
        {
            byte[] packet = (Dialogue.Local(node, isIpv6) with { ClientPort = (ushort)id }).Udp(new byte[200]);
            byte[][] pieces = Fragments.Of(packet, id, 64, 128);
            int queue = 0;

            foreach (byte[] piece in laterFirst ? pieces.Reverse() : pieces)
            {
                node.Receive(Lab.Tenant, Lab.FromTenant(piece), queue++ % workers);
            }

            Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(3));
        }

        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EquivalentTo(Enumerable.Repeat(3ul, 10).Concat(Enumerable.Repeat(0ul, 10))));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void AreFoundByErrorsOnAnyQueue([Values(2, 3)] int workers)
    {
        using Node node = Start(workers);

        for (ushort port = 1; port <= 10; port++)
        {
            Dialogue dialogue = Dialogue.Remote(node) with { ClientPort = port };
            dialogue.SendUdp();

            for (int queue = 0; queue < workers; queue++)
            {
                node.Receive(Lab.Fabric, dialogue.Server.FrameOf(RelatedErrorsTests.Error("10.2.0.9", dialogue.Client.Address, dialogue.Udp())), queue);
                node.SentOnce(Lab.Tenant);
            }
        }

        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void WaitForANeighbourWhereverTheyAre([Values(2, 3)] int workers)
    {
        using Node node = Start(workers);
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("192.0.2.5")) { Label = Lab.Vni }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });

        for (int queue = 0; queue < workers; queue++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1")), queue);
        }

        node.SentAnywhere();
        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Arp(2, Lab.PeerMac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp), workers - 1);

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(workers));
        Assert.That(node.Flows().Select(flow => flow.Packets), Is.EqualTo(new[] { (ulong)workers, 0ul }), "counted once each");
    }

    [Test]
    public void AreNotHarmedByAFullRing()
    {
        const int packets = 3000;
        using Node node = Start(2);
        Dialogue dialogue = Dialogue.Local(node);

        // A flow of the other worker's, which does not come to its turn.
        while (dialogue.SendUdp() == DropReason.None && node.Plane.Workers[1].Flows.Table.Count == 0)
        {
            dialogue = dialogue with { ClientPort = (ushort)(dialogue.ClientPort + 1) };
        }

        for (int i = 0; i < packets; i++)
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(dialogue.Client.FrameOf(dialogue.Udp())), Is.True);

            while (node.Plane.Step(0) > 0)
            {
            }
        }

        VifCounters counters = node.Counters(Lab.Tenant);
        Assert.That(counters.Held, Is.EqualTo(1024));
        Assert.That(counters.Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.WorkerQueueFull] = packets - 1024 }));
        node.AssertBalanced();
        node.Settle();
        Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(1024));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void AreFoundByATraceWhereverTheyAre([Values(1, 2, 3)] int workers)
    {
        using Node node = Start(workers);

        for (ushort port = 1; port <= 10; port++)
        {
            Dialogue dialogue = Dialogue.Remote(node) with { ClientPort = port };
            dialogue.SendUdp();

            TraceResult known = node.Plane.Trace(new VifId(Lab.Fabric), dialogue.Server.FrameOf(dialogue.UdpBack()));
            TraceResult unknown = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant((dialogue with { ServerPort = 81 }).Udp()));

            Assert.That(known.Steps.Select(step => step.Detail), Has.Some.Contains("known, answers"));
            Assert.That(known.Outputs.Select(output => output.Vif.Value), Is.EqualTo(new[] { Lab.Tenant }));
            Assert.That(unknown.Steps.Select(step => step.Detail), Has.Some.StartsWith("new"));
            Assert.That(unknown.Outputs.Select(output => output.Vif.Value), Is.EqualTo(new[] { Lab.Fabric }));
        }
    }

    [Test]
    public void AreFoundByATraceOfAFragment([Values(1, 2, 3)] int workers, [Values] bool isIpv6)
    {
        using Node node = Start(workers);

        for (uint id = 1; id <= 10; id++)
        {
            Dialogue dialogue = Dialogue.Remote(node, isIpv6) with { ClientPort = (ushort)id };
            byte[][] pieces = Fragments.Of(dialogue.Udp(new byte[200]), id, 64);

            Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(pieces[1])).Outputs, Is.Empty, "it would wait");
            Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(pieces[0])).Outputs, Has.Count.EqualTo(1));
            dialogue.Send(pieces[0]);
            Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(pieces[1])).Outputs, Has.Count.EqualTo(1));
        }
    }

    [Test]
    public void AreNoneForTheNodesOwnPackets([Values(1, 2, 3)] int workers)
    {
        using Node node = Start(workers);

        for (ushort port = 1; port <= 10; port++)
        {
            for (int queue = 0; queue < workers; queue++)
            {
                node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(false), Lab.Peer(false), from: port, ttl: 1)), queue);
                node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(Lab.Endpoint(true), Lab.Peer(true), from: port)), queue);
            }
        }

        Assert.That(node.Counters(Lab.Host).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.TtlExpired] = 10 * workers }));
        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(10 * workers));
        Assert.That(node.Flows(), Is.Empty);
    }

    private static Node Start(int workers)
    {
        var node = new Node(new DataPlaneOptions { Frames = 8192, Workers = workers }) { Queues = workers };
        return node.Apply(Lab.Configuration());
    }
}
