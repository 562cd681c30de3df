using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Several workers, and workers that meet failures.</summary>
[TestFixture]
public sealed class WorkersTests
{
    [Test]
    public void SendTheSameAsOneDoes([Range(1, 4)] int workers, [Range(1, 4)] int queues)
    {
        using Node one = Lab.Start();
        using Node many = new(new DataPlaneOptions { Frames = 4096, Workers = workers }) { Queues = queues };
        many.Apply(Lab.Configuration());

        foreach ((uint vif, byte[] frame) in HostileFrames.All)
        {
            for (int queue = 0; queue < queues; queue++)
            {
                one.Receive(vif, frame);
                many.Receive(vif, frame, queue);
            }
        }

        Assert.That(Sent(many), Is.EqualTo(Sent(one)));
        Assert.That(Counted(many), Is.EqualTo(Counted(one)));
    }

    [Test]
    public void WaitForNeighboursTogether([Values(2, 3)] int workers, [Values(1, 2)] int queues)
    {
        using Node node = new(new DataPlaneOptions { Frames = 4096, Workers = workers }) { Queues = queues };
        node.Apply(Lab.Configuration());
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("192.0.2.5")) { Label = 7 }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });

        // Asked by one worker, answered to another.
        for (int queue = 0; queue < queues; queue++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1")), queue);
        }

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(1), "asked once");
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(queues));
        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Arp(2, Lab.PeerMac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp), queues - 1);

        Assert.That(node.SentAll(Lab.Fabric), Has.Count.EqualTo(queues));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void KeepTheBooksOfAnInterfaceThatGoesWhileItsPacketsAreHandedOver()
    {
        using Node node = new(new DataPlaneOptions { Frames = 4096, Workers = 3 }) { Queues = 3 };
        node.Apply(new Transaction { Vrfs = Lab.Configuration().Vrfs, Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { PolicyDisabled = true }] });
        node.Queues = 1;
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { PolicyDisabled = true }] });

        for (int queue = 0; queue < 3; queue++)
        {
            Assert.That(node.Port(Lab.Tenant).TryDeliver(Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), queue), Is.True);
        }

        // One round: what workers 1 and 2 have walked lies in their rings to worker 0.
        node.Plane.Step();
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(2));
        node.AssertBalanced();

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Tenant))] });
        node.Forget(Lab.Tenant);
        node.AssertBalanced();
        Assert.That(node.Plane.ReadCounters().Removed.Held, Is.Zero);
        Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(3));
    }

    [Test]
    public void DropWhatIsHandedOverToAPortThatGoes()
    {
        using Node node = new(new DataPlaneOptions { Frames = 4096, Workers = 2 }) { Queues = 2 };
        node.Apply(new Transaction { Vrfs = Lab.Configuration().Vrfs, Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { PolicyDisabled = true }] });
        node.Queues = 1;
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { PolicyDisabled = true }] });
        Assert.That(node.Port(Lab.Tenant).TryDeliver(Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), queue: 1), Is.True);
        node.Plane.Step();

        node.Unplug(Lab.Neighbour);

        Assert.That(node.LastDrop, Is.EqualTo(DropReason.InterfaceDown));
        node.AssertBalanced();
    }

    [Test]
    public void SurviveAPortThatFails([Values] bool onReceive, [Values] bool started)
    {
        var told = new List<Exception>();
        using var plane = new DataPlane(new DataPlaneOptions { Frames = 4096, OnFault = told.Add });
        plane.Apply(Lab.Configuration());
        var tenant = new MemoryPort(plane.Frames);
        var neighbour = new MemoryPort(plane.Frames);
        plane.Attach(new VifId(Lab.Tenant), tenant);
        plane.Attach(new VifId(Lab.Neighbour), neighbour);
        plane.Attach(new VifId(Lab.Fabric), new FailingPort(onReceive));

        for (int i = 0; i < 5; i++)
        {
            tenant.TryDeliver(Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));
            tenant.TryDeliver(Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
        }

        Run(plane, started);

        int sent = 0;

        for (; neighbour.TryCollect(out _); sent++)
        {
        }

        Assert.That(sent, Is.EqualTo(5), "others are served");
        Assert.That(plane.Faults, Is.GreaterThan(0));
        Assert.That(told, Has.Count.EqualTo(1), "told once");
        Assert.That(plane.ReadCounters().IsBalanced, Is.True);

        if (!onReceive)
        {
            Assert.That(plane.ReadCounters().Drops[DropReason.InterfaceDown], Is.EqualTo(5));
        }
    }

    [Test]
    public void SurviveListenersThatFail([Values] bool started)
    {
        using var plane = new DataPlane(new DataPlaneOptions
        {
            Frames = 4096,
            OnDrop = _ => throw new InvalidOperationException("a listener's mistake"),
            OnFault = _ => throw new InvalidOperationException("and another"),
        });
        plane.Apply(Lab.Configuration());
        var tenant = new MemoryPort(plane.Frames);
        plane.Attach(new VifId(Lab.Tenant), tenant);
        int available = plane.Frames.Available;

        for (int i = 0; i < 10; i++)
        {
            tenant.TryDeliver(new byte[20]);
        }

        Run(plane, started);

        Assert.That(plane.Faults, Is.EqualTo(10));
        Assert.That(plane.ReadCounters().Drops.Values.Sum(), Is.EqualTo(10));
        Assert.That(plane.ReadCounters().IsBalanced, Is.True);
        Assert.That(plane.ReadDrops(), Has.Count.EqualTo(10));
        Assert.That(plane.Frames.Available, Is.EqualTo(available - 10), "the frames are at hand with the worker");
    }

    [Test]
    public void SurviveAPacketThatTheWalkFailsOn()
    {
        using var plane = new DataPlane(new DataPlaneOptions { Frames = 4096 });
        plane.Apply(Lab.Configuration());
        var tenant = new MemoryPort(plane.Frames);
        var neighbour = new MemoryPort(plane.Frames);
        plane.Attach(new VifId(Lab.Tenant), tenant);
        plane.Attach(new VifId(Lab.Neighbour), neighbour);
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", payload: new byte[2500]));
        PacketBytes.TryLoad(plane.Frames, frame, out Packet broken);

        // A port's lie: the chain behind the head is longer than its frame.
        plane.Frames.Region.Link(plane.Frames.Region.Link(broken.Frame).Next).Start = 60_000;
        tenant.Deliver(new ReadOnlySpan<Packet>(in broken));
        tenant.TryDeliver(new byte[20]);

        plane.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Neighbour, 1) with { Mtu = 1000 }] });
        plane.Step();
        Assert.That(plane.Faults, Is.EqualTo(1));
        Assert.That(plane.ReadCounters().IsBalanced, Is.True);

        tenant.TryDeliver(Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));
        plane.Step();
        Assert.That(neighbour.TryCollect(out _), Is.True, "the next packet goes");
    }

    [Test]
    public void AreNotStartedOnACpuThatIsNotThere()
    {
        using var plane = new DataPlane(new DataPlaneOptions { Frames = 4096, Cpus = [4095] });

        Assert.That(plane.Start, Throws.InvalidOperationException);
        Assert.That(() => plane.ReadCounters(), Throws.Nothing);
    }

    [Test]
    public void LeaveAPortThatOutlivesThemHarmless()
    {
        var plane = new DataPlane(new DataPlaneOptions { Frames = 4096 });
        plane.Apply(Lab.Configuration());
        var port = new MemoryPort(plane.Frames);
        plane.Attach(new VifId(Lab.Tenant), port);

        plane.Dispose();

        Assert.That(port.TryDeliver(new byte[64]), Is.False);
        Assert.That(port.TryCollect(out _), Is.False);
    }

    private static void Run(DataPlane plane, bool started)
    {
        if (!started)
        {
            while (plane.Step() > 0)
            {
            }

            return;
        }

        plane.Start();
        SpinWait.SpinUntil(() => plane.ReadCounters().Vifs.Sum(vif => vif.RxPackets) == 10, TimeSpan.FromSeconds(60));
        plane.Stop();
    }

    private static List<string> Sent(Node node) => [.. node.SentAnywhere()
        .Select(sent => sent.Vif == Lab.Fabric && sent.Packet[12] == 8 ? $"{sent.Vif} {Convert.ToHexString(sent.Packet[26..])}" : $"{sent.Vif} {Convert.ToHexString(sent.Packet)}")
        .Order()];

    private static List<string> Counted(Node node) => [.. node.Plane.ReadCounters().Vifs.Select(vif =>
        $"{vif.Vif}: {vif.RxPackets} {vif.RxBytes} {vif.TxPackets} {vif.TxBytes} {vif.Made} {vif.Consumed} {vif.Held} {string.Join(",", vif.Drops.OrderBy(drop => drop.Key))}")];

    /// <summary>A port whose device has gone wrong.</summary>
    private sealed class FailingPort(bool onReceive) : IPort, IPortQueue
    {
        public string Description => "failing";

        public PortCapabilities Capabilities => PortCapabilities.None;

        public int QueueCount => 1;

        public bool IsUp => true;

        public int Descriptor => -1;

        public IPortQueue OpenQueue(int queue, FrameCache frames) => this;

        public int Receive(Span<Packet> batch) => onReceive ? throw new IOException("receive") : 0;

        public int Send(ReadOnlySpan<Packet> packets) => throw new IOException("send");

        public void Flush()
        {
        }

        public void Dispose()
        {
        }
    }
}
