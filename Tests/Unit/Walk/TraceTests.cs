using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Walk.Flows;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk;

/// <summary>What a trace tells, and that it does nothing.</summary>
[TestFixture]
public sealed class TraceTests
{
    [Test]
    public void KeepsNothingOfAnotherPacket()
    {
        using Node node = Lab.Start();
        byte[] passes = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")), isDropped = Lab.FromTenant(Craft.Udp("10.1.0.2", "172.16.0.1"));

        TraceResult first = node.Plane.Trace(new VifId(Lab.Tenant), passes);
        (int steps, int outputs) = (first.Steps.Count, first.Outputs.Count);
        TraceResult second = node.Plane.Trace(new VifId(Lab.Tenant), isDropped);
        TraceResult third = node.Plane.Trace(new VifId(Lab.Tenant), passes);

        Assert.That((first.Steps.Count, first.Outputs.Count, first.DropReason), Is.EqualTo((steps, outputs, DropReason.None)));
        Assert.That((second.Outputs.Count, second.DropReason), Is.EqualTo((0, DropReason.NoRoute)));
        Assert.That(third.Steps.Select(step => step.Detail), Is.EqualTo(first.Steps.Select(step => step.Detail)));
        Assert.That(third.DropReason, Is.EqualTo(DropReason.None));
    }

