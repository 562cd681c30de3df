using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Dissection;

/// <summary>Packets that the vRouter makes itself.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class AnswerTests
{
    private static readonly IpAddress s_guest4 = IpAddress.Parse("10.0.0.1");
    private static readonly IpAddress s_guest6 = IpAddress.Parse("fd00::1");
    private static readonly IpAddress s_gateway4 = IpAddress.Parse("10.0.0.254");
    private static readonly IpAddress s_gateway6 = IpAddress.Parse("fd00::fe");

    private Node _node = null!;

    [OneTimeSetUp]
    public static void NeedsTshark() => Tshark.Require();

    [SetUp]
    public void MakeNode() => _node = new Node();

    [TearDown]
    public void DisposeNode() => _node.Dispose();

    [Test]
    public async Task IsAnArpReplyWithTheVirtualMac()
    {
        byte[] reply = _node.Exchange(_node.Guest, Wire.ArpRequest(Node.GuestMac, s_guest4, s_gateway4)).Single();
        Dissection packet = await Tshark.DissectAsync(reply, "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.hw_mac", "arp.dst.proto_ipv4", "eth.dst");

        packet.AssertSound("eth:ethertype:arp");
        packet.AssertField("arp.opcode", "2");
        packet.AssertField("arp.src.hw_mac", $"{Node.VirtualMac}");
        packet.AssertField("arp.src.proto_ipv4", "10.0.0.254");
        packet.AssertField("arp.dst.hw_mac", $"{Node.GuestMac}");
        packet.AssertField("arp.dst.proto_ipv4", "10.0.0.1");
        packet.AssertField("eth.dst", $"{Node.GuestMac}");
    }

    [Test]
    public async Task IsANeighbourAdvertisementWithTheVirtualMac()
    {
        byte[] reply = _node.Exchange(_node.Guest, Wire.Solicitation(Node.GuestMac, s_guest6, s_gateway6)).Single();
        Dissection packet = await Tshark.DissectAsync(reply,
            "icmpv6.type", "icmpv6.nd.na.target_address", "icmpv6.opt.linkaddr", "icmpv6.nd.na.flag.s", "ipv6.hlim", "ipv6.dst", "eth.dst");

        packet.AssertSound("eth:ethertype:ipv6:icmpv6");
        packet.AssertField("icmpv6.type", "136");
        packet.AssertField("icmpv6.nd.na.target_address", "fd00::fe");
        packet.AssertField("icmpv6.opt.linkaddr", $"{Node.VirtualMac}");
        packet.AssertField("icmpv6.nd.na.flag.s", "1");
        packet.AssertField("ipv6.hlim", "255");
        packet.AssertField("ipv6.dst", "fd00::1");
        packet.AssertField("eth.dst", $"{Node.GuestMac}");
    }

    [Test]
    public async Task IsAnArpRequestInTheUnderlay()
    {
        _node.Send(Wire.Ip(s_guest4, IpAddress.Parse("10.1.0.1"), IpProtocol.Udp, Wire.Udp(s_guest4, IpAddress.Parse("10.1.0.1"), [1])));
        Dissection packet = await Tshark.DissectAsync(_node.Questions.Single(), "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "eth.dst");

        packet.AssertSound("eth:ethertype:arp");
        packet.AssertField("arp.opcode", "1");
        packet.AssertField("arp.src.hw_mac", $"{Node.FabricMac}");
        packet.AssertField("arp.src.proto_ipv4", "192.0.2.1");
        packet.AssertField("arp.dst.proto_ipv4", "192.0.2.2");
        packet.AssertField("eth.dst", "ff:ff:ff:ff:ff:ff");
    }

    [Test]
    public async Task IsANeighbourSolicitationInTheUnderlay()
    {
        _node.Send(Wire.Ip(s_guest4, IpAddress.Parse("10.4.0.1"), IpProtocol.Udp, Wire.Udp(s_guest4, IpAddress.Parse("10.4.0.1"), [1])));
        Dissection packet = await Tshark.DissectAsync(_node.Questions.Single(),
            "icmpv6.type", "icmpv6.nd.ns.target_address", "icmpv6.opt.linkaddr", "ipv6.dst", "ipv6.hlim", "eth.dst");

        packet.AssertSound("eth:ethertype:ipv6:icmpv6");
        packet.AssertField("icmpv6.type", "135");
        packet.AssertField("icmpv6.nd.ns.target_address", "2001:db8::2");
        packet.AssertField("icmpv6.opt.linkaddr", $"{Node.FabricMac}");
        packet.AssertField("ipv6.dst", "ff02::1:ff00:2");
        packet.AssertField("ipv6.hlim", "255");
        packet.AssertField("eth.dst", "33:33:ff:00:00:02");
    }

    [Test]
    public async Task IsAnEchoReply([Values("10.0.0.254", "fd00::fe")] string gateway)
    {
        IpAddress target = IpAddress.Parse(gateway);
        IpAddress guest = target.IsIpv6 ? s_guest6 : s_guest4;

        byte[] reply = _node.Send(Wire.Ip(guest, target, target.IsIpv6 ? IpProtocol.Icmpv6 : IpProtocol.Icmp, Wire.Echo(guest, target, [1, 2, 3]))).Single();
        Dissection packet = await Tshark.DissectAsync(reply, "icmp.type", "icmpv6.type", "ip.src", "ipv6.src", "data.data");

        packet.AssertSound(target.IsIpv6 ? "eth:ethertype:ipv6:icmpv6:data" : "eth:ethertype:ip:icmp:data");
        packet.AssertField(target.IsIpv6 ? "icmpv6.type" : "icmp.type", target.IsIpv6 ? "129" : "0");
        packet.AssertField(target.IsIpv6 ? "ipv6.src" : "ip.src", gateway);
        packet.AssertField("data.data", "010203");
    }

    [Test]
    public async Task IsTimeExceededWhereTheTtlRunsOut([Values("10.1.0.1", "fd01::1")] string remote)
    {
        byte[] error = SendTo(remote, payload: 8, ttl: 1).Single();
        Dissection packet = await Tshark.DissectAsync(error, "icmp.type", "icmp.code", "icmpv6.type", "icmpv6.code", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.dstport");

        AssertError(packet, remote, type4: "11", code4: "0", type6: "3", code6: "0");
    }

    [TestCase("10.1.0.1", "1450"), TestCase("10.2.0.1", "1468"), TestCase("10.3.0.1", "1472"), TestCase("10.4.0.1", "1430")]
    [TestCase("fd01::1", "1450"), TestCase("fd02::1", "1468"), TestCase("fd05::1", "1448")]
    public async Task SaysWhatSizeFitsTheTunnel(string remote, string mtu)
    {
        byte[] error = SendTo(remote, payload: 1600, ttl: 64).Single();
        Dissection packet = await Tshark.DissectAsync(error,
            "icmp.type", "icmp.code", "icmp.mtu", "icmpv6.type", "icmpv6.code", "icmpv6.mtu", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "udp.dstport");

        AssertError(packet, remote, type4: "3", code4: "4", type6: "2", code6: "0");
        packet.AssertField(remote.Contains(':') ? "icmpv6.mtu" : "icmp.mtu", mtu);
    }

    [Test]
    public async Task IsFragmentsThatTogetherAreThePacket()
    {
        IpAddress remote = IpAddress.Parse("10.2.0.1");
        List<byte[]> pieces = _node.Send(Wire.Ip(s_guest4, remote, IpProtocol.Udp, Wire.Udp(s_guest4, remote, new byte[2800])));
        var dissected = await Task.WhenAll(pieces.Select(piece =>
            Tshark.DissectAsync(piece, "ip.len", "ip.flags.mf", "ip.frag_offset", "ip.id", "udp.srcport", "mpls.label")));

        // 1,500 bytes less 32 of tunnel leave 1,448 of payload, a multiple of 8.
        Assert.That(dissected.Select(piece => piece["ip.len"].Split(' ')[1]), Is.EqualTo(new[] { "1468", "1380" }));
        Assert.That(dissected.Select(piece => piece["ip.flags.mf"].Split(' ')[1]), Is.EqualTo(new[] { "1", "0" }));
        Assert.That(dissected[0]["ip.frag_offset"].Split(' ')[1], Is.EqualTo("0"));
        Assert.That(dissected[1]["ip.frag_offset"].Split(' ')[1], Is.AnyOf("181", "1448"), "tshark 4.0 counts in units of 8 bytes, others in bytes");
        Assert.That(dissected.Select(piece => piece["ip.id"].Split(' ')[1]), Is.All.EqualTo("0x0007"));
        Assert.That(dissected.Select(piece => piece["udp.srcport"].Split(' ')[0]).Distinct().ToList(), Has.Count.EqualTo(1), "the entropy of a flow");
        Assert.That(dissected.SelectMany(piece => piece["ip.checksum.status"].Split(' ')), Is.All.EqualTo("1"));
    }

    private List<byte[]> SendTo(string remote, int payload, byte ttl)
    {
        IpAddress target = IpAddress.Parse(remote);
        IpAddress guest = target.IsIpv6 ? s_guest6 : s_guest4;
        return _node.Send(Wire.Ip(guest, target, IpProtocol.Udp, Wire.Udp(guest, target, new byte[payload]), ttl, Ipv4Header.DontFragment));
    }

    private static void AssertError(Dissection packet, string remote, string type4, string code4, string type6, string code6)
    {
        bool v6 = remote.Contains(':');

        Assert.That(packet["_ws.malformed"], Is.Empty);
        Assert.That(packet["frame.protocols"], Does.StartWith(v6 ? "eth:ethertype:ipv6:icmpv6:ipv6:udp" : "eth:ethertype:ip:icmp:ip:udp"));
        packet.AssertField(v6 ? "icmpv6.type" : "icmp.type", v6 ? type6 : type4);
        packet.AssertField(v6 ? "icmpv6.code" : "icmp.code", v6 ? code6 : code4);
        packet.AssertField(v6 ? "ipv6.src" : "ip.src", v6 ? "fd00::fe fd00::1" : "10.0.0.254 10.0.0.1");
        packet.AssertField(v6 ? "ipv6.dst" : "ip.dst", v6 ? $"fd00::1 {remote}" : $"10.0.0.1 {remote}");
        packet.AssertField("udp.dstport", "53");
        Assert.That(packet[v6 ? "icmpv6.checksum.status" : "icmp.checksum.status"], Is.EqualTo("1"));
    }
}
