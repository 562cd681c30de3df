using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Out of a tunnel to a tenant (semantics, section 1).</summary>
[TestFixture]
public sealed class DecapsulationTests
{
    [Test]
    public void DeliversThePacketWithOneTtlLess([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6, [Values(0, 7)] int vlan)
    {
        using Node node = Lab.Start(kind, overIpv6, (ushort)vlan);
        byte[] packet = Craft.Udp(Lab.Remote(isIpv6), Lab.Address(Lab.Tenant, isIpv6), ttl: 33);
        uint label = kind == EncapsulationKind.Vxlan ? Lab.Vni : Lab.VrfLabel;

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(kind, Lab.Peer(overIpv6), Lab.Endpoint(overIpv6), label, packet), (ushort)vlan));

        byte[] expected = Craft.Ethernet(
            Lab.TenantMac(Lab.Tenant), Lab.VirtualMac, Craft.Udp(Lab.Remote(isIpv6), Lab.Address(Lab.Tenant, isIpv6), ttl: 32), vlan: (ushort)vlan);
        Assert.That(node.SentOnce(Lab.Tenant), Is.EqualTo(expected));
    }

    [Test]
    public void DeliversUnderAnInterfacesLabelWithItsTtl([Values(EncapsulationKind.MplsOverUdp, EncapsulationKind.MplsOverGre)] EncapsulationKind kind, [Values] bool isIpv6, [Values(1, 64)] int ttl)
    {
        using Node node = Lab.Start(kind);
        byte[] packet = Craft.Udp(Lab.Remote(isIpv6), Lab.Address(Lab.Tenant, isIpv6), ttl: (byte)ttl);

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(kind, "192.0.2.2", "192.0.2.1", Lab.VifLabel, packet)));

        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(packet));
    }

    [Test]
    public void DeliversUnderAnInterfacesLabelWhateverTheDestination()
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp);

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", Lab.VifLabel, Craft.Udp("10.2.0.2", "172.16.5.5"))));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }

    [Test]
    public void TakesMplsUnderTheOldPortAndThatOfTheSettingsToo([Values(6635, 51234, 7000)] int port, [Values] bool overIpv6)
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp, overIpv6);
        node.Apply(new Transaction { Settings = new Settings { MplsOverUdpPort = 7000 } });
        byte[] outer = Craft.Udp(Lab.Peer(overIpv6), Lab.Endpoint(overIpv6), Craft.Mpls(Lab.VrfLabel, Craft.Udp("10.2.0.2", "10.1.0.2")), to: (ushort)port);

        node.Receive(Lab.Fabric, Lab.FromPeer(outer));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty, "with a right outer checksum as well");
    }

    [TestCase("2000 8847 00000063", TestName = "{m}(key)")]
    [TestCase("1000 8847 00000001", TestName = "{m}(sequence)")]
    public void TakesGreWithOptions(string header)
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverGre);
        byte[] gre = [.. Encap.Wire.Bytes(header), .. Craft.Mpls(Lab.VrfLabel, Craft.Udp("10.2.0.2", "10.1.0.2"))];

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Ip("192.0.2.2", "192.0.2.1", IpProtocol.Gre, gre)));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }

    [Test]
    public void TakesGreWithAChecksumOnlyIfItIsRight([Values] bool isRight)
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverGre);
        byte[] gre = [.. Encap.Wire.Bytes("8000 8847 0000 0000"), .. Craft.Mpls(Lab.VrfLabel, Craft.Udp("10.2.0.2", "10.1.0.2"))];
        ushort checksum = (ushort)(Checksum.Of(gre) ^ (isRight ? 0 : 1));
        (gre[4], gre[5]) = ((byte)(checksum >> 8), (byte)checksum);

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Ip("192.0.2.2", "192.0.2.1", IpProtocol.Gre, gre)));

        Assert.That(node.LastDrop, Is.EqualTo(isRight ? DropReason.None : DropReason.Malformed));
    }

    [Test]
    public void CarriesEcnInwardByRfc6040([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6, [Range(0, 3)] int inner, [Range(0, 3)] int outer)
    {
        // RFC 6040 figure 4, rows and columns by codepoint number; -1 drops.
        int[,] expected = { { 0, 0, 0, -1 }, { 1, 1, 1, 3 }, { 2, 1, 2, 3 }, { 3, 3, 3, 3 } };
        using Node node = Lab.Start(kind, overIpv6);
        byte[] packet = Craft.Udp(Lab.Remote(isIpv6), Lab.Address(Lab.Tenant, isIpv6), ecn: (byte)inner);

        node.Receive(Lab.Fabric, Lab.FromTunnel(kind, packet, overIpv6, ecn: (byte)outer));

        if (expected[inner, outer] < 0)
        {
            Assert.That(node.LastDrop, Is.EqualTo(DropReason.EcnConflict));
            return;
        }

        byte[] wanted = Craft.Udp(Lab.Remote(isIpv6), Lab.Address(Lab.Tenant, isIpv6), ecn: (byte)expected[inner, outer], ttl: 63);
        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(wanted));
    }

    [Test]
    public void TakesTheMacsOfThisNodeForTheVirtualOne([Values(Lab.FabricMac, Lab.HostMac)] string mac)
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Vxlan(Lab.Vni, Craft.Ethernet(mac, Lab.PeerMac, Craft.Udp("10.2.0.2", "10.1.0.2"))), to: 4789);

        node.Receive(Lab.Fabric, Lab.FromPeer(outer));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }

    [Test]
    public void SendsOnToAnotherTunnelAsAGatewayDoes()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.MplsOverUdp, Node.Ip("192.0.2.3")), new VifNextHop(new NextHopId(91), new VifId(Lab.Fabric)) { Mac = Node.Mac("02:00:00:00:00:98") }],
            Routes = [Lab.Route(0, "192.0.2.3/32", 91), Lab.Route(1, "10.3.0.0/16", 11, label: 99)],
        });

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.3.0.1")));

        Tunnelled sent = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(sent.Headers.Label, Is.EqualTo(99));
        Assert.That(sent.Inner, Is.EqualTo(Craft.Udp("10.2.0.2", "10.3.0.1", ttl: 63)));
    }

    [Test]
    public void NeverGoesBackIntoItsTunnel([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);

        Drop drop = node.AssertDropped(Lab.Fabric, Lab.FromTunnel(kind, Craft.Udp("10.2.0.2", "10.2.0.3")), DropReason.TunnelLoop);

        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new NextHopId(10))));
    }
}
