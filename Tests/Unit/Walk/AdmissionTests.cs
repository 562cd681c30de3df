using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Encap;

namespace VRouter.Tests.Unit.Walk;

/// <summary>What a tenant may send (semantics, section 2).</summary>
[TestFixture]
public sealed class AdmissionTests
{
    private const string Own = "02:00:00:00:01:02";
    private const string Foreign = "02:00:00:00:01:03";

    [TestCase("10.1.0.3", Own)]
    [TestCase("10.1.0.2", Foreign)]
    [TestCase("0.0.0.0", Own)]
    [TestCase("255.255.255.255", Own)]
    [TestCase("224.0.0.1", Own)]
    [TestCase("169.254.1.1", Own)]
    [TestCase("10.1.0.2", "00:00:00:00:00:00")]
    [TestCase("10.1.0.2", "03:00:00:00:01:02")]
    [TestCase("fd01::3", Own)]
    [TestCase("fd01::2", Foreign)]
    [TestCase("::", Own)]
    [TestCase("fe80::2", Foreign)]
    public void DropsASourceThatIsNotItsOwn(string source, string mac)
    {
        using Node node = Lab.Start();
        bool isIpv6 = source.Contains(':', StringComparison.Ordinal);

        Drop drop = node.AssertDropped(Lab.Tenant, Craft.Ethernet(Lab.VirtualMac, mac, Craft.Udp(source, Lab.Address(Lab.Neighbour, isIpv6))), DropReason.SpoofedSource);

        Assert.That(drop.Object, Is.EqualTo(ObjectKey.Of(new VifId(Lab.Tenant))));
        Assert.That(drop.Vif, Is.EqualTo(new VifId(Lab.Tenant)));
    }

