using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk;

/// <summary>From a tenant into a tunnel (semantics, section 1).</summary>
[TestFixture]
public sealed class EncapsulationTests
{
    [Test]
    public void CarriesThePacketWithOneTtlLess([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6, [Values(0, 7)] int vlan)
    {
        using Node node = Lab.Start(kind, overIpv6, (ushort)vlan);
        byte[] packet = Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), ttl: 33);

        node.Receive(Lab.Tenant, Lab.FromTenant(packet, vlan: (ushort)vlan));

        Tunnelled sent = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(sent.Headers.Kind, Is.EqualTo(kind));
        Assert.That(sent.Headers.Label, Is.EqualTo(kind == EncapsulationKind.Vxlan ? Lab.Vni : Lab.RemoteLabel));
        Assert.That(sent.Inner, Is.EqualTo(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), ttl: 32)));
        Assert.That(sent.IsOverIpv6, Is.EqualTo(overIpv6));
        Assert.That(sent.Frame[..12], Is.EqualTo(Craft.Octets(Lab.PeerMac).Concat(Craft.Octets(Lab.FabricMac))));
        Assert.That(sent.Headers.Ttl, Is.EqualTo(kind == EncapsulationKind.Vxlan ? 255 : 32));
    }

    [Test]
    public void WritesTheOuterHeaderAsAgreed([Values] bool overIpv6)
    {
        using Node node = Lab.Start(overIpv6: overIpv6);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        byte[] frame = node.SentOnce(Lab.Fabric);
        int udp = overIpv6 ? 54 : 34;
        Assert.That(frame[overIpv6 ? 14 + 7 : 14 + 8], Is.EqualTo(64), "outer TTL");
        Assert.That(frame[udp + 6] | frame[udp + 7], Is.Zero, "no outer UDP checksum");

        if (!overIpv6)
        {
            Assert.That(frame[14 + 6] | frame[14 + 7], Is.Zero, "DF 0, no fragment");
            Assert.That(frame[14 + 1], Is.Zero, "DSCP 0");
        }
    }

    [Test]
    public void GivesVxlanItsInnerEthernetHeader()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(10), EncapsulationKind.Vxlan, Node.Ip("192.0.2.2")) { Label = 9, Mac = Node.Mac("02:00:00:00:55:55") }] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        Tunnelled sent = Tunnelled.Read(node.SentOnce(Lab.Fabric));
        Assert.That(sent.InnerEthernet, Is.EqualTo((byte[])[.. Craft.Octets("02:00:00:00:55:55"), .. Craft.Octets(Lab.VirtualMac), 8, 0]));
        Assert.That(sent.Headers.Label, Is.EqualTo(9));
    }

    [Test]
    public void PrefersTheRoutesLabel([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        node.Apply(Lab.Route(1, "10.2.0.2/32", 10, label: 777));

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Headers.Label, Is.EqualTo(777));
    }

    [Test]
    public void CopiesTheEcnBitsOut([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6, [Range(0, 3)] int ecn)
    {
        using Node node = Lab.Start(kind, overIpv6);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), ecn: (byte)ecn)));

        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Ecn, Is.EqualTo(ecn));
    }

    [Test]
    public void GivesAFlowOneEntropyAndFlowsDifferentOnes([Values] bool overIpv6, [Values] bool isIpv6)
    {
        using Node node = Lab.Start(overIpv6: overIpv6);
        var entropies = new HashSet<uint>();

        for (ushort port = 1; port <= 64; port++)
        {
            for (int i = 0; i < 3; i++)
            {
                node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), from: port, payload: new byte[i * 100])));
            }

            Tunnelled[] sent = [.. node.SentAll(Lab.Fabric).Select(Tunnelled.Read)];
            Assert.That(sent.Select(packet => packet.SourcePort).Distinct().Count(), Is.EqualTo(1));
            Assert.That(sent[0].SourcePort, Is.GreaterThanOrEqualTo(49152));
            Assert.That(sent.Select(packet => overIpv6 ? packet.FlowLabel : 0).Distinct().Count(), Is.EqualTo(1));
            entropies.Add(sent[0].SourcePort);
        }

        Assert.That(entropies, Has.Count.GreaterThan(55));
    }

    [Test]
    public void GivesAllFragmentsOfAPacketOneEntropy([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Remote(isIpv6);

        // In IPv6 the fragment header, and in the first fragment alone options behind it, come before UDP.
        byte[] first = isIpv6
            ? Craft.Ip(from, to, IpProtocol.Fragment, Encap.Wire.Bytes("3c000001 00000007", "1100010400000000", "03e807d0 00100000 0000000000000000"))
            : Craft.Ip(from, to, IpProtocol.Udp, Encap.Wire.Bytes("03e807d0 00200000 0000000000000000 0000000000000000"), flags: Ipv4Header.MoreFragments);
        byte[] later = isIpv6
            ? Craft.Ip(from, to, IpProtocol.Fragment, Encap.Wire.Bytes("3c000018 00000007", "0000000000000000"))
            : Craft.Ip(from, to, IpProtocol.Udp, new byte[8], flags: 3);

        node.Receive(Lab.Tenant, Lab.FromTenant(first));
        node.Receive(Lab.Tenant, Lab.FromTenant(later));

        Tunnelled[] sent = [.. node.SentAll(Lab.Fabric).Select(Tunnelled.Read)];
        Assert.That(sent, Has.Length.EqualTo(2), node.LastDrop.ToString());
        Assert.That(sent[0].SourcePort, Is.EqualTo(sent[1].SourcePort));
    }

    [Test]
    public void CountsTheOuterIdUpAndSkipsZero()
    {
        using Node node = Lab.Start();
        var ids = new List<ushort>();

        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));
            ids.Add(Tunnelled.Read(node.Sent(Lab.Fabric)!).OuterId);
        }

        Assert.That(ids, Has.None.Zero);
        Assert.That(ids.Take(3), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(ids[^1], Is.EqualTo(1));
    }

    [Test]
    public void TrimsThePaddingOfShortFrames([Tunnels] EncapsulationKind kind)
    {
        using Node node = Lab.Start(kind);
        byte[] packet = Craft.Udp("10.1.0.2", "10.2.0.2", payload: [1]);

        node.Receive(Lab.Tenant, [.. Lab.FromTenant(packet), .. new byte[17]]);

        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner, Has.Length.EqualTo(packet.Length));
    }

    [Test]
    public void SendsMplsToThePortOfTheSettings()
    {
        using Node node = Lab.Start(EncapsulationKind.MplsOverUdp);
        node.Apply(new Transaction { Settings = new Settings { MplsOverUdpPort = 51234 } });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        byte[] frame = node.SentOnce(Lab.Fabric);
        Assert.That(frame[36] << 8 | frame[37], Is.EqualTo(51234));
    }

    [Test]
    public void IsFoundBySourceOfItsOwnWhereTheTunnelNamesOne()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new TunnelNextHop(new NextHopId(10), EncapsulationKind.Vxlan, Node.Ip("192.0.2.2")) { Label = 9, Source = Node.Ip("198.51.100.7") }] });

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2")));

        Assert.That(node.SentOnce(Lab.Fabric)[26..30], Is.EqualTo(new byte[] { 198, 51, 100, 7 }));
    }

    [Test]
    public void IsNoRouteWhereTheUnderlayHasNone()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            NextHops = [new TunnelNextHop(new NextHopId(11), EncapsulationKind.Vxlan, Node.Ip("203.0.113.1")) { Label = 9 }],
            Routes = [Lab.Route(1, "10.3.0.0/16", 11)],
        });

        Drop drop = node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1")), DropReason.NoRoute);
        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new NextHopId(11))));

        node.Apply(Lab.Route(0, "203.0.113.0/24", 90));
        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.3.0.1")));
        Tunnelled.Read(node.SentOnce(Lab.Fabric));
    }
}
