using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>FABRIC and HOST: the underlay's own traffic (semantics, sections 1 and 8).</summary>
[TestFixture]
public sealed class UnderlayTests
{
    private const string All = "ff:ff:ff:ff:ff:ff";

    [Test]
    public void BringsTheNodesPacketsToTheHost([Values] bool isIpv6, [Values(0, 7)] int vlan)
    {
        using Node node = Lab.Start(vlan: (ushort)vlan);
        byte[] packet = Craft.Tcp(isIpv6 ? "2001:db8:9::9" : "203.0.113.9", Lab.Endpoint(isIpv6), TcpFlags.Syn, payload: [1]);

        node.Receive(Lab.Fabric, [.. Lab.FromPeer(packet, (ushort)vlan), 0, 0]);

        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo((byte[])[.. Craft.Ethernet(Lab.HostMac, Lab.PeerMac, packet, vlan: (ushort)vlan), 0, 0]), "as it is, padding included");
    }

    [Test]
    public void BringsGroupsAndOtherProtocolsToTheHost()
    {
        using Node node = Lab.Start();
        byte[] lldp = [.. Wire.Bytes("0180c200000e", "020000000099", "88cc"), .. new byte[46]];
        byte[] group = Craft.Ethernet("01:00:5e:00:00:05", Lab.PeerMac, Craft.Ip("192.0.2.2", "224.0.0.5", 89, new byte[44]));
        byte[] query = Craft.Ethernet(All, Lab.PeerMac, Craft.Arp(1, Lab.PeerMac, "192.0.2.2", "192.0.2.77"), EtherType.Arp);

        foreach (byte[] frame in (byte[][])[lldp, group, query])
        {
            node.Receive(Lab.Fabric, frame);
            Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(frame));
        }
    }

    [Test]
    public void TranslatesTagsBetweenFabricAndHost()
    {
        using Node node = Lab.Start(vlan: 7);
        node.Apply(new Transaction { Vifs = [new Vif(new VifId(Lab.Host), VifKind.Host) { Mac = Node.Mac(Lab.HostMac) }] });
        byte[] packet = Craft.Udp("203.0.113.9", "192.0.2.1");
        byte[] answer = Craft.Udp("192.0.2.1", "203.0.113.9");

        node.Receive(Lab.Fabric, Lab.FromPeer(packet, vlan: 7));
        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, answer));

        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.PeerMac, packet)));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Lab.PeerMac, Lab.FabricMac, answer, vlan: 7)));
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(packet), DropReason.NotForUs);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(packet, vlan: 8), DropReason.NotForUs);
    }

    [Test]
    public void SendsWhatTheHostSendsUnderTheFabricsMac([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Udp(Lab.Endpoint(isIpv6), isIpv6 ? "2001:db8:9::9" : "203.0.113.9");

        node.Receive(Lab.Host, Craft.Ethernet(Lab.PeerMac, Lab.HostMac, packet));

        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(Lab.PeerMac, Lab.FabricMac, packet)));
    }

    [Test]
    public void SpeaksArpAndNdForTheHostUnderTheFabricsMac()
    {
        using Node node = Lab.Start();
        byte[] arp = Craft.Ethernet(All, Lab.HostMac, Craft.Arp(1, Lab.HostMac, "192.0.2.1", "192.0.2.254"), EtherType.Arp);
        byte[] nd = Craft.Ethernet("33:33:ff:00:02:54", Lab.HostMac, Craft.Neighbour("2001:db8::1", "ff02::1:ff00:254", Icmpv6Type.NeighbourSolicitation, "2001:db8::254", mac: Lab.HostMac));

        node.Receive(Lab.Host, arp);
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(All, Lab.FabricMac, Craft.Arp(1, Lab.FabricMac, "192.0.2.1", "192.0.2.254"), EtherType.Arp)));

        node.Receive(Lab.Host, nd);
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet(
            "33:33:ff:00:02:54", Lab.FabricMac, Craft.Neighbour("2001:db8::1", "ff02::1:ff00:254", Icmpv6Type.NeighbourSolicitation, "2001:db8::254", mac: Lab.FabricMac))));
    }

    [Test]
    public void BringsTheHostToTenantsByOverlayRoutesOfVrf0([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string host = Lab.Endpoint(isIpv6), tenant = Lab.Address(Lab.Tenant, isIpv6), remote = Lab.Remote(isIpv6);
        node.Apply(Lab.Route(0, isIpv6 ? "fd01::/16" : "10.1.0.0/16", 20), Lab.Route(0, isIpv6 ? "fd02::/16" : "10.2.0.0/16", 10));

        node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(host, tenant)));
        node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Udp(host, remote)));

        Assert.That(node.SentOnce(Lab.Tenant), Is.EqualTo(Craft.Ethernet(Lab.TenantMac(Lab.Tenant), Lab.VirtualMac, Craft.Udp(host, tenant, ttl: 63))));
        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner, Is.EqualTo(Craft.Udp(host, remote, ttl: 63)));

        // And back, where the tenants' VRF has a way to the node.
        node.Apply(Lab.Route(1, host + (isIpv6 ? "/128" : "/32"), 40));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(tenant, host)));
        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.VirtualMac, Craft.Udp(tenant, host, ttl: 63))));
    }

    [Test]
    public void AnswersTheHostForWhatTheOverlayHas()
    {
        using Node node = Lab.Start();
        node.Apply(Lab.Route(0, "10.1.0.0/16", 20), Lab.Route(0, "fd01::/16", 20));

        node.Receive(Lab.Host, Craft.Ethernet(All, Lab.HostMac, Craft.Arp(1, Lab.HostMac, "192.0.2.1", "10.1.0.2"), EtherType.Arp));
        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.VirtualMac, Craft.Arp(2, Lab.VirtualMac, "10.1.0.2", "192.0.2.1", Lab.HostMac), EtherType.Arp)));

        node.Receive(Lab.Host, Craft.Ethernet("33:33:ff:00:00:02", Lab.HostMac, Craft.Neighbour("2001:db8::1", "ff02::1:ff00:2", Icmpv6Type.NeighbourSolicitation, "fd01::2", mac: Lab.HostMac)));
        Assert.That(node.SentOnce(Lab.Host), Is.EqualTo(Craft.Ethernet(Lab.HostMac, Lab.VirtualMac, Craft.Neighbour(
            "fd01::2", "2001:db8::1", Icmpv6Type.NeighbourAdvertisement, "fd01::2", NeighbourHeader.Router | NeighbourHeader.Solicited | NeighbourHeader.Override, Lab.VirtualMac))));
        Assert.That(node.SentAll(Lab.Fabric), Is.Empty);
    }

    [Test]
    public void AnswersTheHostsEchoToItsGateway()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [new Vif(new VifId(Lab.Host), VifKind.Host) { Mac = Node.Mac(Lab.HostMac), Gateways = [Node.Ip("192.0.2.254")] }] });

        node.Receive(Lab.Host, Craft.Ethernet(Lab.VirtualMac, Lab.HostMac, Craft.Echo("192.0.2.1", "192.0.2.254")));

        Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(Craft.Icmp("192.0.2.254", "192.0.2.1", IcmpType.EchoReply, 0, 0x0007_0001, Craft.Payload)));
    }

    [Test]
    public void IsNotForUs([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string peer = Lab.Peer(isIpv6);

        node.AssertDropped(Lab.Fabric, Craft.Ethernet("02:00:00:00:77:77", Lab.PeerMac, Craft.Udp(peer, Lab.Endpoint(isIpv6))), DropReason.NotForUs);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp(peer, isIpv6 ? "2001:db8:77::1" : "203.0.113.77")), DropReason.NotForUs);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp(peer, isIpv6 ? "2001:db8::77" : "192.0.2.77")), DropReason.NotForUs);

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new VifId(Lab.Host))] });
        node.Forget(Lab.Host);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp(peer, Lab.Endpoint(isIpv6))), DropReason.NotForUs);
    }

    [Test]
    public void PassesInTransitWhereVrf0HasARoute([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string to = isIpv6 ? "2001:db8:8::8" : "8.8.8.8";
        node.Apply(new Transaction
        {
            NextHops = [new VifNextHop(new NextHopId(91), new VifId(Lab.Fabric)) { Mac = Node.Mac("02:00:00:00:00:98") }],
            Routes = [Lab.Route(0, isIpv6 ? "2001:db8:8::/48" : "8.0.0.0/8", 91)],
        });

        node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Udp(Lab.Peer(isIpv6), to)));
        Assert.That(node.SentOnce(Lab.Fabric), Is.EqualTo(Craft.Ethernet("02:00:00:00:00:98", Lab.FabricMac, Craft.Udp(Lab.Peer(isIpv6), to, ttl: 63))));

        // An error about it goes back the way that VRF 0 knows, from this node.
        byte[] expiring = Craft.Udp(Lab.Peer(isIpv6), to, ttl: 1);
        node.Receive(Lab.Fabric, Lab.FromPeer(expiring));
        byte[] error = node.SentOnce(Lab.Fabric);
        Assert.That(error[..6], Is.EqualTo(Craft.Octets(Lab.PeerMac)));
        SizeTests.AssertError(error[14..], Lab.Endpoint(isIpv6), isIpv6 ? (byte)3 : (byte)11, 0, 0, expiring);
    }

    [Test]
    public void IsMalformedBeforeItIsAnybodys([Values(Lab.Fabric, Lab.Host)] uint vif)
    {
        using Node node = Lab.Start();

        node.AssertDropped(vif, Craft.Ethernet(Lab.FabricMac, Lab.PeerMac, Craft.Udp("192.0.2.2", "192.0.2.1").With(10, 1)), DropReason.Malformed);
        node.AssertDropped(vif, new byte[13], DropReason.Malformed);
    }

    [Test]
    public void DropsWhereTheOtherSideIsDown()
    {
        using Node node = Lab.Start();
        node.Unplug(Lab.Host);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("203.0.113.9", "192.0.2.1")), DropReason.InterfaceDown);
    }

    [Test]
    public void HasTwoAddressesInOneSubnet()
    {
        using Node node = Lab.Start();
        Vif fabric = Lab.Configuration().Vifs[0];
        node.Apply(new Transaction { Vifs = [fabric with { Addresses = [Node.Prefix("192.0.2.1/24"), Node.Prefix("192.0.2.11/24"), Node.Prefix("192.0.2.1/25")] }] });

        foreach (string endpoint in (string[])["192.0.2.1", "192.0.2.11"])
        {
            node.Receive(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", endpoint, Lab.Vni, Craft.Udp("10.2.0.2", "10.1.0.2"))));
            Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
        }

        node.Apply(new Transaction { Vifs = [fabric] });
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", "192.0.2.11", Lab.Vni, [])), DropReason.NotForUs);
    }
}
