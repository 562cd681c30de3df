using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>How long, and how many, fragments wait (semantics, section 4).</summary>
[TestFixture]
public sealed class FragmentLimitsTests
{
    private static readonly byte[] s_payload = new byte[200];

    [Test]
    public void DropAfterTwoSecondsWhatNoFirstFragmentCameFor([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[][] pieces = Fragments.Of(Dialogue.Remote(node, isIpv6).Udp(s_payload), 7, 64, 128);
        node.Receive(Lab.Tenant, Lab.FromTenant(pieces[1]));
        node.Wait(1);
        node.Receive(Lab.Tenant, Lab.FromTenant(pieces[2]));

        node.Wait(0.9);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(2));
        node.Wait(0.3);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(1), "each has its own two seconds");
        node.Wait(1);

        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.FragmentTimeout] = 2 }));
        Assert.That(node.Plane.ReadDrops()[^1].Packet.ToArray(), Is.EqualTo(Lab.FromTenant(pieces[2]).Take(128)), "as it came");
    }

    [Test]
    public void BoundWhatWaitsOfOneInterface()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);

        for (uint id = 0; id < 70; id++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Fragments.Of(dialogue.Udp(s_payload), id, 64)[1]));
        }

        VifCounters counters = node.Counters(Lab.Tenant);
        Assert.That((counters.Held, counters.Drops[DropReason.FragmentLimit]), Is.EqualTo((64, 6)));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Tenant))));

        // Others' fragments wait, and whole datagrams pass.
        node.Receive(Lab.Neighbour, Lab.FromTenant(Fragments.Of((dialogue with { Client = End.Neighbour() }).Udp(s_payload), 1, 64)[1], Lab.Neighbour));
        Assert.That(node.Counters(Lab.Neighbour).Held, Is.EqualTo(1));
        Assert.That(dialogue.SendUdp(), Is.EqualTo(DropReason.None));
        node.Wait(2.2);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);
    }

    [Test]
    public void BoundWhatWaitsForOneReceiverFromTheFabric([Values] bool byLabel)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node).Reversed, other = dialogue with { Server = End.Neighbour() };

        for (uint id = 0; id < 70; id++)
        {
            node.Receive(Lab.Fabric, FromPeer(byLabel, Fragments.Of(dialogue.Udp(s_payload), id, 64)[1]));
        }

        VifCounters counters = node.Counters(Lab.Fabric);
        Assert.That((counters.Held, counters.Drops[DropReason.FragmentLimit]), Is.EqualTo((64, 6)));
        Assert.That(node.Plane.ReadDrops()[^1].Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Tenant))));

        // Who sends them to one tenant takes nothing from the others.
        foreach (byte[] piece in Fragments.Of(other.Udp(s_payload), 1, 64).Reverse())
        {
            Assert.That(other.Send(piece), Is.EqualTo(DropReason.None));
        }

        Assert.That(node.Counters(Lab.Fabric).Held, Is.EqualTo(64));
    }

    [Test]
    public void GoWithTheFabric()
    {
        using Node node = Lab.Start();
        node.Receive(Lab.Fabric, Dialogue.Remote(node).Server.FrameOf(Fragments.Of(Dialogue.Remote(node).UdpBack(s_payload), 1, 64)[1]));

        node.Apply(new Transaction
        {
            Deletes =
            [
                ObjectKey.Of(new VifId(Lab.Fabric)), ObjectKey.Of(new NextHopId(90)),
                ObjectKey.Of(default, Node.Prefix(Lab.Peer(false) + "/32")), ObjectKey.Of(default, Node.Prefix(Lab.Peer(true) + "/128")),
            ],
        });
        node.Forget(Lab.Fabric);

        Assert.That(node.Plane.ReadCounters().Removed.Held, Is.Zero);
        node.Wait(3);
    }

    [Test]
    public void BoundTheDatagramsOfOneInterface()
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node);

        for (uint id = 0; id < 1030; id++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Fragments.Of(dialogue.Udp(s_payload), id, 64)[0]));
            node.SentAnywhere();
        }

        Assert.That(node.Counters(Lab.Tenant).Drops, Is.EqualTo(new Dictionary<DropReason, long> { [DropReason.FragmentLimit] = 6 }));
        Assert.That((dialogue with { Client = End.Neighbour() }).Send(Fragments.Of((dialogue with { Client = End.Neighbour() }).Udp(s_payload), 1, 64)[0]), Is.EqualTo(DropReason.None));
        node.Wait(31);
        Assert.That(dialogue.Send(Fragments.Of(dialogue.Udp(s_payload), 2000, 64)[0]), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void DropADuplicateAlone([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        var dialogue = Dialogue.Remote(node, isIpv6);
        byte[][] pieces = Fragments.Of(dialogue.Udp(s_payload), 7, 64, 128);

        Assert.That(dialogue.Send(pieces[0]), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Send(pieces[0]), Is.EqualTo(DropReason.FragmentInvalid));
        Assert.That(dialogue.Send(pieces[1]), Is.EqualTo(DropReason.None));
        Assert.That(dialogue.Send(pieces[1]), Is.EqualTo(DropReason.FragmentInvalid));
        Assert.That(dialogue.Send(pieces[2]), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void LetFragmentsWaitForANeighbourToo([Values] bool isIpv6, [Values] bool laterFirst)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("192.0.2.5")) { Label = Lab.Vni }],
            Routes = [Lab.Route(1, isIpv6 ? "fd03::/16" : "10.3.0.0/16", 11)],
        });
        Dialogue dialogue = Dialogue.Remote(node, isIpv6) with { Server = new End(Lab.Fabric, isIpv6 ? "fd03::1" : "10.3.0.1") };
        byte[][] pieces = Fragments.Of(dialogue.Udp(s_payload), 7, 64, 128);

        foreach (byte[] piece in laterFirst ? pieces.Reverse() : pieces)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(piece));
        }

        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(3));
        node.SentAnywhere();
        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Arp(2, Lab.PeerMac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp));

        Tunnelled[] sent = [.. node.SentAll(Lab.Fabric).Select(Tunnelled.Read)];
        Assert.That(sent, Has.Length.EqualTo(3));
        Assert.That(sent.Select(each => each.SourcePort).Distinct().Count(), Is.EqualTo(1), "the entropy of their flow");
        FlowRecord flow = node.Flows()[0];
        Assert.That((flow.Key.SourcePort, flow.Packets, flow.Bytes), Is.EqualTo((1000, 3ul, (ulong)pieces.Sum(piece => piece.Length + 14))));
    }

    private static byte[] FromPeer(bool byLabel, byte[] packet) => byLabel
        ? Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, Lab.Peer(false), Lab.Endpoint(false), Lab.VifLabel, packet))
        : Lab.FromTunnel(EncapsulationKind.Vxlan, packet);
}
