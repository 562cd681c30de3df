using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class AfXdpPortTests : AfXdpFixture
{
    private static readonly byte[] s_frame = Frame(7001, 200);

    [TestCase(XdpMode.Auto, XdpMode.Copy)]
    [TestCase(XdpMode.Copy, XdpMode.Copy)]
    [TestCase(XdpMode.Generic, XdpMode.Generic)]
    public void ReceivesAndSendsAndTellsItsMode(XdpMode asked, XdpMode got)
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { Mode = asked });
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");

        Assert.That(port.Mode, Is.EqualTo(got));
        Assert.That(port.Description, Is.EqualTo($"af_xdp fabric0 ({got.ToString().ToLowerInvariant()}, 1 queue)"));

        far.Send(Frame(7001, 200));
        Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.EqualTo(Frame(7001, 200)));

        Frames.Send(queue, Frame(7002, 300));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.EqualTo(Frame(7002, 300)));
    }

    [Test]
    public void LeavesRoomForOuterHeaders()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");
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
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");

        for (int i = 0; i < Count; i++)
        {
            far.Send(Frame((ushort)(10000 + i), 60 + i % 1400));
            byte[]? frame = Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, (ushort)(10000 + i)));
            Assert.That(frame, Is.EqualTo(Frame((ushort)(10000 + i), 60 + i % 1400)), $"packet {i}");
            Frames.Send(queue, frame);
            Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, (ushort)(10000 + i))), Is.EqualTo(frame), $"packet {i} came back");
        }
    }

    [Test]
    public void SendsBatchesLargerThanItsRing()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { RingSize = 64 });
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");
        Packet[] batch = [.. Enumerable.Range(0, 200).Select(i => Frames.Make(Frame((ushort)(20000 + i), 100)))];

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
        using IPortQueue first = port.OpenQueue(0, Frames.Frames), second = port.OpenQueue(1, Frames.Frames);
        using Socket far = UdpAt(Peer, There, "wire0", Here);
        Packet[] batch = new Packet[256];
        int[] received = new int[2];

        for (int flow = 0; flow < 64; flow++)
        {
            far.SendTo([1], new IPEndPoint(Here, 8000 + flow));
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

        using FarEnd wire = new(Lab, Peer, "wire0");
        Frames.Send(first, Frame(7002, 10));
        Frames.Send(second, Frame(7003, 10));
        Assert.That(wire.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.Not.Null);
        Assert.That(wire.Receive(bytes => Wire.IsUdpTo(bytes, 7003)), Is.Not.Null);
    }

    [Test]
    public void ChainsWhatIsLargerThanAFrame([Values(XdpMode.Copy, XdpMode.Generic)] XdpMode mode, [Values(2000, 8000)] int size)
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { Mode = mode }, mtu: 9000);
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");

        if (!port.Capabilities.HasFlag(PortCapabilities.Chains))
        {
            Assert.Ignore("AF_XDP takes several buffers a packet from Linux 6.6 on");
        }

        far.Send(Frame(7001, size));
        Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.EqualTo(Frame(7001, size)));

        Frames.Send(queue, Frame(7002, size));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.EqualTo(Frame(7002, size)));
    }

    [Test]
    public void PollsBusilyWhenAsked()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0") { BusyPoll = true });
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");

        far.Send(Frame(7001, 200));

        Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.Not.Null);
        Assert.That(port.Description, Does.Contain("busy polling"));
    }

    [Test]
    public void SharesItsFramesWithPortsOnOtherDevices()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        Lab.Connect(Node, "fabric1", Peer, "wire1");
        using AfXdpPort other = new(new XdpOptions("fabric1") { NetworkNamespace = Node.Name }, Frames.Region);
        using IPortQueue from = port.OpenQueue(0, Frames.Frames), to = other.OpenQueue(0, Frames.Frames);
        using FarEnd sender = new(Lab, Peer, "wire0"), receiver = new(Lab, Peer, "wire1");
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
        int before = Frames.Pool.Available;

        for (int round = 0; round < 3; round++)
        {
            using AfXdpPort port = round == 0 ? Open(new XdpOptions("fabric0")) : new AfXdpPort(new XdpOptions("fabric0") { NetworkNamespace = Node.Name }, Frames.Region);
            using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
            using FarEnd far = new(Lab, Peer, "wire0");
            far.Send(Frame(7001, 200));
            Assert.That(Frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 7001)), Is.Not.Null, $"round {round}");
            queue.Send([Frames.Make(Frame(7002, 100))]);
        }

        Frames.Frames.Drain();
        Assert.That(Frames.Pool.Available, Is.EqualTo(before));
    }

    [Test]
    public void TellsItsDeviceAsItIs()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"), mtu: 1450);
        Link link = Lab.Configure(Node).Links.Get("fabric0");

        Assert.That((port.MacAddress, port.Mtu, port.IsUp), Is.EqualTo((MacAddress.FromBytes(link.Mac.GetAddressBytes()), 1450, true)));
        Assert.That(link.XdpProgram, Is.Not.Zero);

        Lab.Configure(Peer).Links.SetDown("wire0");
        Assert.That(NetworkLab.Eventually(() => !port.IsUp), Is.True, "no carrier");
    }

    [Test]
    public void LosesAChainThatNoSocketCanSend()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");

        Assert.That(queue.Send([Frames.Make(new byte[60000]), Frames.Make(Frame(7002, 100))]), Is.EqualTo(2));
        queue.Flush();

        Assert.That(queue.Lost, Is.EqualTo(1));
        Assert.That(far.Receive(bytes => Wire.IsUdpTo(bytes, 7002)), Is.Not.Null, "what comes behind it is not held up");
    }

    [Test]
    public void AllocatesNothingPerPacket()
    {
        using AfXdpPort port = Open(new XdpOptions("fabric0"));
        using IPortQueue queue = port.OpenQueue(0, Frames.Frames);
        using FarEnd far = new(Lab, Peer, "wire0");
        Packet[] batch = new Packet[64];
        int packets = 0;
        Round();

        Assert.That(Allocations.Fewest(Round), Is.Zero);
        Assert.That(packets, Is.GreaterThanOrEqualTo(100));

        long Round()
        {
            for (int i = 0; i < 50; i++)
            {
                far.Send(s_frame);
            }

            Thread.Sleep(20);
            return Allocations.Once(() =>
            {
                int count = queue.Receive(batch);
                queue.Send(batch.AsSpan(0, count));
                queue.Flush();
                packets += count;
            });
        }
    }
}
