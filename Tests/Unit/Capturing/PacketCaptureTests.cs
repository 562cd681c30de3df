using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Capturing;

/// <summary>A capture at a node: what passes is seen once where it comes in and once where it goes out.</summary>
internal sealed class PacketCaptureTests
{
    private static readonly byte[] s_toPeer = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));
    private static readonly byte[] s_toNobody = Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.1"));

    [Test]
    public void SeesAPacketComeInAndGoOut()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions());
        node.Clock.Advance(TimeSpan.FromSeconds(1.5));

        node.Receive(Lab.Tenant, s_toPeer);
        List<Seen> seen = Seen.AllOf(capture);

        Assert.That(seen.Select(packet => (packet.Vif, packet.Place)), Is.EqualTo([(Lab.Tenant, PacketPlace.Received), (Lab.Fabric, PacketPlace.Sent)]));
        Assert.That(seen[0].Bytes, Is.EqualTo(s_toPeer), "as it came");
        Assert.That(seen[1].Bytes, Is.EqualTo(node.SentOnce(Lab.Fabric)), "as it left");
        Assert.That(seen[1].Time, Is.EqualTo(node.Clock.GetUtcNow()));
        Assert.That(Seen.AllOf(capture), Is.Empty, "each packet is read once");
    }

    [Test]
    public void SeesADropWithItsReasonAndWhatDecided()
    {
        using Node node = Lab.Start();
        node.Apply(Lab.Route(1, "198.51.100.0/24", 30));
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { DropsOnly = true });

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toNobody);
        List<Seen> seen = Seen.AllOf(capture);

        Drop drop = node.Plane.ReadDrops().Single();
        Seen only = seen.Single();
        Assert.That((only.Vif, only.Place, only.Reason, only.By), Is.EqualTo((Lab.Tenant, PacketPlace.Dropped, DropReason.Discarded, "next hop 30")));
        Assert.That(only.Bytes, Is.EqualTo(s_toNobody), "as it came, and whole");
    }

    [Test]
    public void CutsPacketsToItsSnapLength()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { SnapLength = 20 });

        node.Receive(Lab.Tenant, s_toPeer);

        Seen seen = Seen.AllOf(capture)[0];
        Assert.That(seen.Bytes, Is.EqualTo(s_toPeer[..20]));
        Assert.That(seen.Length, Is.EqualTo(s_toPeer.Length));
    }

    [Test]
    public void SeesAllFramesOfAChain()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { DropsOnly = true });
        byte[] large = Lab.FromTenant(Craft.Udp("10.1.0.2", "198.51.100.1", new byte[9000]));

        node.Receive(Lab.Tenant, large);

        Assert.That(Seen.AllOf(capture).Single().Bytes, Is.EqualTo(large));
    }

    [Test]
    public void SeesOnlyTheVifsThatItWants()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Vifs = [new VifId(Lab.Fabric)] });

        node.Receive(Lab.Tenant, s_toPeer);
        node.Receive(Lab.Tenant, s_toNobody);

        Assert.That(Seen.AllOf(capture).Select(packet => packet.Vif), Is.EqualTo([Lab.Fabric]));
    }

    [Test]
    public void SeesBothDirectionsOfAFlowInATunnelAndOut([Values(EncapsulationKind.Vxlan, EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Source = Ip("10.1.0.2"), DestinationPort = 2000, Vrf = new VrfId(1) } });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", from: 1000, to: 2000)));
        node.Receive(Lab.Fabric, Lab.FromTunnel(kind, Craft.Udp("10.2.0.2", "10.1.0.2", from: 2000, to: 1000)));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", from: 1000, to: 2001)));
        node.Receive(Lab.Neighbour, Lab.FromTenant(Craft.Udp("10.1.0.3", "10.2.0.2", from: 1000, to: 2000), Lab.Neighbour));

        Assert.That(Seen.AllOf(capture).Select(packet => (packet.Vif, packet.Place)), Is.EqualTo(
        [
            (Lab.Tenant, PacketPlace.Received),
            (Lab.Fabric, PacketPlace.Sent),
            (Lab.Fabric, PacketPlace.Received),
            (Lab.Tenant, PacketPlace.Sent),
        ]));
    }

    [TestCase(1u, Lab.Neighbour)]
    [TestCase(2u, Lab.Other)]
    public void TellsEqualAddressesOfTwoVrfsApart(uint vrf, uint vif)
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Source = Ip("10.1.0.3"), Vrf = new VrfId(vrf) } });

        node.Receive(Lab.Neighbour, Lab.FromTenant(Craft.Udp("10.1.0.3", "198.51.100.1"), Lab.Neighbour));
        node.Receive(Lab.Other, Lab.FromTenant(Craft.Udp("10.1.0.3", "198.51.100.1"), Lab.Other));

        Assert.That(Seen.AllOf(capture).Select(packet => (packet.Vif, packet.Place)), Is.EqualTo([(vif, PacketPlace.Received), (vif, PacketPlace.Dropped)]));
    }

    [Test]
    public void SeesTheOuterHeadersToo()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Destination = Ip("192.0.2.2"), Vrf = new VrfId(0) } });

        node.Receive(Lab.Tenant, s_toPeer);

        Assert.That(Seen.AllOf(capture).Select(packet => packet.Vif), Is.EqualTo([Lab.Fabric]));
    }

    [Test]
    public void SeesAnEchoAndItsReply()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Protocol = IpProtocol.Icmp, Destination = Ip("10.1.0.1") } });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("10.1.0.2", "10.1.0.1")));

        Assert.That(Seen.AllOf(capture).Select(packet => packet.Place), Is.EqualTo([PacketPlace.Received, PacketPlace.Sent]));
    }

    [Test]
    public void NeverFailsWhateverTheFrame()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Source = Ip("10.1.0.2") } });
        using PacketCapture all = node.Plane.Capture(new CaptureOptions());

        foreach ((uint vif, byte[] frame) in HostileFrames.All)
        {
            node.Receive(vif, frame);
            node.SentAnywhere();
            Seen.AllOf(capture);
            Assert.That(Seen.AllOf(all)[0].Bytes, Is.EqualTo(frame));
        }

        node.AssertBalanced();
    }

    [Test]
    public void CountsWhatItHadNoRoomFor()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { BufferBytes = 1024, Vifs = [new VifId(Lab.Tenant)] });

        for (int i = 0; i < 100; i++)
        {
            node.Receive(Lab.Tenant, s_toPeer);
            node.SentAll(Lab.Fabric);
        }

        int first = Seen.AllOf(capture).Count;
        node.Receive(Lab.Tenant, s_toPeer);

        Assert.That(first, Is.EqualTo(1024 / 128), "as many records as small packets");
        Assert.That(Seen.AllOf(capture).Single().Lost, Is.EqualTo(100 - first));
    }

    [Test]
    public void SeesWhatAFullPortRefusesAsDropped()
    {
        using Node node = new();
        node.Apply(Lab.Configuration());
        node.Plane.Detach(new VifId(Lab.Fabric));
        node.Plane.Attach(new VifId(Lab.Fabric), new MemoryPort(node.Plane.Frames, ringSize: 2));
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions());

        for (int i = 0; i < 3; i++)
        {
            node.Receive(Lab.Tenant, s_toPeer);
        }

        List<Seen> seen = Seen.AllOf(capture);
        Assert.That(seen.Count(packet => packet.Place == PacketPlace.Sent), Is.EqualTo(2));
        Assert.That(seen.Where(packet => packet.Place == PacketPlace.Dropped).Select(packet => packet.Reason), Is.EqualTo([DropReason.TransmitQueueFull]));
    }

    [Test]
    public void SeesEachPacketOnceHoweverManyWorkersItGoesThrough([Values(1, 3)] int workers)
    {
        using Node node = new(new DataPlaneOptions { Frames = 4096, Workers = workers }) { Queues = 1 };
        node.Apply(Lab.Configuration());
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions());

        for (ushort port = 1; port <= 50; port++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", from: port)));
        }

        List<Seen> seen = Seen.AllOf(capture);
        Assert.That(seen.Count(packet => packet.Place == PacketPlace.Received), Is.EqualTo(50));
        Assert.That(seen.Count(packet => packet.Place == PacketPlace.Sent), Is.EqualTo(50));
        Assert.That(seen, Has.Count.EqualTo(100));
    }

    [Test]
    public void IsForAnyNumberOfReadersAndOverWhenItIsDisposed()
    {
        using Node node = Lab.Start();
        PacketCapture first = node.Plane.Capture(new CaptureOptions());
        using PacketCapture second = node.Plane.Capture(new CaptureOptions { DropsOnly = true });

        node.Receive(Lab.Tenant, s_toNobody);
        Assert.That((Seen.AllOf(first).Count, Seen.AllOf(second).Count), Is.EqualTo((2, 1)));

        first.Dispose();
        node.Receive(Lab.Tenant, s_toNobody);
        Assert.That(Seen.AllOf(second), Has.Count.EqualTo(1));
        Assert.That(node.Plane.Workers.All(worker => worker.Captures.IsOn), Is.True);

        second.Dispose();
        Assert.That(node.Plane.Workers.Any(worker => worker.Captures.IsOn), Is.False);
        Assert.Throws<ObjectDisposedException>(() => Seen.AllOf(first));
    }

    [Test]
    public void RefusesAVifThatIsNotThere()
    {
        using Node node = Lab.Start();

        ArgumentException refused = Assert.Throws<ArgumentException>(() => node.Plane.Capture(new CaptureOptions { Vifs = [new VifId(77)] }))!;
        Assert.That(refused.Message, Does.Contain("there is no interface 77"));
    }

    [Test]
    public void AllocatesNothingOnTheWalk()
    {
        using Node node = Lab.Start();
        using PacketCapture capture = node.Plane.Capture(new CaptureOptions { Match = new FlowFilter { Source = Ip("10.1.0.2") } });
        MemoryPort tenant = (MemoryPort)node.Plane.FindPort(new VifId(Lab.Tenant))!;
        long allocated = 0;

        for (int i = 0; i < 200; i++)
        {
            tenant.TryDeliver(i % 2 == 0 ? s_toPeer : s_toNobody);
            long before = GC.GetAllocatedBytesForCurrentThread();
            node.Plane.Step();
            allocated = i < 100 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
            node.SentAll(Lab.Fabric);
        }

        Assert.That(allocated, Is.Zero);
    }
}
