using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>Why a tunnel packet goes no further: the list "on receive" of semantics, section 1, in its order.</summary>
[TestFixture]
public sealed class TunnelReasonTests
{
    private static readonly byte[] s_inner = Craft.Udp("10.2.0.2", "10.1.0.2");

    [Test]
    public void IsUntrustedFromAStranger([Tunnels] EncapsulationKind kind, [Values] bool overIpv6)
    {
        using Node node = Lab.Start(kind, overIpv6);
        byte[] packet = Craft.Tunnelled(kind, overIpv6 ? "2001:db8::66" : "192.0.2.66", Lab.Endpoint(overIpv6), 1, s_inner);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(packet), DropReason.UntrustedTunnelSource);
    }

    [Test]
    public void IsTrustedFromATrustedPrefixAndFromATunnelsEndWhileItIsThere()
    {
        using Node node = Lab.Start();
        byte[] stranger = Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.66", "192.0.2.1", 1, s_inner));
        node.Apply(new Transaction { Settings = new Settings { TrustedTunnelSources = [Node.Prefix("192.0.2.64/30")] } });
        node.AssertDropped(Lab.Fabric, stranger, DropReason.InvalidVni);

        node.Apply(new Transaction { Settings = new Settings(), NextHops = [new TunnelNextHop(new NextHopId(66), EncapsulationKind.MplsOverGre, Node.Ip("192.0.2.66"))] });
        node.AssertDropped(Lab.Fabric, stranger, DropReason.InvalidVni);

        node.Apply(new Transaction { Deletes = [ObjectKey.Of(new NextHopId(66))] });
        node.AssertDropped(Lab.Fabric, stranger, DropReason.UntrustedTunnelSource);
    }

    [Test]
    public void IsUntrustedBeforeItIsMalformedOrUnknown([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        byte[] packet = Craft.Tunnelled(kind, "192.0.2.66", "192.0.2.1", 999_999, []);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(packet), DropReason.UntrustedTunnelSource);
    }

    [TestCase("0800 0000", TestName = "{m}(VXLAN cut off)")]
    [TestCase("", TestName = "{m}(VXLAN not there)")]
    public void IsMalformedWithHalfAVxlanHeader(string header)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", Wire.Bytes(header), to: 4789)), DropReason.Malformed);
    }

    [Test]
    public void IsMalformedWithHalfALabel([Values(0, 3)] int length)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", new byte[length], to: 6635)), DropReason.Malformed);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Ip("192.0.2.2", "192.0.2.1", IpProtocol.Gre, [0, 0, 0x88, 0x47, .. new byte[length]])), DropReason.Malformed);
    }

    [Test]
    public void IsMalformedWithAWrongOuterChecksum([Values(4789, 6635)] int port)
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Mpls(Lab.VrfLabel, s_inner), to: (ushort)port);
        outer[^1] ^= 1;

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer), DropReason.Malformed);
    }

    [Test]
    public void IsMalformedWhenItsUdpLengthLies()
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", "192.0.2.1", Lab.Vni, s_inner);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer.With(24, 0xFF)), DropReason.Malformed);
        node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer.With(24, 0).With(25, 7)), DropReason.Malformed);
    }

    [Test]
    public void IsInvalidVniWithoutTheIBitOrAVrf()
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", "192.0.2.1", Lab.Vni, s_inner);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer.With(28, 0)), DropReason.InvalidVni);
        Drop drop = node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.Vxlan, "192.0.2.2", "192.0.2.1", 16_777_215, s_inner)), DropReason.InvalidVni);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new Vni(16_777_215))));
    }

    [Test]
    public void IsInvalidLabelBeforeAnythingElseOfTheLabel([Values(0u, 3u, 15u, 16u, 1_048_575u)] uint label, [Values] bool isBottom, [Values(0, 1, 64)] int ttl)
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Mpls(label, [], (byte)ttl, isBottom), to: 6635);

        Drop drop = node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer), DropReason.InvalidLabel);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new MplsLabel(label))));
    }

    [Test]
    public void IsTtlExpiredWhenTheLabelIs([Values(Lab.VrfLabel, Lab.VifLabel)] uint label, [Values] bool isBottom, [Values(0, 1)] int ttl)
    {
        using Node node = Lab.Start();
        byte[] outer = Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Mpls(label, s_inner, (byte)ttl, isBottom), to: 6635);

        Drop drop = node.AssertDropped(Lab.Fabric, Lab.FromPeer(outer), DropReason.TtlExpired);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new MplsLabel(label))));
    }

    [Test]
    public void IsInvalidPayloadBehindAKnownLabel([Values(Lab.VrfLabel, Lab.VifLabel)] uint label)
    {
        using Node node = Lab.Start();

        foreach (byte[] labelled in (byte[][])[Craft.Mpls(label, s_inner, isBottom: false), Craft.Mpls(label, []), Craft.Mpls(label, [0x50]), Craft.Mpls(label, [0, 0, 0, 0])])
        {
            Drop drop = node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", labelled, to: 6635)), DropReason.InvalidPayload);
            Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new MplsLabel(label))));
        }
    }

    [Test]
    public void IsInvalidPayloadInAVniThatIsNoFrameOfIp()
    {
        using Node node = Lab.Start();
        byte[] arp = Craft.Ethernet(Lab.VirtualMac, Lab.PeerMac, Craft.Arp(1, Lab.PeerMac, "10.2.0.2", "10.1.0.2"), EtherType.Arp);
        byte[] tagged = Craft.Ethernet(Lab.VirtualMac, Lab.PeerMac, s_inner, vlan: 5);

        foreach (byte[] frame in (byte[][])[new byte[13], [], arp, tagged])
        {
            node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Vxlan(Lab.Vni, frame), to: 4789)), DropReason.InvalidPayload);
        }
    }

    [Test]
    public void IsNotRoutedToAForeignMacInAnL3Vrf()
    {
        using Node node = Lab.Start();
        byte[] frame = Craft.Ethernet("02:00:00:00:77:77", Lab.PeerMac, s_inner);

        node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Udp("192.0.2.2", "192.0.2.1", Craft.Vxlan(Lab.Vni, frame), to: 4789)), DropReason.NotRouted);
    }

    [Test]
    public void IsMalformedInsideWhenTheInnerPacketIs([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);

        node.AssertDropped(Lab.Fabric, Lab.FromTunnel(kind, s_inner.With(3, 0xFF)), DropReason.Malformed);
        node.AssertDropped(Lab.Fabric, Lab.FromTunnel(kind, s_inner[..19]), DropReason.Malformed);
        node.AssertDropped(Lab.Fabric, Lab.FromTunnel(kind, s_inner.With(8, 1)), DropReason.Malformed);
    }

    [Test]
    public void GoesToTheHostAsItIsWhenItIsAFragment([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        byte[] outer = Craft.Tunnelled(kind, "192.0.2.2", "192.0.2.1", Lab.VrfLabel, s_inner);
        byte[] fragment = Craft.Ip("192.0.2.2", "192.0.2.1", outer[9], outer[20..], flags: Ipv4Header.MoreFragments);

        node.Receive(Lab.Fabric, Lab.FromPeer(fragment));

        Assert.That(node.SentOnce(Lab.Host)[14..], Is.EqualTo(fragment));
    }

    [Test]
    public void GoesToTheHostWhenItIsNoTunnelOfOurs([Values(53, 4788, 6634, 8472)] int port)
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Udp("203.0.113.5", "192.0.2.1", to: (ushort)port);
        byte[] pptp = Craft.Ip("203.0.113.5", "192.0.2.1", IpProtocol.Gre, Wire.Bytes("3001880b 00000000"));

        node.Receive(Lab.Fabric, Lab.FromPeer(packet));
        node.Receive(Lab.Fabric, Lab.FromPeer(pptp));

        Assert.That(node.SentAll(Lab.Host).Select(frame => frame[14..]), Is.EqualTo(new[] { packet, pptp }));
    }

    [Test]
    public void IsCheckedAgainstTheRouteBack([Values(Lab.VrfLabel, Lab.VifLabel)] uint label, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp);
        string to = Lab.Address(Lab.Tenant, isIpv6);

        // Of nobody, of a local tenant, and of another tunnel.
        foreach (string source in (string[])[isIpv6 ? "fd66::1" : "172.16.0.1", Lab.Address(Lab.Neighbour, isIpv6), isIpv6 ? "fd03::1" : "10.3.0.1"])
        {
            node.AssertDropped(Lab.Fabric, Lab.FromPeer(Craft.Tunnelled(EncapsulationKind.MplsOverUdp, "192.0.2.2", "192.0.2.1", label, Craft.Udp(source, to))), DropReason.InvalidSource);
        }
    }

    [Test]
    public void IsLetInFromElsewhereWhereTheVrfSaysSo()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vrfs = [new Vrf(new VrfId(1)) { ForwardingMode = ForwardingMode.L3, RpfDisabled = true }] });

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("172.16.0.1", "10.1.0.2")));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }

    [Test]
    public void IsLetInWhereTheRouteBackLeadsThroughAnotherVrf()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vrfs = [new Vrf(new VrfId(5))],
            NextHops = [new VrfNextHop(new NextHopId(50), new VrfId(5))],
            Routes = [Lab.Route(1, "10.5.0.0/16", 50), Lab.Route(5, "10.5.5.0/24", 10)],
        });

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.5.5.5", "10.1.0.2")));
        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);

        node.AssertDropped(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.5.6.5", "10.1.0.2")), DropReason.InvalidSource);
    }

    [Test]
    public void IsLetInWhileTheUnderlayHasNoWayBack()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Routes = [Lab.Route(0, "192.0.2.2/32", 30)] });

        node.Receive(Lab.Fabric, Lab.FromTunnel(EncapsulationKind.Vxlan, Craft.Udp("10.2.0.2", "10.1.0.2")));

        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);
    }
}