    [TestCase("0.0.0.0", "10.1.0.3")]
    [TestCase("255.255.255.255", "10.1.0.3")]
    [TestCase("::", "fd01::3")]
    public void DropsAnySourceWhereItHasNoAddress(string source, string to)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { Addresses = [] }] });

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp(source, to)), DropReason.SpoofedSource);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Echo(source, to)), DropReason.SpoofedSource);
    }

    [TestCase("10.9.1.7", Own, true)]
    [TestCase("10.9.2.7", Own, false)]
    [TestCase("10.9.1.7", Foreign, false)]
    [TestCase("10.8.0.8", Foreign, true)]
    [TestCase("10.8.0.8", Own, false)]
    [TestCase("fd09::7", Own, true)]
    [TestCase("fd0a::7", Own, false)]
    [TestCase("10.9.1.7", "00:00:00:00:00:00", false)]
    [TestCase("fe80::5", "00:00:00:00:00:00", false)]
    public void HonoursAllowedAddressPairs(string source, string mac, bool isAllowed)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction
        {
            Vifs =
            [
                Lab.TenantVif(Lab.Tenant, 1) with
                {
                    AllowedAddressPairs =
                    [
                        new AddressPair(Node.Prefix("10.9.1.0/24"), default),
                        new AddressPair(Node.Prefix("10.8.0.8/32"), Node.Mac(Foreign)),
                        new AddressPair(Node.Prefix("fd09::/16"), default),
                    ],
                },
            ],
        });
        bool isIpv6 = source.Contains(':', StringComparison.Ordinal);

        node.Receive(Lab.Tenant, Craft.Ethernet(Lab.VirtualMac, mac, Craft.Udp(source, Lab.Address(Lab.Neighbour, isIpv6))));

        Assert.That(node.LastDrop, Is.EqualTo(isAllowed ? DropReason.None : DropReason.SpoofedSource));
        Assert.That(node.SentAll(Lab.Neighbour), Has.Count.EqualTo(isAllowed ? 1 : 0));
    }

    [Test]
    public void LetsEverySourceInWhereTheCheckIsDisabled([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        node.Apply(new Transaction { Vifs = [Lab.TenantVif(Lab.Tenant, 1) with { SourceCheckDisabled = true }] });

        node.Receive(Lab.Tenant, Craft.Ethernet(Lab.VirtualMac, "02:00:00:00:77:77", Craft.Udp(isIpv6 ? "fd77::7" : "172.16.7.7", Lab.Address(Lab.Neighbour, isIpv6))));

        Assert.That(node.SentOnce(Lab.Neighbour), Is.Not.Empty);
    }

    [Test]
    public void LetsDhcpAndGroupMembershipPassToWhoeverServesThem()
    {
        using Node node = Lab.Start();
        byte[] dhcp = Craft.Ethernet("ff:ff:ff:ff:ff:ff", Own, Craft.Udp("0.0.0.0", "255.255.255.255", from: 68, to: 67));
        byte[] dhcpv6 = Craft.Ethernet("33:33:00:01:00:02", Own, Craft.Udp("fe80::2", "ff02::1:2", from: 546, to: 547));
        byte[] igmp = Craft.Ethernet("01:00:5e:00:00:16", Own, Craft.Ip("10.1.0.2", "224.0.0.22", IpProtocol.Igmp, Wire.Bytes("2200f9fd 00000001")));
        byte[] mld = Craft.Ethernet("33:33:00:00:00:16", Own, Craft.Ip("::", "ff02::16", IpProtocol.HopByHop, Wire.Bytes("3a00050200000100 8f00000000000000"), ttl: 1));
        byte[] solicitation = Craft.Ethernet("33:33:00:00:00:02", Own, Craft.Icmp("::", "ff02::2", Icmpv6Type.RouterSolicitation, 0, 0, [], ttl: 255));

        foreach (byte[] frame in (byte[][])[dhcp, dhcpv6, igmp, mld, solicitation])
        {
            node.AssertDropped(Lab.Tenant, frame, DropReason.NotForUs);
        }
    }

    [Test]
    public void LetsALinkLocalSourceNoFurtherThanItsLink()
    {
        using Node node = Lab.Start();
        node.Apply(Lab.Route(1, "::/0", 10));

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("fe80::2", "fd01::3")), DropReason.NoRoute);
        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Udp("fe80::2", "2001:4860::8888")), DropReason.NoRoute);

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Echo("fe80::2", "fe80::1")));
        Assert.That(node.SentOnce(Lab.Tenant), Is.Not.Empty, "its gateway answers");
    }

    [TestCase(0x88CC)]
    [TestCase(0x88A8)]
    [TestCase(0x8847)]
    [TestCase(0x0000)]
    public void KnowsNoOtherProtocol(int etherType)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Tenant, [.. Craft.Octets(Lab.VirtualMac), .. Craft.Octets(Own), (byte)(etherType >> 8), (byte)etherType, .. new byte[46]], DropReason.UnsupportedProtocol);
        node.AssertDropped(Lab.Tenant, [.. Craft.Octets(Lab.VirtualMac), .. Craft.Octets(Foreign), (byte)(etherType >> 8), (byte)etherType, .. new byte[46]], DropReason.SpoofedSource);
    }

    [Test]
    public void WantsThePortsTagAndNoOther()
    {
        using Node tagged = Lab.Start(vlan: 7);
        using Node untagged = Lab.Start();
        byte[] packet = Craft.Udp("10.1.0.2", "10.1.0.3");

        tagged.AssertDropped(Lab.Tenant, Lab.FromTenant(packet), DropReason.NotForUs);
        tagged.AssertDropped(Lab.Tenant, Lab.FromTenant(packet, vlan: 8), DropReason.NotForUs);
        untagged.AssertDropped(Lab.Tenant, Lab.FromTenant(packet, vlan: 7), DropReason.NotForUs);

        // Behind the port's own tag a tag is payload.
        tagged.AssertDropped(Lab.Tenant, Craft.Ethernet(Lab.VirtualMac, Own, Wire.Bytes("0007 0800").Concat(packet).ToArray(), EtherType.Vlan, vlan: 7), DropReason.UnsupportedProtocol);

        // Priority and DEI are not the VLAN.
        byte[] urgent = Lab.FromTenant(packet, vlan: 7);
        urgent[14] |= 0xF0;
        tagged.Receive(Lab.Tenant, urgent);
        Assert.That(tagged.SentOnce(Lab.Neighbour), Is.EqualTo(Craft.Ethernet(Foreign, Lab.VirtualMac, Craft.Udp("10.1.0.2", "10.1.0.3", ttl: 63), vlan: 7)));
    }

    [TestCase("4600", TestName = "{m}(IHL beyond the packet's checksum)")]
    [TestCase("4400", TestName = "{m}(IHL 4)")]
    [TestCase("5500", TestName = "{m}(version 5)")]
    [TestCase("6500", TestName = "{m}(version 6 in IPv4)")]
    public void TellsAMalformedIpv4Header(string start)
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Udp("10.1.0.2", "10.1.0.3");
        Wire.Bytes(start).CopyTo(packet, 0);

        node.AssertDropped(Lab.Tenant, Craft.Ethernet(Lab.VirtualMac, Own, packet, EtherType.Ipv4), DropReason.Malformed);
    }

    [Test]
    public void TellsLengthsThatLie([Values] bool isIpv6, [Values(-1, 1, 40_000)] int by)
    {
        using Node node = Lab.Start();
        byte[] packet = Craft.Tcp(Lab.Address(Lab.Tenant, isIpv6), Lab.Address(Lab.Neighbour, isIpv6), TcpFlags.Ack);
        int at = isIpv6 ? 4 : 2;
        int length = (packet[at] << 8 | packet[at + 1]) + by;
        (packet[at], packet[at + 1]) = ((byte)(length >> 8), (byte)length);

        if (!isIpv6)
        {
            packet[10] = packet[11] = 0;
            ushort checksum = Checksum.Of(packet.AsSpan(0, 20));
            (packet[10], packet[11]) = ((byte)(checksum >> 8), (byte)checksum);
        }

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(packet), DropReason.Malformed);
    }

    [Test]
    public void TellsABrokenTransportHeader([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Address(Lab.Neighbour, isIpv6);
        byte[] tcp = Craft.Tcp(from, to, TcpFlags.Ack);
        int l4 = isIpv6 ? 40 : 20;

        foreach (byte[] packet in (byte[][])
        [
            tcp.With(l4 + 12, 0x40),
            tcp.With(l4 + 12, 0xF0),
            Craft.Ip(from, to, IpProtocol.Tcp, new byte[19]),
            Craft.Ip(from, to, IpProtocol.Udp, new byte[7]),
            Craft.Ip(from, to, IpProtocol.Udp, new byte[8]),
            Craft.Ip(from, to, IpProtocol.Udp, Wire.Bytes("00010002 00090000")),
            Craft.Ip(from, to, IpProtocol.Sctp, new byte[11]),
            Craft.Ip(from, to, IpProtocol.Icmp, new byte[7]),
            Craft.Ip(from, to, isIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, new byte[3]),
        ])
        {
            node.AssertDropped(Lab.Tenant, Lab.FromTenant(packet), DropReason.Malformed);
        }
    }

    [Test]
    public void TellsAFirstFragmentThatHidesItsPorts([Values] bool isIpv6)
    {
        using Node node = Lab.Start();
        string from = Lab.Address(Lab.Tenant, isIpv6), to = Lab.Address(Lab.Neighbour, isIpv6);
        byte[] packet = isIpv6
            ? Craft.Ip(from, to, IpProtocol.Fragment, Wire.Bytes("06000001 00000007 0001000200000000"))
            : Craft.Ip(from, to, IpProtocol.Tcp, new byte[8], flags: Ipv4Header.MoreFragments);

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(packet), DropReason.FragmentInvalid);
    }

    [TestCase("2b00000000000000 2b00000000000000 2b00000000000000 2b00000000000000 2b00000000000000 2b00000000000000 2b00000000000000 2b00000000000000 3b00000000000000", TestName = "{m}(too many)")]
    [TestCase("2c00000000000000 2c00000100000007 1100000100000007", TestName = "{m}(two fragment headers)")]
    [TestCase("2b00000000000000 0000000000000000", TestName = "{m}(hop-by-hop behind another)")]
    [TestCase("2bff000000000000", TestName = "{m}(longer than the packet)")]
    [TestCase("2b00", TestName = "{m}(cut off)")]
    public void TellsAMalformedExtensionChain(string chain)
    {
        using Node node = Lab.Start();

        node.AssertDropped(Lab.Tenant, Lab.FromTenant(Craft.Ip("fd01::2", "fd01::3", IpProtocol.Routing, Wire.Bytes(chain))), DropReason.Malformed);
    }

    [Test]
    public void LetsOptionsAndExtensionHeadersPass()
    {
        using Node node = Lab.Start();
        byte[] options = Craft.Ip("10.1.0.2", "10.1.0.3", IpProtocol.Udp, Wire.Bytes("00010002 00080000"), options: Wire.Bytes("94040000 01010100"));
        byte[] chain = Craft.Ip("fd01::2", "fd01::3", IpProtocol.HopByHop, Wire.Bytes("3c00010400000000 1100010400000000 00010002 00080000"));
        byte[] unknown = Craft.Ip("10.1.0.2", "10.1.0.3", 253, []);
        byte[] none = Craft.Ip("fd01::2", "fd01::3", IpProtocol.NoNextHeader, []);
        byte[] atomic = Craft.Ip("fd01::2", "fd01::3", IpProtocol.Fragment, Wire.Bytes("11000000 00000007 00010002 00080000"));

        foreach (byte[] packet in (byte[][])[options, chain, unknown, none, atomic])
        {
            node.Receive(Lab.Tenant, Lab.FromTenant(packet));
            Assert.That(node.SentOnce(Lab.Neighbour), Has.Length.EqualTo(14 + packet.Length));
        }
    }
}
