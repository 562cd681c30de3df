using System.Net;
using NUnit.Framework;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>The filter's program, run by the kernel over one packet at a time (BPF_PROG_TEST_RUN).</summary>
public sealed class XdpFilterTests
{
    private const byte Tcp = 6, UdpProtocol = 17, Gre = 47, Icmp = 1, Sctp = 132;

    private static readonly byte[] s_to = [2, 0, 0, 0, 0, 1], s_from = [2, 0, 0, 0, 0, 2];
    private static readonly IPAddress s_peer = IPAddress.Parse("192.0.2.1"), s_endpoint = IPAddress.Parse("192.0.2.2"), s_other = IPAddress.Parse("192.0.2.3");
    private static readonly IPAddress s_peer6 = IPAddress.Parse("2001:db8::1"), s_endpoint6 = IPAddress.Parse("2001:db8::2");
    private static readonly byte[] s_greMpls = [0, 0, 0x88, 0x47, 0, 1, 0x11, 0x3F], s_greKeyedMpls = [0x20, 0, 0x88, 0x47, 0, 0, 0, 7, 0, 1, 0x11, 0x3F];
    private static readonly byte[] s_greIp = [0, 0, 8, 0, 0x45, 0, 0, 20];

    private readonly List<IDisposable> _open = [];
    private XdpFilter _filter = null!;
    private BpfProgram _program = null!, _tagged = null!;

