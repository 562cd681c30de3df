using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>What is kept of packets that went nowhere (semantics, sections 7 and 8).</summary>
[TestFixture]
public sealed class DropTests
{
    [Test]
    public void KeepsTheLatest1024WithTheirFirst128Bytes()
    {
        using Node node = Lab.Start();

        for (int i = 0; i < 1030; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", $"172.16.{i >> 8}.{i & 255}", payload: new byte[200])));
        }

        IReadOnlyList<Drop> drops = node.Plane.ReadDrops();
        Assert.That(drops, Has.Count.EqualTo(1024));
        Assert.That(drops.Select(drop => (drop.Packet.Length, drop.Reason, drop.Vif.Value)), Has.All.EqualTo((128, DropReason.NoRoute, Lab.Tenant)));
        Assert.That(drops.Select(drop => drop.Packet.Span[32] << 8 | drop.Packet.Span[33]).ToArray(), Is.EqualTo(Enumerable.Range(6, 1024)), "oldest first");
        Assert.That(node.Counters(Lab.Tenant).Drops[DropReason.NoRoute], Is.EqualTo(1030));
    }

    [Test]
    public void TellsWhenItWas()
    {
        using Node node = Lab.Start();
        node.Wait(2.5);

        node.Receive(Lab.Tenant, new byte[14]);

        Assert.That(node.Plane.ReadDrops()[^1].Time, Is.EqualTo(node.Clock.GetUtcNow()));
    }

    [Test]
    public void TellsOnDropTheWholeFrameAsItCameIn()
    {
        var told = new List<Drop>();
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, OnDrop = told.Add });
        node.Apply(Lab.Route(1, "10.5.0.0/16", 30));
        byte[][] frames =
        [
            Lab.FromTenant(Craft.Udp("10.1.0.2", "10.5.0.1", payload: new byte[3000])),
            Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.5.0.1", payload: new byte[500])),
            Lab.FromTunnel(EncapsulationKind.MplsOverUdp, Craft.Udp("10.2.0.2", "10.1.0.2", ttl: 1, ecn: 1), ecn: 3),
            Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", payload: new byte[1460], flags: Ipv4Header.DontFragment)),
            [.. Lab.FromTenant(Craft.Udp("10.1.0.9", "10.2.0.2")), 1, 2, 3],
        ];

        node.Receive(Lab.Tenant, frames[0]);
        node.Receive(Lab.Fabric, frames[1]);
        node.Receive(Lab.Fabric, frames[2]);
        node.Receive(Lab.Tenant, frames[3]);
        node.Receive(Lab.Tenant, frames[4]);

        Assert.That(told.Select(drop => drop.Packet.ToArray()), Is.EqualTo(frames));
        Assert.That(told.Select(drop => drop.Reason), Is.EqualTo(new[]
        {
            DropReason.Discarded, DropReason.Discarded, DropReason.TtlExpired, DropReason.PacketTooBig, DropReason.SpoofedSource,
        }));
        Assert.That(told.Select(drop => drop.Vif.Value), Is.EqualTo(new[] { Lab.Tenant, Lab.Fabric, Lab.Fabric, Lab.Tenant, Lab.Tenant }));
    }

    [Test]
    public void NamesTheRouteThatDecided()
    {
        using Node node = Lab.Start();

        Drop invalid = node.AssertDropped(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.1.0.3", "10.1.0.2")), DropReason.InvalidSource);
        Assert.That(invalid.Object, Is.EqualTo(ObjectKey.Of(new VrfId(1), Node.Prefix("10.1.0.3/32"))));

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", ttl: 1)));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new VrfId(1), Node.Prefix("10.2.0.0/16"))));
    }

    [Test]
    public void NamesTheNextHopOfALabelThatLedStraightToIt()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            NextHops = [new VifNextHop(new NextHopId(60), new VifId(Lab.Tenant))],
            Labels = [new LabelEntry(new MplsLabel(600), new NextHopId(60))],
        });
        byte[] packet = Craft.Udp("10.2.0.2", "10.1.0.2", ttl: 1);

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", 600, packet)));

        Assert.That(node.Plane.ReadDrops()[^1].Reason, Is.EqualTo(DropReason.TtlExpired));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new NextHopId(60))));
    }

    [Test]
    public void TellsWhatThePortDidNotTake()
    {
        var told = new List<Drop>();
        using Node node = Lab.Start(options: new DataPlaneOptions { Frames = 4096, OnDrop = told.Add });

        for (int i = 0; i < 1030; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));
        }

        Assert.That(told, Has.Count.EqualTo(6));
        Assert.That(
            told.Select(drop => (drop.Reason, drop.Vif.Value, drop.Object)),
            Has.All.EqualTo((DropReason.TransmitQueueFull, Lab.Tenant, ObjectKey.Of(new VifId(Lab.Neighbour)))));
        Assert.That(node.Counters(Lab.Neighbour).TxPackets, Is.EqualTo(1024));
    }

    [Test]
    public void KeepsTheBooksOfWhatIsGone()
    {
        using Node node = Lab.Start();
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "172.16.0.1")));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Tenant))] });
        node.Forget(Lab.Tenant);

        Counters counters = node.Plane.ReadCounters();
        Assert.That(counters.Removed.RxPackets, Is.EqualTo(2));
        Assert.That(counters.Removed.Drops[DropReason.NoRoute], Is.EqualTo(1));
        Assert.That(counters.IsBalanced, Is.True);

        // Its number is another's now, whose counts begin at 0.
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(7, 1) with { Mac = Node.Mac("02:00:00:00:01:07") }] });
        Assert.That(node.Counters(7).RxPackets, Is.Zero);
    }

    [Test]
    public void CountsBytesOfFrames()
    {
        using Node node = Lab.Start();
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));

        node.Receive(Lab.Tenant, [.. frame, 0, 0]);

        byte[] sent = node.SentOnce(Lab.Fabric);
        Assert.That((node.Counters(Lab.Tenant).RxPackets, node.Counters(Lab.Tenant).RxBytes), Is.EqualTo((1, frame.Length + 2)));
        Assert.That((node.Counters(Lab.Fabric).TxPackets, node.Counters(Lab.Fabric).TxBytes), Is.EqualTo((1, sent.Length)));
    }
}
