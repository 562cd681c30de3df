using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Who is where on the underlay, and packets that wait to know (semantics, sections 1 and 8).</summary>
[TestFixture]
public sealed class NeighbourTests
{
    private const string All = "ff:ff:ff:ff:ff:ff";
    internal const string Mac = "02:00:00:00:00:55";

    internal static readonly byte[] Frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1"));

    [Test]
    public void IsAskedForAtOnceAndTheAnswerLetsThePacketGo([Values] bool overIpv6, [Values] bool throughGateway)
    {
        using Node node = Start(overIpv6, throughGateway);

        node.Receive(Lab.Tenant, Frame);

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Request(overIpv6)));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(1));
        node.AssertBalanced();

        node.Receive(Lab.Fabric, Answer(overIpv6));

        Tunnelled sent = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(sent.Frame[..6], Is.EqualTo(Craft.Octets(Mac)));
        Assert.That(sent.Inner, Is.EqualTo(Craft.Udp("10.1.0.2", "10.3.0.1", ttl: 63)));
        Assert.That(node.Counters(Lab.Tenant).Held, Is.Zero);

        node.Receive(Lab.Tenant, Frame);
        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets(Mac)), "from now on it is known");
    }

    [Test]
    public void IsAskedForThreeTimesASecondApartAndThenGivenUp([Values] bool overIpv6)
    {
        using Node node = Start(overIpv6);
        node.Receive(Lab.Tenant, Frame);

        var asked = new List<int>();

        for (int tenth = 0; tenth <= 60; tenth++)
        {
            asked.AddRange(node.SentAll(Lab.Fabric).Select(_ => tenth));
            Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(tenth < 30 ? 1 : 0), $"after {tenth} tenths of a second");
            node.Wait(0.1);
            node.AssertBalanced();
        }

        Assert.That(asked, Is.EqualTo(new[] { 0, 10, 20 }));
        Drop drop = node.Plane.ReadDrops().Single();
        Assert.That(drop.Reason, Is.EqualTo(DropReason.NeighbourUnresolved));
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new NextHopId(11))));
        Assert.That(drop.Packet.ToArray(), Is.EqualTo(Frame), "as it came in");

        node.Receive(Lab.Tenant, Frame);
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Request(overIpv6)), "the next packet asks anew");
    }

    [Test]
    public void IsWaitedForByFourPacketsInOrderAndTheFifthIsDropped()
    {
        using Node node = Start();
        byte[][] packets = [.. Enumerable.Range(1, 5).Select(i => Craft.Udp("10.1.0.2", "10.3.0.1", payload: new byte[i * 300]))];

        foreach (byte[] packet in packets)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(packet));
        }

        Drop drop = node.Plane.ReadDrops().Single();
        Assert.That(drop.Reason, Is.EqualTo(DropReason.NeighbourUnresolved));
        Assert.That(drop.Packet.ToArray(), Is.EqualTo(Lab.FromTenant(packets[4])[..128]), "the newest");
        node.SentOnce(Lab.Fabric);

        node.Receive(Lab.Fabric, Answer());

        IEnumerable<int> lengths = node.SentAll(Lab.Fabric).Select(frame => Tunnelled.Read(frame).Inner.Length);
        Assert.That(lengths, Is.EqualTo(packets[..4].Select(packet => packet.Length)));
    }

    [Test]
    public void LetsDecapsulatedAndChainedPacketsWaitUnharmed()
    {
        using Node node = Start();
        node.Apply(new Transaction { Vifs = [Lab.Configuration().Vifs[0] with { Mtu = 9000 }, Lab.TenantVif(Lab.Tenant, 1) with { Mtu = 9000 }] });
        byte[] jumbo = Craft.Udp("10.2.0.2", "10.3.0.1", payload: [.. Enumerable.Range(0, 6001).Select(i => (byte)i)]);

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, jumbo));
        node.SentOnce(Lab.Fabric);
        node.Receive(Lab.Fabric, Answer());

        jumbo[8]--;
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner[20..], Is.EqualTo(jumbo[20..]));
    }

    [Test]
    public void IsAskedWhetherItIsStillThereByUnicast([Values] bool overIpv6)
    {
        using Node node = Start(overIpv6);
        node.Receive(Lab.Tenant, Frame);
        node.Receive(Lab.Fabric, Answer(overIpv6));
        node.SentAll(Lab.Fabric);

        node.Wait(29.9);
        Assert.That(node.SentAll(Lab.Fabric), Is.Empty);

        node.Wait(0.2);
        byte[] question = node.SentOnce(Lab.Fabric);
        Assert.That(question[..6], Is.EqualTo(Craft.Octets(Mac)));
        Assert.That(question[6..], Is.EqualTo(Request(overIpv6)[6..]));

        // While it does not answer, packets still go there; then it is forgotten.
        node.Wait(2.5);
        node.Receive(Lab.Tenant, Frame);
        Assert.That(node.SentAll(Lab.Fabric)[^1][..6], Is.EqualTo(Craft.Octets(Mac)));
        node.Wait(1);
        node.Receive(Lab.Tenant, Frame);
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Request(overIpv6)));
    }

    [Test]
    public void MovesWhereItSays()
    {
        using Node node = Start();
        node.Receive(Lab.Tenant, Frame);
        node.Receive(Lab.Fabric, Answer());
        node.SentAll(Lab.Fabric);

        string elsewhere = "02:00:00:00:00:56";
        node.Receive(Lab.Fabric, Craft.Ethernet(All, elsewhere, Craft.Arp(2, elsewhere, "192.0.2.5", "192.0.2.5", All), EtherType.Arp));
        node.Receive(Lab.Tenant, Frame);

        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets(elsewhere)));
    }

    [Test]
    public void LearnsNobodyThatItHasNothingToDoWith()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new VrfNextHop(new NextHopId(21), default)], Routes = [Lab.Route(1, "192.0.2.0/24", 21)] });

        node.Receive(Lab.Fabric, Answer());
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "192.0.2.5")));

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Request()));
    }

    [Test]
    public void LearnsWhoAsks([Values] bool overIpv6)
    {
        using Node node = Start(overIpv6);
        string own = Lab.Endpoint(overIpv6), asker = Address(overIpv6);

        if (overIpv6)
        {
            node.Receive(Lab.Fabric, Craft.Ethernet("33:33:ff:00:00:01", Mac, Craft.Neighbour(asker, "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, own, mac: Mac)));
            Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Mac, Lab.FabricMac, Craft.Neighbour(
                own, asker, Icmpv6Type.NeighbourAdvertisement, own, NeighbourHeader.Solicited | NeighbourHeader.Override, Lab.FabricMac))));
        }
        else
        {
            node.Receive(Lab.Fabric, Craft.Ethernet(All, Mac, Craft.Arp(1, Mac, asker, own), EtherType.Arp));
            Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Mac, Lab.FabricMac, Craft.Arp(2, Lab.FabricMac, own, asker, Mac), EtherType.Arp)));
        }

        Assert.That(node.SentAll(Lab.Host), Is.Empty, "the host is not asked");
        node.Receive(Lab.Tenant, Frame);
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Frame[..6], Is.EqualTo(Craft.Octets(Mac)));
    }

    [Test]
    public void DefendsTheFabricsAddress()
    {
        using Node node = Start();

        node.Receive(Lab.Fabric, Craft.Ethernet(All, Mac, Craft.Arp(1, Mac, "0.0.0.0", "192.0.2.1"), EtherType.Arp));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Mac, Lab.FabricMac, Craft.Arp(2, Lab.FabricMac, "192.0.2.1", "0.0.0.0", Mac), EtherType.Arp)));

        node.Receive(Lab.Fabric, Craft.Ethernet("33:33:ff:00:00:01", Mac, Craft.Neighbour("::", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "2001:db8::1")));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Mac, Lab.FabricMac, Craft.Neighbour(
            "2001:db8::1", "ff02::1", Icmpv6Type.NeighbourAdvertisement, "2001:db8::1", NeighbourHeader.Override, Lab.FabricMac))));
    }

    [Test]
    public void IsNoGroupAndNotZero([Values(All, "01:00:00:00:00:01", "00:00:00:00:00:00")] string mac)
    {
        using Node node = Start();
        node.Receive(Lab.Tenant, Frame);
        node.SentAll(Lab.Fabric);

        node.Receive(Lab.Fabric, Craft.Ethernet(Lab.FabricMac, Mac, Craft.Arp(2, mac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp));

        Assert.That(node.SentAll(Lab.Fabric), Is.Empty);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(1));
    }

    [Test]
    public void IsNotLearnedFromAForgedAdvertisement()
    {
        using Node node = Start(overIpv6: true);
        node.Receive(Lab.Tenant, Frame);
        node.SentAll(Lab.Fabric);
        byte[] advertisement = Craft.Neighbour("2001:db8::5", "2001:db8::1", Icmpv6Type.NeighbourAdvertisement, "2001:db8::5", NeighbourHeader.Solicited, Mac);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(advertisement.With(7, 254)), DropReason.Malformed);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(advertisement.With(advertisement.Length - 1, 1)), DropReason.Malformed);
        Assert.That(node.Counters(Lab.Tenant).Held, Is.EqualTo(1));
    }

    [Test]
    public void GivesAnswersToTheHostAsWellWhereThereIsOne()
    {
        using Node node = Start();

        node.Receive(Lab.Fabric, Answer());
        Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(Answer()[14..]));

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Host))] });
        node.Forget(Lab.Host);
        node.Receive(Lab.Fabric, Answer());
        Assert.That(node.Counters(Lab.Fabric).Consumed, Is.EqualTo(1));
    }

    [Test]
    public void IsFoundForEachDestinationOfAConnectedPrefix()
    {
        using Node node = Start();
        node.Apply(new Transaction { NextHops = [new VrfNextHop(new NextHopId(21), default)], Routes = [Lab.Route(1, "192.0.2.0/24", 21)] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "192.0.2.5")));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Request()));
        node.Receive(Lab.Fabric, Answer());
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Mac, Lab.FabricMac, Craft.Udp("10.1.0.2", "192.0.2.5", ttl: 63))));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "192.0.2.5")));
        Assert.That(node.SentOnce(Lab.Fabric)[..6], Is.EqualTo(Craft.Octets(Mac)));
    }

    /// <summary>A node with a tunnel, next hop 11 for 10.3/16, whose way out is not known: the far end itself, or a gateway.</summary>
    internal static Node Start(bool overIpv6 = false, bool throughGateway = false)
    {
        Node node = Lab.Start();
        string far = throughGateway ? overIpv6 ? "2001:db8:5::5" : "198.51.100.5" : Address(overIpv6);

        return node.Apply(new Transaction
        {
            NextHops =
            [
                new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip(far)) { Label = 7 },
                new VifNextHop(new NextHopId(92), new VifId(Lab.Fabric)) { Address = Node.Ip(Address(overIpv6)) },
            ],
            Routes = throughGateway
                ? [Lab.Route(1, "10.3.0.0/16", 11), Lab.Route(0, overIpv6 ? "2001:db8:5::/48" : "198.51.100.0/24", 92)]
                : [Lab.Route(1, "10.3.0.0/16", 11)],
        });
    }

    internal static string Address(bool isIpv6) => isIpv6 ? "2001:db8::5" : "192.0.2.5";

    internal static byte[] Request(bool isIpv6 = false) => isIpv6
        ? Craft.Ethernet("33:33:ff:00:00:05", Lab.FabricMac, Craft.Neighbour("2001:db8::1", "ff02::1:ff00:5", Icmpv6Type.NeighbourSolicitation, "2001:db8::5", mac: Lab.FabricMac))
        : Craft.Ethernet(All, Lab.FabricMac, Craft.Arp(1, Lab.FabricMac, "192.0.2.1", "192.0.2.5"), EtherType.Arp);

    internal static byte[] Answer(bool isIpv6 = false) => isIpv6
        ? Craft.Ethernet(Lab.FabricMac, Mac, Craft.Neighbour("2001:db8::5", "2001:db8::1", Icmpv6Type.NeighbourAdvertisement, "2001:db8::5", NeighbourHeader.Solicited, Mac))
        : Craft.Ethernet(Lab.FabricMac, Mac, Craft.Arp(2, Mac, "192.0.2.5", "192.0.2.1", Lab.FabricMac), EtherType.Arp);
}
