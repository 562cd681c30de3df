using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Dissection;

[Parallelizable(ParallelScope.All)]
internal sealed class TunnelTests
{
    private const string Outer4 = "eth:ethertype:ip:";
    private const string Outer6 = "eth:ethertype:ipv6:";

    [OneTimeSetUp]
    public void NeedsTshark() => Tshark.Require();

    [TestCase(1, Outer4 + "udp:vxlan:eth:ethertype:")]
    [TestCase(2, Outer4 + "udp:mpls:")]
    [TestCase(3, Outer4 + "gre:mpls:")]
    [TestCase(4, Outer6 + "udp:vxlan:eth:ethertype:")]
    [TestCase(5, Outer6 + "udp:mpls:")]
    [TestCase(6, Outer6 + "gre:mpls:")]
    public async Task CarriesIpv4(int nextHop, string outer)
    {
        (IpAddress guest, IpAddress remote) = (IpAddress.Parse("10.0.0.1"), IpAddress.Parse($"10.{nextHop}.0.1"));

        Dissection packet = await SendAsync(guest, remote, "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.ttl", "ipv6.hlim", "ip.flags.df");

        packet.AssertSound(outer + "ip:tcp");
        bool over4 = nextHop <= 3;
        packet.AssertField("ip.src", over4 ? "192.0.2.1 10.0.0.1" : "10.0.0.1");
        packet.AssertField("ip.dst", over4 ? $"192.0.2.2 {remote}" : $"{remote}");
        packet.AssertField("ip.ttl", over4 ? "64 63" : "63");
        packet.AssertField("ip.flags.df", over4 ? "0 1" : "1");
        packet.AssertField("ipv6.src", over4 ? "" : "2001:db8::1");
        packet.AssertField("ipv6.dst", over4 ? "" : "2001:db8::2");
        packet.AssertField("ipv6.hlim", over4 ? "" : "64");
    }

    [TestCase(1, Outer4 + "udp:vxlan:eth:ethertype:")]
    [TestCase(2, Outer4 + "udp:mpls:")]
    [TestCase(3, Outer4 + "gre:mpls:")]
    [TestCase(4, Outer6 + "udp:vxlan:eth:ethertype:")]
    [TestCase(5, Outer6 + "udp:mpls:")]
    [TestCase(6, Outer6 + "gre:mpls:")]
    public async Task CarriesIpv6(int nextHop, string outer)
    {
        (IpAddress guest, IpAddress remote) = (IpAddress.Parse("fd00::1"), IpAddress.Parse($"fd0{nextHop}::1"));

        Dissection packet = await SendAsync(guest, remote, "ip.src", "ipv6.src", "ipv6.dst", "ipv6.hlim");

        packet.AssertSound(outer + "ipv6:tcp");
        bool over4 = nextHop <= 3;
        packet.AssertField("ip.src", over4 ? "192.0.2.1" : "");
        packet.AssertField("ipv6.src", over4 ? "fd00::1" : "2001:db8::1 fd00::1");
        packet.AssertField("ipv6.dst", over4 ? $"{remote}" : $"2001:db8::2 {remote}");
        packet.AssertField("ipv6.hlim", over4 ? "63" : "64 63");
    }

    [TestCase(1), TestCase(4)]
    public async Task IsVxlanOnPort4789(int nextHop)
    {
        Dissection packet = await SendAsync(IpAddress.Parse("10.0.0.1"), IpAddress.Parse($"10.{nextHop}.0.1"),
            "udp.dstport", "udp.srcport", "udp.checksum", "vxlan.vni", "vxlan.flags", "eth.dst", "eth.src");

        packet.AssertField("udp.dstport", "4789");
        packet.AssertField("udp.checksum", "0x0000");
        packet.AssertField("vxlan.vni", "5001");
        packet.AssertField("vxlan.flags", "0x0800");
        packet.AssertField("eth.dst", $"{Node.PeerMac} {Node.VirtualMac}");
        packet.AssertField("eth.src", $"{Node.FabricMac} {Node.VirtualMac}");
        Assert.That(int.Parse(packet["udp.srcport"]), Is.InRange(49152, 65535));
    }

    [TestCase(2), TestCase(5)]
    public async Task IsMplsOnUdpPort6635(int nextHop)
    {
        Dissection packet = await SendAsync(IpAddress.Parse("10.0.0.1"), IpAddress.Parse($"10.{nextHop}.0.1"),
            "udp.dstport", "udp.srcport", "udp.checksum", "mpls.label", "mpls.exp", "mpls.bottom", "mpls.ttl");

        packet.AssertField("udp.dstport", "6635");
        packet.AssertField("udp.checksum", "0x0000");
        AssertLabel(packet, "17");
        Assert.That(int.Parse(packet["udp.srcport"]), Is.InRange(49152, 65535));
    }

    [TestCase(3), TestCase(6)]
    public async Task IsMplsInGre(int nextHop)
    {
        Dissection packet = await SendAsync(IpAddress.Parse("10.0.0.1"), IpAddress.Parse($"10.{nextHop}.0.1"),
            "gre.proto", "gre.flags_and_version", "mpls.label", "mpls.exp", "mpls.bottom", "mpls.ttl");

        packet.AssertField("gre.proto", "0x8847");
        packet.AssertField("gre.flags_and_version", "0x0000");
        AssertLabel(packet, "18");
    }

    [TestCase(1, 1460, 1410), TestCase(2, 1460, 1428), TestCase(3, 1460, 1432), TestCase(2, 1200, 1200)]
    public async Task LowersTheSegmentSizeToWhatFits(int nextHop, int asked, int expected)
    {
        (IpAddress guest, IpAddress remote) = (IpAddress.Parse("10.0.0.1"), IpAddress.Parse($"10.{nextHop}.0.1"));
        using var node = new Node();

        byte[] frame = node.Send(Wire.Ip(guest, remote, IpProtocol.Tcp, Wire.Syn(guest, remote, (ushort)asked))).Single();
        Dissection packet = await Tshark.DissectAsync(frame, "tcp.options.mss_val");

        packet.AssertField("tcp.options.mss_val", $"{expected}");
        Assert.That(packet["tcp.checksum.status"], Is.EqualTo("1"));
    }

    private static void AssertLabel(Dissection packet, string label)
    {
        packet.AssertField("mpls.label", label);
        packet.AssertField("mpls.exp", "0");
        packet.AssertField("mpls.bottom", "1");
        packet.AssertField("mpls.ttl", "63");
    }

    private static async Task<Dissection> SendAsync(IpAddress guest, IpAddress remote, params string[] fields)
    {
        using var node = new Node();
        byte[] ip = Wire.Ip(guest, remote, IpProtocol.Tcp, Wire.Syn(guest, remote, 1000), flags: Ipv4Header.DontFragment);
        return await Tshark.DissectAsync(node.Send(ip).Single(), fields);
    }
}