    [OneTimeSetUp]
    public void Load()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("needs root: it loads BPF programs");
        }

        FrameRegion region = Keep(new FrameRegion(64));
        BpfMap sockets = Keep(BpfMap.OfSockets("test_sockets", 1));
        NetworkLab lab = Keep(new NetworkLab());
        NetworkNamespace left = lab.CreateNamespace("left"), right = lab.CreateNamespace("right");
        lab.Connect(left, "a", right, "b");
        XdpDevice device = Keep(XdpDevice.Open(new XdpOptions("a") { NetworkNamespace = left.Name }, region));
        sockets.Set(0u, (uint)device.Sockets[0].Descriptor);        // a redirect needs somewhere to go

        _filter = Keep(new XdpFilter());
        _program = Keep(BpfProgram.LoadXdp("test", XdpPrograms.TakeNamed(sockets, _filter.Map, vlan: 0)));
        _tagged = Keep(BpfProgram.LoadXdp("test_tagged", XdpPrograms.TakeNamed(sockets, _filter.Map, vlan: 100)));

        foreach (IPAddress endpoint in new[] { s_endpoint, s_endpoint6 })
        {
            _filter.Take(endpoint, UdpProtocol, 4789);
            _filter.Take(endpoint, UdpProtocol, 6635);
            _filter.Take(endpoint, Gre, 0x8847);
        }
    }

    [OneTimeTearDown]
    public void Unload()
    {
        _program?.Dispose();
        _tagged?.Dispose();
        _filter?.Dispose();
        Enumerable.Reverse(_open).ToList().ForEach(thing => thing.Dispose());
    }

    [TestCase(4789, true)]
    [TestCase(6635, true)]
    [TestCase(51234, false)]
    [TestCase(53, false)]
    public void TakesTheUdpPortsNamed(int port, bool taken) => Assert.Multiple(() =>
    {
        Assert.That(Takes(Udp4(s_endpoint, (ushort)port)), Is.EqualTo(taken));
        Assert.That(Takes(Udp6(s_endpoint6, (ushort)port)), Is.EqualTo(taken));
    });

    [Test]
    public void LeavesOtherAddressesAlone() => Assert.Multiple(() =>
    {
        Assert.That(Takes(Udp4(s_other, 4789)), Is.False);
        Assert.That(Takes(Udp6(s_peer6, 4789)), Is.False);
    });

    [Test]
    public void LeavesOtherProtocolsAlone() => Assert.Multiple(() =>
    {
        Assert.That(Takes(Ipv4(s_endpoint, Tcp, Wire.Udp(1, 4789, []))), Is.False, "TCP to VXLAN's port");
        Assert.That(Takes(Ipv4(s_endpoint, Icmp, [8, 0, 0x12, 0xB5, 0, 0, 0, 0])), Is.False, "an echo whose checksum reads as VXLAN's port");
        Assert.That(Takes(Wire.Ethernet(s_to, s_from, Wire.Arp, new byte[28])), Is.False);
    });

    [Test]
    public void TakesGreWithMplsOnly() => Assert.Multiple(() =>
    {
        Assert.That(Takes(Ipv4(s_endpoint, Gre, s_greMpls)), Is.True);
        Assert.That(Takes(Ipv4(s_endpoint, Gre, s_greKeyedMpls)), Is.True);
        Assert.That(Takes(Ipv4(s_endpoint, Gre, s_greIp)), Is.False);
        Assert.That(Takes(Wire.Ethernet(s_to, s_from, Wire.Ipv6, Wire.Ipv6Packet(s_peer6, s_endpoint6, Gre, s_greMpls))), Is.True);
    });

    [TestCase(0x2000, false, TestName = "LeavesTheFirstFragmentToTheKernel")]
    [TestCase(0x2010, false, TestName = "LeavesAMiddleFragmentToTheKernel")]
    [TestCase(0x0010, false, TestName = "LeavesTheLastFragmentToTheKernel")]
    [TestCase(0x4000, true, TestName = "TakesAPacketThatMustNotBeFragmented")]
    public void HandlesFragments(int field, bool taken) =>
        Assert.That(Takes(Ipv4(s_endpoint, UdpProtocol, Wire.Udp(1, 4789, []), (ushort)field)), Is.EqualTo(taken));

    [Test]
    public void LeavesIpv6FragmentsAndExtensionsToTheKernel([Values(44, 0, 60)] int next) =>
        Assert.That(Takes(Wire.Ethernet(s_to, s_from, Wire.Ipv6,
            Wire.Ipv6Packet(s_peer6, s_endpoint6, (byte)next, [17, 0, 0, 0, 0, 0, 0, 0, .. Wire.Udp(1, 4789, [])]))), Is.False);

    [Test]
    public void LooksBehindIpv4Options([Range(5, 15)] int words) => Assert.Multiple(() =>
    {
        Assert.That(Takes(Ipv4(s_endpoint, UdpProtocol, Wire.Udp(1, 4789, []), words: words)), Is.True);
        Assert.That(Takes(Ipv4(s_endpoint, UdpProtocol, Wire.Udp(1, 53, []), words: words)), Is.False);
    });

    [Test]
    public void LeavesAHeaderLengthThatCannotBe([Range(0, 4)] int words)
    {
        byte[] frame = Udp4(s_endpoint, 4789);
        frame[14] = (byte)(0x40 | words);

        Assert.That(Takes(frame), Is.False);
    }

    [Test]
    public void LeavesPacketsThatAreCutShort([Range(14, 37)] int length) =>
        Assert.That(Takes(Udp4(s_endpoint, 4789)[..length]), Is.False);

    [Test]
    public void TakesTheOneTagConfigured() => Assert.Multiple(() =>
    {
        Assert.That(Takes(Tagged(100, 0x8100), _tagged), Is.True);
        Assert.That(Takes(Tagged(0xE000 | 100, 0x8100), _tagged), Is.True, "with a priority");
        Assert.That(Takes(Tagged(101, 0x8100), _tagged), Is.False);
        Assert.That(Takes(Tagged(100, 0x88A8), _tagged), Is.False);
        Assert.That(Takes(Udp4(s_endpoint, 4789), _tagged), Is.False, "untagged");
        Assert.That(Takes(Tagged(100, 0x8100)), Is.False, "tagged, where none is configured");
    });

    [TestCase(Tcp)]
    [TestCase(UdpProtocol)]
    [TestCase(Sctp)]
    public void TakesAndLeavesSinglePorts(byte protocol)
    {
        byte[] frame = Ipv4(s_other, protocol, [0, 1, 0x1F, 0x90, 0, 0, 0, 0]);

        _filter.Take(s_other, protocol, 8080);
        Assert.That(Takes(frame), Is.True);

        Assert.That(_filter.Leave(s_other, protocol, 8080), Is.True);
        Assert.That(Takes(frame), Is.False);
        Assert.That(_filter.Leave(s_other, protocol, 8080), Is.False, "there was none any more");
    }

    [Test]
    public void TakesWholeAddresses()
    {
        _filter.Take(s_other, 0, 0);

        Assert.That(Takes(Ipv4(s_other, Icmp, [8, 0, 0, 0, 0, 0, 0, 0])), Is.True);
        Assert.That(Takes(Ipv4(s_other, Tcp, Wire.Udp(1, 2, []))), Is.True);

        _filter.Leave(s_other, 0, 0);
        Assert.That(Takes(Ipv4(s_other, Tcp, Wire.Udp(1, 2, []))), Is.False);
    }

    private bool Takes(byte[] frame, BpfProgram? program = null) => (program ?? _program).Run(frame) switch
    {
        IfXdp.XDP_REDIRECT => true,
        IfXdp.XDP_PASS => false,
        uint other => throw new InvalidOperationException($"XDP action {other}"),
    };

    private T Keep<T>(T thing) where T : IDisposable
    {
        _open.Add(thing);
        return thing;
    }

    private static byte[] Ipv4(IPAddress destination, byte protocol, byte[] payload, ushort fragment = 0, int words = 5) =>
        Wire.Ethernet(s_to, s_from, Wire.Ipv4, Wire.Ipv4Packet(s_peer, destination, protocol, payload, fragment, words));

    private static byte[] Udp4(IPAddress destination, ushort port) => Ipv4(destination, UdpProtocol, Wire.Udp(49152, port, []));

    private static byte[] Udp6(IPAddress destination, ushort port) =>
        Wire.Ethernet(s_to, s_from, Wire.Ipv6, Wire.Ipv6Packet(s_peer6, destination, UdpProtocol, Wire.Udp(49152, port, [])));

    private static byte[] Tagged(ushort tag, ushort type) =>
        Wire.Ethernet(s_to, s_from, type, Wire.Tag(tag, Wire.Ipv4), Wire.Ipv4Packet(s_peer, s_endpoint, UdpProtocol, Wire.Udp(1, 4789, [])));
}
