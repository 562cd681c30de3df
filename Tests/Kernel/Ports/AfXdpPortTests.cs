using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class AfXdpPortTests
{
    private static readonly byte[] s_anyMac = [2, 0, 0, 0, 0, 9];
    private static readonly IPAddress s_there = IPAddress.Parse("10.6.0.1"), s_here = IPAddress.Parse("10.6.0.2");

    private NetworkLab _lab = null!;
    private NetworkNamespace _node = null!, _peer = null!;
    private PortLab _frames = null!;

    [SetUp]
    public void MakeTwoMachines()
    {
        _lab = new NetworkLab();
        _node = _lab.CreateNamespace("node");
        _peer = _lab.CreateNamespace("peer");
        _frames = new PortLab();
    }

    [TearDown]
    public void RemoveThem()
    {
        _node?.Dispose();
        _peer?.Dispose();
        _lab?.Dispose();
        _frames?.Dispose();
    }

    [TestCase(XdpMode.Auto, XdpMode.Copy)]
    [TestCase(XdpMode.Copy, XdpMode.Copy)]
    [TestCase(XdpMode.Generic, XdpMode.Generic)]
    public void ReceivesAndSendsAndTellsItsMode(XdpMode asked, XdpMode got)
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { Mode = asked });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");

        Assert.That(port.Mode, Is.EqualTo(got));
        Assert.That(port.Description, Is.EqualTo($"af_xdp fabric0 ({got.ToString().ToLowerInvariant()}, 1 queue)"));

        far.Send(Frame(7001, 200));
        Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.EqualTo(Frame(7001, 200)));

        _frames.Send(queue, Frame(7002, 300));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.EqualTo(Frame(7002, 300)));
    }

    [Test]
    public void DoesNotFallBackFromZeroCopyUnasked()
    {
        Assert.That(() => Open(new XdpOptions("fabric0") { Mode = XdpMode.ZeroCopy }),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("zero-copy").And.Message.Contains("EOPNOTSUPP"));
        Assert.That(_lab.Configure(_node).Links.Get("fabric0").XdpProgram, Is.Zero, "nothing stays attached");
    }

    [Test]
    public void LeavesRoomForOuterHeaders()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");
        Packet[] batch = new Packet[1];

        far.Send(Frame(7001, 200));

        Assert.That(NetworkLab.Eventually(() => queue.Receive(batch) == 1), Is.True);
        Assert.That(batch[0].Start, Is.EqualTo(FrameRegion.HeadRoom));
    }

    [Test]
    public void CarriesThousandsOfPacketsRoundItsRings()
    {
        const int Count = 5000;
        using AfXdpPort port = Open(new XdpOptions("fabric0") { RingSize = 64 });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");

        for (int i = 0; i < Count; i++)
        {
            far.Send(Frame((ushort)(10000 + i), 60 + i % 1400));
            byte[]? frame = _frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, (ushort)(10000 + i)));
            Assert.That(frame, Is.EqualTo(Frame((ushort)(10000 + i), 60 + i % 1400)), $"packet {i}");
            _frames.Send(queue, frame);
            Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, (ushort)(10000 + i))), Is.EqualTo(frame), $"packet {i} came back");
        }
    }

    [Test]
    public void SendsBatchesLargerThanItsRing()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { RingSize = 64 });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");
        Packet[] batch = [.. Enumerable.Range(0, 200).Select(i => _frames.Make(Frame((ushort)(20000 + i), 100)))];

        Assert.That(queue.Send(batch), Is.EqualTo(200));
        queue.Flush();

        for (int i = 0; i < 200; i++)
        {
            Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, (ushort)(20000 + i))), Is.Not.Null, $"packet {i}");
        }
    }

    [Test]
    public void ServesAllQueues([Values(XdpMode.Copy, XdpMode.Generic)] XdpMode mode)
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { Mode = mode }, queues: 2);
        using IPortQueue first = port.OpenQueue(0, _frames.Frames), second = port.OpenQueue(1, _frames.Frames);
        using Socket far = UdpAt(_peer, s_there, "wire0", s_here);
        Packet[] batch = new Packet[256];
        int[] received = new int[2];

        for (int flow = 0; flow < 64; flow++)
        {
            far.SendTo([1], new IPEndPoint(s_here, 8000 + flow));
        }

        Assert.That(port.QueueCount, Is.EqualTo(2));
        Assert.That(NetworkLab.Eventually(() =>
        {
            received[0] += first.Receive(batch);
            received[1] += second.Receive(batch);
            return received.Sum() >= 64;
        }), Is.True);

        if (mode == XdpMode.Copy)
        {
            Assert.That(received, Has.All.Positive, "both queues have a share (with generic XDP a veth forgets the queue)");
        }

        using FarEnd wire = new(_lab, _peer, "wire0");
        _frames.Send(first, Frame(7002, 10));
        _frames.Send(second, Frame(7003, 10));
        Assert.That(wire.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.Not.Null);
        Assert.That(wire.Receive(bytes => Wire.IsUdpTo(bytes, 7003)), Is.Not.Null);
    }

    [Test]
    public void ChainsWhatIsLargerThanAFrame([Values(XdpMode.Copy, XdpMode.Generic)] XdpMode mode, [Values(2000, 8000)] int size)
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { Mode = mode }, mtu: 9000);
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");

        if (!port.Capabilities.HasFlag(PortCapabilities.Chains))
        {
            Assert.Ignore("AF_XDP takes several buffers a packet from Linux 6.6 on");
        }

        far.Send(Frame(7001, size));
        Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.EqualTo(Frame(7001, size)));

        _frames.Send(queue, Frame(7002, size));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.EqualTo(Frame(7002, size)));
    }

    [Test]
    public void PollsBusilyWhenAsked()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { BusyPoll = true });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");

        far.Send(Frame(7001, 200));

        Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.Not.Null);
        Assert.That(port.Description, Does.Contain("busy polling"));
    }

    [Test]
    public void SharesItsFramesWithPortsOnOtherDevices()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        _lab.Connect(_node, "fabric1", _peer, "wire1");
        using AfXdpPort other = new(new XdpOptions("fabric1") { NetworkNamespace = _node.Name }, _frames.Region);
        using IPortQueue from = port.OpenQueue(0, _frames.Frames), to = other.OpenQueue(0, _frames.Frames);
        using FarEnd sender = new(_lab, _peer, "wire0"), receiver = new(_lab, _peer, "wire1");
        Packet[] batch = new Packet[32];

        sender.Send(Frame(7001, 500));
        bool passed = NetworkLab.Eventually(() =>
        {
            int count = from.Receive(batch);
            Assert.That(to.Send(batch.AsSpan(0, count)), Is.EqualTo(count));
            to.Flush();
            return count > 0;
        });

        Assert.That(passed, Is.True);
        Assert.That(receiver.Receive(bytes => Wire.IsUdpTo(bytes, 7001)), Is.EqualTo(Frame(7001, 500)), "the same frame, not copied");
    }

    [Test]
    public void GivesAllFramesBackAndMayBeOpenedAgain()
    {
        int before = _frames.Pool.Available;

        for (int round = 0; round < 3; round++)
        {
            using AfXdpPort port = round == 0 ? Open(new XdpOptions("fabric0")) : new AfXdpPort(new XdpOptions("fabric0") { NetworkNamespace = _node.Name }, _frames.Region);
            using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
            using FarEnd far = new(_lab, _peer, "wire0");
            far.Send(Frame(7001, 200));
            Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.Not.Null, $"round {round}");
            queue.Send([_frames.Make(Frame(7002, 100))]);
        }

        _frames.Frames.Drain();
        Assert.That(_frames.Pool.Available, Is.EqualTo(before));
    }

    [Test]
    public void LeavesPacketsToTheKernelUntilAQueueIsOpened()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using Socket host = UdpAt(_node, s_here, "fabric0", s_there);
        using Socket far = UdpAt(_peer, s_there, "wire0", s_here);

        far.SendTo([42], new IPEndPoint(s_here, 9000));

        Assert.That(host.Receive(new byte[10]), Is.EqualTo(1));
    }

    [Test]
    public void LeavesAllButTunnelsToTheKernelWhenAsked()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { TunnelsOnly = true });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket host = UdpAt(_node, s_here, "fabric0", s_there);
        using Socket far = UdpAt(_peer, s_there, "wire0", s_here);
        port.TakeTunnels([IpAddress.Parse("10.6.0.2")], mplsOverUdpPort: 7000);

        far.SendTo(Wire.Pattern(50), new IPEndPoint(s_here, 9000));
        Assert.That(host.Receive(new byte[100]), Is.EqualTo(50), "the node's own traffic");

        foreach (int tunnel in new[] { 4789, 6635, 51234, 7000 })
        {
            far.SendTo(Wire.Pattern(60), new IPEndPoint(s_here, tunnel));
            Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, (ushort)tunnel)), Is.Not.Null, $"port {tunnel}");
        }

        port.TakeTunnels([]);
        far.SendTo(Wire.Pattern(60), new IPEndPoint(s_here, 4789));
        Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 4789), seconds: 0.2), Is.Null, "the endpoint is no longer ours");
    }

    [Test]
    public void TakesWhatFloatingIpsOwnFromTheKernel()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { TunnelsOnly = true });
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket host = UdpAt(_node, s_here, "fabric0", s_there);
        using Socket far = UdpAt(_peer, s_there, "wire0", s_here);
        IpAddress address = IpAddress.Parse("10.6.0.2");

        port.Take(address, (byte)ProtocolType.Udp, 9000);
        far.SendTo(Wire.Pattern(50), new IPEndPoint(s_here, 9000));
        Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 9000)), Is.Not.Null);

        port.Leave(address, (byte)ProtocolType.Udp, 9000);
        far.SendTo(Wire.Pattern(50), new IPEndPoint(s_here, 9000));
        Assert.That(host.Receive(new byte[100]), Is.EqualTo(50));
    }

    [Test]
    public void TellsItsDeviceAsItIs()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"), mtu: 1450);
        Link link = _lab.Configure(_node).Links.Get("fabric0");

        Assert.That((port.MacAddress, port.Mtu, port.IsUp), Is.EqualTo((MacAddress.FromBytes(link.Mac.GetAddressBytes()), 1450, true)));
        Assert.That(link.XdpProgram, Is.Not.Zero);

        _lab.Configure(_peer).Links.SetDown("wire0");
        Assert.That(NetworkLab.Eventually(() => !port.IsUp), Is.True, "no carrier");
    }

    [Test]
    public void IsRefusedADeviceWithAForeignProgram([Values(XdpMode.Auto, XdpMode.Copy, XdpMode.Generic)] XdpMode mode)
    {
        using AfXdpPort foreign = Open(new XdpOptions("fabric0"));
        uint id = _lab.Configure(_node).Links.Get("fabric0").XdpProgram;

        Assert.That(() => Again(new XdpOptions("fabric0") { Mode = mode }),
            Throws.TypeOf<SystemCallException>().With.Message.Contains($"Another XDP program (id {id}) is on 'fabric0'"));
    }

    [Test]
    public void IsRefusedAQueueThatIsHeld()
    {
        _lab.Connect(_node, "fabric0", _peer, "wire0");
        int index = _lab.Configure(_node).Links.Get("fabric0").Index;
        using FrameRegion theirs = new(64);
        using XdpSocket foreign = _node.Run(() => XdpSocket.Open(new XdpOptions("fabric0"), index, 0, theirs, IfXdp.XDP_COPY, first: null));

        Assert.That(() => Again(new XdpOptions("fabric0")),
            Throws.TypeOf<SystemCallException>().With.Message.Contains("bind(AF_XDP, fabric0, queue 0)").And.Message.Contains("Another program holds this queue"));
    }

    [Test]
    public void LosesAChainThatNoSocketCanSend()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");

        Assert.That(queue.Send([_frames.Make(new byte[60000]), _frames.Make(Frame(7002, 100))]), Is.EqualTo(2));
        queue.Flush();

        Assert.That(queue.Lost, Is.EqualTo(1));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.Not.Null, "what comes behind it is not held up");
    }

    [Test]
    public void IsRefusedADeviceThatIsMissing() =>
        Assert.That(() => Again(new XdpOptions("nothing0")), Throws.TypeOf<SystemCallException>().With.Message.Contains("nothing0").And.Message.Contains("ENODEV"));

    [Test]
    public void IsRefusedADeviceThatIsDown()
    {
        _lab.Configure(_node).Links.CreateVeth("fabric0", "wire0", _peer);

        Assert.That(() => Again(new XdpOptions("fabric0")), Throws.TypeOf<SystemCallException>().With.Message.Contains("'fabric0' is down"));
    }

    [Test]
    public void IsRefusedMoreQueuesThanTheDeviceHas()
    {
        _lab.Connect(_node, "fabric0", _peer, "wire0");

        Assert.That(() => Again(new XdpOptions("fabric0") { Queues = 9 }), Throws.TypeOf<SystemCallException>().With.Message.Contains("has 1 of the 9 queues"));
    }

    [Test]
    public void SaysWhenADriverHasNoXdp()
    {
        _lab.Configure(_node).Links.CreateVxlan("vx0", new Vxlan(1, s_here));
        _lab.Configure(_node).Links.SetUp("vx0");

        Assert.That(() => Again(new XdpOptions("vx0") { Mode = XdpMode.Copy }), Throws.TypeOf<SystemCallException>().With.Message.Contains("ask for generic mode"));

        using AfXdpPort port = Again(new XdpOptions("vx0"));
        Assert.That(port.Mode, Is.EqualTo(XdpMode.Generic), "auto finds what works");
    }

    [Test]
    public void AllocatesNothingPerPacket()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using FarEnd far = new(_lab, _peer, "wire0");
        Packet[] batch = new Packet[64];
        int packets = Round();

        long before = GC.GetAllocatedBytesForCurrentThread();
        packets += Round();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(packets, Is.GreaterThanOrEqualTo(100));
        Assert.That(allocated - RoundsOwn(), Is.LessThanOrEqualTo(0));

        int Round()
        {
            for (int i = 0; i < 50; i++)
            {
                far.Send(s_frame);
            }

            Thread.Sleep(20);
            int count = queue.Receive(batch);
            queue.Send(batch.AsSpan(0, count));
            queue.Flush();
            return count;
        }

        long RoundsOwn()
        {
            long start = GC.GetAllocatedBytesForCurrentThread();

            for (int i = 0; i < 50; i++)
            {
                far.Send(s_frame);
            }

            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }

    private static readonly byte[] s_frame = Frame(7001, 200);

    private AfXdpPort Open(XdpOptions options, int queues = 1, int mtu = 1500)
    {
        _lab.Connect(_node, "fabric0", _peer, "wire0", queues, mtu);
        return Again(options);
    }

    private AfXdpPort Again(XdpOptions options) => new(options with { NetworkNamespace = _node.Name }, _frames.Region);

    private Socket UdpAt(NetworkNamespace machine, IPAddress own, string device, IPAddress other)
    {
        Netlink netlink = _lab.Configure(machine);
        netlink.Addresses.Add(device, own, 24);
        netlink.Neighbours.Set(device, other, _lab.Configure(machine == _node ? _peer : _node).Links.Get(machine == _node ? "wire0" : "fabric0").Mac);

        return machine.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 3000 };
            socket.Bind(new IPEndPoint(own, 9000));
            return socket;
        });
    }

    private static byte[] Frame(ushort port, int payload) =>
        Wire.Ethernet([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], s_anyMac, Wire.Ipv4, Wire.Ipv4Packet(s_there, s_here, 17, Wire.Udp(1, port, Wire.Pattern(payload))));
}
