using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>ARP, ND and echo of tenants (semantics, section 2).</summary>
[TestFixture]
public sealed class AnswerTests
{
    private const string Own = "02:00:00:00:01:02";
    private const string All = "ff:ff:ff:ff:ff:ff";

    [TestCase("10.1.0.1", TestName = "{m}(a gateway)")]
    [TestCase("10.1.0.3", TestName = "{m}(another tenant)")]
    [TestCase("10.2.9.9", TestName = "{m}(a remote prefix)")]
    public void AnswersArpForWhatIsRouted(string target)
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Request("10.1.0.2", target));

        byte[] expected = Craft.Ethernet(Own, Lab.VirtualMac, Craft.Arp(2, Lab.VirtualMac, target, "10.1.0.2", Own), EtherType.Arp);
        Assert.That(node.SentOnce(Lab.Tenant), Is.EqualTo(expected));
        VifCounters counters = node.Counters(Lab.Tenant);
        Assert.That((counters.Consumed, counters.Made, counters.TxPackets), Is.EqualTo((1, 1, 1)));
    }

    [Test]
    public void AnswersArpOnATaggedPort()
    {
        using Node node = Lab.Start(vlan: 7);

        node.Receive(Lab.Tenant, Craft.Ethernet(All, Own, Craft.Arp(1, Own, "10.1.0.2", "10.1.0.1"), EtherType.Arp, vlan: 7));

        byte[] expected = Craft.Ethernet(Own, Lab.VirtualMac, Craft.Arp(2, Lab.VirtualMac, "10.1.0.1", "10.1.0.2", Own), EtherType.Arp, vlan: 7);
        Assert.That(node.SentOnce(Lab.Tenant), Is.EqualTo(expected));
    }

    [Test]
    public void AnswersUnicastArpToTheVirtualMacOnly()
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Request("10.1.0.2", "10.1.0.1", to: Lab.VirtualMac));
        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty);

        node.AssertDropped(Lab.Tenant, Request("10.1.0.2", "10.1.0.3", to: Lab.TenantMac(Lab.Neighbour)), DropReason.NotRouted);
    }

    [TestCase("10.1.0.2", "10.1.0.2", TestName = "{m}(announcement)")]
    [TestCase("0.0.0.0", "10.1.0.2", TestName = "{m}(probe)")]
    [TestCase("0.0.0.0", "10.1.0.77", TestName = "{m}(probe for an allowed address)")]
    public void IsSilentAboutItsOwnAddress(string sender, string target)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { AllowedAddressPairs = [new AddressPair(Node.Prefix("10.1.0.77"), default)] }] });

        node.Receive(Lab.Tenant, Request(sender, target));

        Assert.That(node.SentAnywhere(), Is.Empty);
        Assert.That(node.Counters(Lab.Tenant).Consumed, Is.EqualTo(1));
    }

    [Test]
    public void HasNoAnswerForWhatIsNotRouted()
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Tenant, Request("10.1.0.2", "172.16.0.1"), DropReason.NoRoute);
        node.AssertDropped(Lab.Tenant, Solicitation("fd99::1"), DropReason.NoRoute);
    }

    [Test]
    public void HasNoAnswerForWhatIsRoutedBackToTheAsker()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { NextHops = [new VifNextHop(new NextHopId(60), new VifId(Lab.Tenant))], Routes = [Lab.Route(1, "10.6.0.0/24", 60)] });

        node.AssertDropped(Lab.Tenant, Request("10.1.0.2", "10.6.0.1"), DropReason.NoRoute);
    }

    [Test]
    public void TellsMalformedArp([Values(0, 27)] int length)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Tenant, Request("10.1.0.2", "10.1.0.1")[..(14 + length)], DropReason.Malformed);
        node.AssertDropped(Lab.Tenant, Request("10.1.0.2", "10.1.0.1").With(15, 9), DropReason.Malformed);
    }

    [Test]
    public void TellsSpoofedArp()
    {
        using Node node = Lab.Start();
        string other = Lab.TenantMac(Lab.Neighbour);

        node.AssertDropped(Lab.Tenant, Request("10.1.0.3", "10.1.0.1"), DropReason.SpoofedSource);
        node.AssertDropped(Lab.Tenant, Craft.Ethernet(All, Own, Craft.Arp(1, other, "10.1.0.2", "10.1.0.1"), EtherType.Arp), DropReason.SpoofedSource);
        node.AssertDropped(Lab.Tenant, Craft.Ethernet(All, other, Craft.Arp(1, other, "10.1.0.2", "10.1.0.1"), EtherType.Arp), DropReason.SpoofedSource);
        node.AssertDropped(Lab.Tenant, Craft.Ethernet(All, Own, Craft.Arp(2, Own, "10.1.0.1", "10.1.0.1"), EtherType.Arp), DropReason.SpoofedSource);
    }

    [TestCase("fd01::1")]
    [TestCase("fe80::1")]
    [TestCase("fd01::3")]
    [TestCase("fd02::9")]
    public void AnswersNdForWhatIsRouted(string target)
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Solicitation(target));

        byte[] expected = Craft.Ethernet(Own, Lab.VirtualMac, Craft.Neighbour(
            target, "fd01::2", Icmpv6Type.NeighbourAdvertisement, target, NeighbourHeader.Router | NeighbourHeader.Solicited | NeighbourHeader.Override, Lab.VirtualMac));
        Assert.That(node.SentOnce(Lab.Tenant), Is.EqualTo(expected));
    }

    [Test]
    public void AnswersUnicastNdFromALinkLocalAddress()
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Neighbour("fe80::2", "fd01::1", Icmpv6Type.NeighbourSolicitation, "fd01::1");

        node.Receive(Lab.Tenant, Lab.FromTenant(packet));

        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(Craft.Neighbour(
            "fd01::1", "fe80::2", Icmpv6Type.NeighbourAdvertisement, "fd01::1", NeighbourHeader.Router | NeighbourHeader.Solicited | NeighbourHeader.Override, Lab.VirtualMac)));
    }

    [Test]
    public void IsSilentWhereAGuestLooksForDuplicates()
    {
        using Node node = Lab.Start();
        byte[] duplicates = Craft.Neighbour("::", "ff02::1:ff00:2", Icmpv6Type.NeighbourSolicitation, "fd01::2");
        byte[] announcement = Craft.Neighbour("fd01::2", "ff02::1", Icmpv6Type.NeighbourAdvertisement, "fd01::2", NeighbourHeader.Override, Own);

        node.Receive(Lab.Tenant, Craft.Ethernet("33:33:ff:00:00:02", Own, duplicates));
        node.Receive(Lab.Tenant, Craft.Ethernet("33:33:00:00:00:01", Own, announcement));

        Assert.That(node.SentAnywhere(), Is.Empty);
        Assert.That(node.Counters(Lab.Tenant).Consumed, Is.EqualTo(2));
    }

    [Test]
    public void TellsSpoofedNd()
    {
        using Node node = Lab.Start();
        string other = Lab.TenantMac(Lab.Neighbour);

        foreach (byte[] packet in (byte[][])
        [
            Craft.Neighbour("fd01::3", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "fd01::1", mac: Own),
            Craft.Neighbour("fd01::2", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "fd01::1", mac: other),
            Craft.Neighbour("fd01::2", "ff02::1", Icmpv6Type.NeighbourAdvertisement, "fd01::3", NeighbourHeader.Override, Own),
            Craft.Neighbour("fd01::2", "ff02::1", Icmpv6Type.NeighbourAdvertisement, "fd01::2", NeighbourHeader.Override, other),
            Craft.Icmp("fe80::2", "ff02::1", Icmpv6Type.RouterAdvertisement, 0, 0x4000_0708, new byte[8], ttl: 255),
            Craft.Icmp("fe80::2", "fd01::3", Icmpv6Type.RouterAdvertisement, 0, 0x4000_0708, new byte[8], ttl: 255),
            Craft.Icmp("fe80::2", "ff02::1", Icmpv6Type.Redirect, 0, 0, new byte[32], ttl: 255),
        ])
        {
            node.AssertDropped(Lab.Tenant, Craft.Ethernet("33:33:00:00:00:01", Own, packet), DropReason.SpoofedSource);
        }
    }

    [Test]
    public void LetsNoRouterAdvertisementThroughWithItsChecksDisabled()
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { SourceCheckDisabled = true }] });

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Icmp("fe80::2", "fd01::3", Icmpv6Type.RouterAdvertisement, 0, 0x4000_0708, new byte[8], ttl: 255)), DropReason.SpoofedSource);
    }

    [Test]
    public void TellsMalformedNd()
    {
        using Node node = Lab.Start();
        byte[] good = Craft.Neighbour("fd01::2", "ff02::1:ff00:1", Icmpv6Type.NeighbourSolicitation, "fd01::1", mac: Own);
        byte[] fragment = Craft.Ip("fd01::2", "ff02::1:ff00:1", IpProtocol.Fragment, [IpProtocol.Icmpv6, 0, 0, 1, 0, 0, 0, 7, .. good[40..]], ttl: 255);

        foreach (byte[] packet in (byte[][])[good.With(7, 64), good.With(good.Length - 1, 0x77), good.With(40 + 25, 0), fragment])
        {
            node.AssertDropped(Lab.Tenant, Craft.Ethernet("33:33:ff:00:00:01", Own, packet), DropReason.Malformed);
        }
    }

    [Test]
    public void AnswersEchoToItsGateways([Values("10.1.0.1", "fd01::1", "fe80::1")] string gateway, [Values(0, 7)] int vlan, [Values(0, 23, 1400)] int length)
    {
        using Node node = Lab.Start(vlan: (ushort)vlan);
        bool isIpv6 = gateway.Contains(':', StringComparison.Ordinal);
        byte[] payload = new byte[length];
        Random.Shared.NextBytes(payload);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo(Lab.Address(Lab.Tenant, isIpv6), gateway, payload), vlan: (ushort)vlan));

        byte[] sent = node.SentOnce(Lab.Tenant);
        byte[] expected = Craft.Icmp(gateway, Lab.Address(Lab.Tenant, isIpv6), isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply, 0, 0x0007_0001, payload);
        Assert.That(sent[(vlan == 0 ? 14 : 18)..], Is.EqualTo(expected));
        Assert.That(sent[..12], Is.EqualTo(Craft.Octets(Own).Concat(Craft.Octets(Lab.VirtualMac))));
    }

    [Test]
    public void AnswersAnEchoThatFillsSeveralFrames([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[] payload = new byte[8001];
        Random.Shared.NextBytes(payload);
        string from = Lab.Address(Lab.Tenant, isIpv6), to = isIpv6 ? "fd01::1" : "10.1.0.1";

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo(from, to, payload)));

        Assert.That(node.SentOnce(Lab.Tenant)[14..], Is.EqualTo(Craft.Icmp(to, from, isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply, 0, 0x0007_0001, payload)));
    }

    [Test]
    public void TellsAnEchoWithAWrongChecksumMalformed([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        byte[] echo = Craft.Echo(Lab.Address(Lab.Tenant, isIpv6), isIpv6 ? "fd01::1" : "10.1.0.1");
        echo[^1] ^= 1;

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(echo), DropReason.Malformed);
    }

    [Test]
    public void HasNothingElseToSayAtAGateway([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = isIpv6 ? "fd01::1" : "10.1.0.1";

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(from, to)), DropReason.NotForUs);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Tcp(from, to, TcpFlags.Syn)), DropReason.NotForUs);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Icmp(from, to, isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply, 0, 0, [])), DropReason.NotForUs);

        if (!isIpv6)
        {
            node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Echo(from, to, flags: Ipv4Header.MoreFragments)), DropReason.NotForUs);
        }
    }

    [Test]
    public void LimitsItsAnswersAndKeepsTheQuestionAsItCameIn()
    {
        using Node node = Lab.Start();
        byte[] echo = Lab.FromTenant(Craft.Echo("10.1.0.2", "10.1.0.1"));

        for (int i = 0; i < 10_000; i++)
        {
            node.Receive(Lab.Tenant, echo);
            node.SentOnce(Lab.Tenant);
        }

        Assert.That(node.AssertDropped(Lab.Tenant, echo, DropReason.RateLimited).Packet.ToArray(), Is.EqualTo(echo));
        byte[] request = Request("10.1.0.2", "10.1.0.1");
        Assert.That(node.AssertDropped(Lab.Tenant, request, DropReason.RateLimited).Packet.ToArray(), Is.EqualTo(request));

        node.Wait(1);
        node.Receive(Lab.Tenant, echo);
        node.SentOnce(Lab.Tenant);
    }

    private static byte[] Request(string sender, string target, string to = All) =>
        Craft.Ethernet(to, Own, Craft.Arp(ArpHeader.Request, Own, sender, target), EtherType.Arp);

    private static byte[] Solicitation(string target)
    {
        IpAddress group = NeighbourMessage.SolicitedNode(IpAddress.Parse(target));
        byte[] packet = Craft.Neighbour("fd01::2", group.ToString(), Icmpv6Type.NeighbourSolicitation, target, mac: Own);
        return Craft.Ethernet(NeighbourMessage.MulticastMac(group).ToString(), Own, packet);
    }
}