    [Test]
    public void TakesNoMemoryThatItHadBefore()
    {
        using Node node = Lab.Start();
        byte[] packet = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));
        node.Plane.Trace(new VifId(Lab.Tenant), packet);
        long least = long.MaxValue;

        for (int n = 0; n < 5; n++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            node.Plane.Trace(new VifId(Lab.Tenant), packet);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What it tells; its tables alone are a megabyte.
        Assert.That(least, Is.LessThan(100_000));
    }

    [Test]
    public void KnowsThePortsThatThereAreNow()
    {
        using Node node = Lab.Start();
        byte[] large = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", new byte[1000]));
        TraceResult before = node.Plane.Trace(new VifId(Lab.Tenant), large);
        node.Unplug(Lab.Neighbour);

        TraceResult after = node.Plane.Trace(new VifId(Lab.Tenant), large);

        Assert.That(after.Outputs.Select(output => output.Packet.ToArray()), Is.EqualTo(before.Outputs.Select(output => output.Packet.ToArray())));
    }

    [Test]
    public void TellsEachStepAndTheObjectThatDecided()
    {
        using Node node = Lab.Start();

        TraceResult result = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        Assert.That(result.DropReason, Is.EqualTo(DropReason.None));
        Assert.That(result.Steps.Select(step => step.Object), Does.Contain(ObjectKey.Of(new VrfId(1), Node.Prefix("10.2.0.0/16"))));
        Assert.That(result.Outputs.Single().Vif, Is.EqualTo(new VifId(Lab.Fabric)));
        Assert.That(Tunnelled.Read(result.Outputs[0].Packet.ToArray()).Headers.Label, Is.EqualTo(Lab.Vni));
    }

    [Test]
    public void TellsThePacketsOwnReasonAndTheErrorAboutIt()
    {
        using Node node = Lab.Start();

        TraceResult expired = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", ttl: 1)));
        Assert.That(expired.DropReason, Is.EqualTo(DropReason.TtlExpired));
        Assert.That(expired.Outputs.Single().Vif, Is.EqualTo(new VifId(Lab.Tenant)));

        // The error finds no way back: that is not the packet's own reason.
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { RpfDisabled = true }] });
        TraceResult lost = node.Plane.Trace(new VifId(Lab.Fabric), Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("172.16.0.1", "10.1.0.2", ttl: 1)));
        Assert.That(lost.DropReason, Is.EqualTo(DropReason.TtlExpired));
    }

    [Test]
    public void TellsThatThePacketWouldWait()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("192.0.2.5")) { Label = 7 }], Routes = [Lab.Route(1, "10.3.0.0/16", 11)] });

        TraceResult result = node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1")));

        Assert.That(result.Steps.Select(step => step.Stage), Does.Contain("neighbour"));
        Assert.That(result.Outputs.Single().Packet.ToArray()[..6], Is.EqualTo(new byte[6]), "what it would be, but for the MAC");
        Assert.That(node.SentAnywhere(), Is.Empty, "nobody is asked");
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void HasNoEffect()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new VrfNextHop(new NextHopId(21), default)], Routes = [Lab.Route(1, "192.0.2.0/24", 21)] });
        string mac = "02:00:00:00:00:55";
        string before = Counted(node);
        int frames = node.Plane.Frames.Available;

        foreach ((uint vif, byte[] frame) in HostileFrames.All)
        {
            node.Plane.Trace(new VifId(vif), frame);
        }

        // Nobody is learned, whoever asks or answers.
        node.Plane.Trace(new VifId(Lab.Fabric), Craft.Ethernet("ff:ff:ff:ff:ff:ff", mac, Craft.Arp(1, mac, "192.0.2.5", "192.0.2.1"), EtherType.Arp));
        node.Plane.Trace(new VifId(Lab.Tenant), Lab.FromTenant(Craft.Udp("10.1.0.2", "192.0.2.5")));

        Assert.That(Counted(node), Is.EqualTo(before));
        Assert.That(node.Plane.ReadDrops(), Is.Empty);
        Assert.That(node.Plane.Frames.Available, Is.EqualTo(frames));
        Assert.That(node.SentAnywhere(), Is.Empty);
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "192.0.2.5")));
        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets("ff:ff:ff:ff:ff:ff")), "it has to be asked for");
    }

    [Test]
    public void UsesNothingOfTheLimitsUp()
    {
        using Node node = Lab.Start();
        byte[] expiring = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2", ttl: 1));

        for (int i = 0; i < 150; i++)
        {
            Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), expiring).Outputs, Has.Count.EqualTo(1));
        }

        for (int i = 0; i < 150; i++)
        {
            node.Receive(Lab.Tenant, expiring);
        }

        Assert.That(node.SentAll(Lab.Tenant), Has.Count.EqualTo(100));
        Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), expiring).Outputs, Has.Count.EqualTo(1), "nor is it under them");
    }

    /// <summary>One trace says that a flow would give way to another one. When it has, the next trace knows the other one, in the same place.</summary>
    [Test]
    public void KnowsNothingOfTheTraceBefore()
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp).Guard(Lab.Tenant, Egress("out"));
        Dialogue dialogue = Dialogue.Remote(node);
        byte[] request = dialogue.Client.FrameOf(dialogue.Udp());
        byte[] answer = dialogue.Server.FrameOf(dialogue.UdpBack());
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), request).Outputs, Has.Count.EqualTo(1));

        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));

        Assert.That(node.Plane.Trace(new VifId(Lab.Fabric), answer).Outputs, Has.Count.EqualTo(1));
        Assert.That(node.Plane.Trace(new VifId(Lab.Tenant), request).Outputs, Has.Count.EqualTo(1));
    }

    [Test]
    public void NeedsNoPorts()
    {
        using var plane = new DataPlane();
        plane.Apply(Lab.Configuration());
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", payload: new byte[1400]));
        byte[] jumbo = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3", payload: new byte[4000]));

        Assert.That(plane.Trace(new VifId(Lab.Tenant), frame).Outputs, Has.Count.EqualTo(1));
        Assert.That(plane.Trace(new VifId(Lab.Tenant), jumbo).Outputs, Has.Count.EqualTo(3), "cut into what fits");
        Assert.That(() => plane.Trace(new VifId(77), frame), Throws.ArgumentException);
    }

    private static string Counted(Node node) => string.Join("\n", node.Plane.ReadCounters().Vifs.Select(vif =>
        $"{vif.Vif}: {vif.RxPackets} {vif.TxPackets} {vif.Made} {vif.Consumed} {vif.Held} {vif.Drops.Count}"));
}
