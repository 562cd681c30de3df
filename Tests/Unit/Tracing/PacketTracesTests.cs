using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;

namespace VRouter.Tests.Unit.Tracing;

/// <summary>Packets explained as they come in, at a node.</summary>
internal sealed class PacketTracesTests
{
    private static readonly byte[] s_toPeer = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));
    private static readonly byte[] s_toNobody = Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.1"));

    [Test]
    public void SayWhatHappensToAPacketBeforeItDoes()
    {
        using Node node = Lab.Start();
        using PacketTraces traces = node.Plane.FollowTraces(new TraceOptions());
        node.Clock.Advance(TimeSpan.FromSeconds(1.5));

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toPeer);
        List<TracedPacket> packets = AllOf(traces);

        Assert.That(packets, Has.Count.EqualTo(2));
        Assert.That(packets.Select(packet => packet.Packet.ToArray()), Is.EqualTo([s_toPeer, s_toPeer]));
        Assert.That((packets[0].Vif, packets[0].Time), Is.EqualTo((new VifId(Lab.Tenant), node.Clock.GetUtcNow())));
        Assert.That(packets[0].Trace.Steps.Select(step => step.Detail), Has.Some.StartsWith("new: "));
        Assert.That(packets[0].Trace.Steps.Select(step => step.Object), Does.Contain(ObjectKey.Of(new VrfId(1), Node.Prefix("10.2.0.0/16"))));
        Assert.That(packets[1].Trace.Steps.Select(step => step.Detail), Has.Some.StartsWith("known"));
        Assert.That(packets.SelectMany(packet => packet.Trace.Outputs).Select(output => output.Vif.Value), Is.EqualTo([Lab.Fabric, Lab.Fabric]));
        Assert.That(Tunnelled.Read(packets[0].Trace.Outputs[0].Packet.ToArray()).Headers.Label, Is.EqualTo(Lab.Vni));
        Assert.That(AllOf(traces), Is.Empty, "each is read once");
    }

    [Test]
    public void NameTheReasonOfADropAndWhatDecided()
    {
        using Node node = Lab.Start();
        node.Apply(Lab.Route(1, "198.51.100.0/24", 30));
        using PacketTraces traces = node.Plane.FollowTraces(new TraceOptions { DropsOnly = true });

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toNobody);

        TracedPacket dropped = AllOf(traces).Single();
        Assert.That(dropped.Trace.DropReason, Is.EqualTo(DropReason.Discarded));
        Assert.That(dropped.Trace.Steps[^1].Object.ToString(), Is.EqualTo("next hop 30"));
    }

    [Test]
    public void AreOnlyOfWhatIsAskedFor()
    {
        using Node node = Lab.Start();
        using PacketTraces atFabric = node.Plane.FollowTraces(new TraceOptions { Vifs = [new VifId(Lab.Fabric)] });
        using PacketTraces ofFlow = node.Plane.FollowTraces(new TraceOptions { Match = new FlowFilter { Source = Node.Ip("10.2.0.2"), Vrf = new VrfId(1) } });

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toNobody);
        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.2")));

        Assert.That(AllOf(atFabric).Select(packet => packet.Vif.Value), Is.EqualTo([Lab.Fabric]));
        Assert.That(AllOf(ofFlow).Select(packet => packet.Vif.Value), Is.EqualTo([Lab.Tenant, Lab.Fabric]), "both directions, in the tunnel too");
        Assert.That(() => node.Plane.FollowTraces(new TraceOptions { Vifs = [new VifId(77)] }), Throws.ArgumentException);
    }

    [Test]
    public void ChangeNothing()
    {
        using Node seen = Lab.Start();
        using Node unseen = Lab.Start();
        List<TracedPacket> packets;

        using (PacketTraces traces = seen.Plane.FollowTraces(new TraceOptions { MostPerSecond = int.MaxValue }))
        {
            ReceiveAll(seen);
            packets = AllOf(traces);
        }

        ReceiveAll(unseen);

        Assert.That(packets, Has.Count.EqualTo(HostileFrames.All.Length + 2));
        Assert.That(CountedBy(seen), Is.EqualTo(CountedBy(unseen)));
        seen.AssertBalanced();
        Assert.That(seen.Plane.Frames.Available, Is.EqualTo(unseen.Plane.Frames.Available));
        Assert.That(seen.Plane.Faults, Is.Zero);
    }

    [Test]
    public void AreBoundedASecond()
    {
        using Node node = Lab.Start();
        using PacketTraces traces = node.Plane.FollowTraces(new TraceOptions { MostPerSecond = 2 });

        for (int i = 0; i < 5; i++)
        {
            node.Receive(Lab.Tenant, s_toPeer);
        }

        node.Clock.Advance(TimeSpan.FromSeconds(1));
        node.Receive(Lab.Tenant, s_toPeer);

        Assert.That(AllOf(traces).Select(packet => packet.Lost), Is.EqualTo([0, 0, 3]));
    }

    [Test]
    public void WaitForNoReader()
    {
        using Node node = Lab.Start();
        using PacketTraces traces = node.Plane.FollowTraces(new TraceOptions { MostPerSecond = int.MaxValue });

        for (int i = 0; i < 300; i++)
        {
            node.Receive(Lab.Tenant, s_toPeer);
        }

        Assert.That(AllOf(traces), Has.Count.EqualTo(256));
        node.Receive(Lab.Tenant, s_toPeer);
        Assert.That(AllOf(traces).Single().Lost, Is.EqualTo(44));
        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(301));
    }

    [Test]
    public void EndWithTheirReader()
    {
        using Node node = Lab.Start();
        PacketTraces traces = node.Plane.FollowTraces(new TraceOptions());
        traces.Dispose();
        traces.Dispose();

        node.Receive(Lab.Tenant, s_toPeer);

        Assert.That(AllOf(traces), Is.Empty);
        node.AssertBalanced();
    }

    private static void ReceiveAll(Node node)
    {
        foreach ((uint vif, byte[] frame) in HostileFrames.All)
        {
            node.Receive(vif, frame);
        }

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toNobody);
    }

    private static string CountedBy(Node node)
    {
        Counters counters = node.Plane.ReadCounters();
        string drops = string.Join(',', counters.Drops.OrderBy(drop => drop.Key).Select(drop => $"{drop.Key} {drop.Value}"));
        return $"{drops}; {counters.Flows} {counters.FlowsCreated}; {string.Join(',', counters.Vifs.Select(vif => $"{vif.TxPackets} {vif.TxBytes} {vif.Made} {vif.Consumed} {vif.Held}"))}";
    }

    private static List<TracedPacket> AllOf(PacketTraces traces)
    {
        List<TracedPacket> packets = [];

        while (traces.TryRead(out TracedPacket? packet))
        {
            packets.Add(packet);
        }

        return packets;
    }
}
