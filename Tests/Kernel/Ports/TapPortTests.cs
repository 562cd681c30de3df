using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

public sealed class TapPortTests
{
    private static readonly byte[] s_ourMac = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] s_guestMac = [2, 0, 0, 0, 0, 2];
    private static readonly IPAddress s_guest = IPAddress.Parse("10.5.0.2"), s_peer = IPAddress.Parse("10.5.0.9");

    private NetworkLab _lab = null!;
    private NetworkNamespace _pod = null!;
    private PortLab _frames = null!;

    [SetUp]
    public void MakeAPod()
    {
        _lab = new NetworkLab();
        _pod = _lab.CreateNamespace("pod");
        _frames = new PortLab();
    }

    [TearDown]
    public void RemoveIt()
    {
        _pod?.Dispose();
        _lab?.Dispose();
        _frames?.Dispose();
    }

    [Test]
    public void DeliversWhatTheGuestSends([Values] bool offloadsDisabled)
    {
        using TapPort port = OpenForGuest(offloadsDisabled: offloadsDisabled);
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();

        guest.SendTo(Wire.Pattern(100), new IPEndPoint(s_peer, 4000));
        byte[]? frame = _frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 4000));

        Assert.That(frame, Is.Not.Null);
        Assert.That(frame![..12], Is.EqualTo((byte[])[.. s_ourMac, .. s_guestMac]));
        Assert.That(frame[42..], Is.EqualTo(Wire.Pattern(100)));
    }

    [Test]
    public void HandsTheGuestWhatIsSentToIt([Values] bool offloadsDisabled)
    {
        using TapPort port = OpenForGuest(offloadsDisabled: offloadsDisabled);
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();

        _frames.Send(queue, ToGuest(Wire.Pattern(100)));

        Assert.That(Received(guest), Is.EqualTo(Wire.Pattern(100)));
    }

    [Test]
    public void AnswersThePingOfTheKernel()
    {
        using TapPort port = OpenForGuest();
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        byte[] echo = [8, 0, 0, 0, 0x12, 0x34, 0, 1, .. Wire.Pattern(24)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(echo.AsSpan(2), Wire.Checksum(echo));

        _frames.Send(queue, Wire.Ethernet(s_guestMac, s_ourMac, Wire.Ipv4, Wire.Ipv4Packet(s_peer, s_guest, 1, echo)));
        byte[]? reply = _frames.Receive(queue, bytes => Wire.Is(bytes, Wire.Ipv4) && bytes[23] == 1);

        Assert.That(reply, Is.Not.Null);
        Assert.That(reply![34], Is.Zero, "echo reply");
        Assert.That(reply[38..], Is.EqualTo(echo[4..]), "identifier, sequence, data");
    }

    [Test]
    public void ChainsWhatIsLargerThanAFrame([Values(1800, 5000, 65000)] int size)
    {
        using TapPort port = OpenForGuest(mtu: 65521);
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();

        guest.SendTo(Wire.Pattern(size), new IPEndPoint(s_peer, 4000));
        byte[]? frame = _frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 4000));
        _frames.Send(queue, ToGuest(Wire.Pattern(size)));

        Assert.That(frame?[42..], Is.EqualTo(Wire.Pattern(size)));
        Assert.That(Received(guest), Is.EqualTo(Wire.Pattern(size)));
    }

    [Test]
    public void HasTheKernelCompleteChecksums()
    {
        using TapPort port = OpenForGuest();
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();
        byte[] bytes = ToGuest(Wire.Pattern(64));
        bytes[41] = 1;      // any checksum that is not right, and not "none"
        Packet packet = _frames.Make(bytes);
        packet.Flags = PacketFlags.ChecksumPartial;
        packet.ChecksumStart = 34;
        packet.ChecksumOffset = 6;

        Assert.That(port.Capabilities.HasFlag(PortCapabilities.ChecksumPartial), Is.True);
        Assert.That(queue.Send([packet]), Is.EqualTo(1));

        Assert.That(Received(guest), Is.EqualTo(Wire.Pattern(64)));
    }

    [Test]
    public void LosesAPacketWhoseMetadataContradictsIt()
    {
        using TapPort port = OpenForGuest();
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();
        Packet broken = _frames.Make(ToGuest(Wire.Pattern(64)));
        broken.Flags = PacketFlags.ChecksumPartial;
        broken.ChecksumStart = 60000;

        Assert.That(queue.Send([broken, _frames.Make(ToGuest(Wire.Pattern(65)))]), Is.EqualTo(2));

        Assert.That(Received(guest), Is.EqualTo(Wire.Pattern(65)), "what comes behind it is not held up");
        Assert.That(queue.Lost, Is.EqualTo(1));
    }

    [Test]
    public void SharesTheLoadAmongItsQueues()
    {
        using TapPort port = OpenForGuest(queues: 2);
        using IPortQueue first = port.OpenQueue(0, _frames.Frames), second = port.OpenQueue(1, _frames.Frames);
        using Socket guest = GuestSocket();
        Packet[] batch = new Packet[256];

        for (ushort flow = 0; flow < 64; flow++)
        {
            guest.SendTo([1], new IPEndPoint(s_peer, 5000 + flow));
        }

        Assert.That((first.Receive(batch), second.Receive(batch)), Is.Not.EqualTo((0, 0)));
        Assert.That(port.QueueCount, Is.EqualTo(2));

        _frames.Send(second, ToGuest(Wire.Pattern(10)));
        Assert.That(Received(guest), Is.EqualTo(Wire.Pattern(10)), "the second queue sends as well");
    }

    [Test]
    public void TellsItsDeviceAsItIs()
    {
        using TapPort port = OpenForGuest(mtu: 1400);

        Assert.That((port.MacAddress, port.Mtu), Is.EqualTo((MacAddress.FromBytes(s_guestMac), 1400)));
        Assert.That(port.IsUp, Is.True);
        Assert.That(port.Description, Is.EqualTo("tap eth0 (own, 1 queue)"));

        _lab.Configure(_pod).Links.SetDown("eth0");
        Assert.That(port.IsUp, Is.False);
    }

    [Test]
    public void TakesItsOwnDeviceAwayWithIt()
    {
        Netlink pod = _lab.Configure(_pod);

        OpenForGuest().Dispose();

        Assert.That(NetworkLab.Eventually(() => pod.Links.Find("eth0") is null), Is.True);
    }

    [Test]
    public void LeavesADeviceThatWasThere([Values(1, 2)] int queues)
    {
        using (TapDevice made = TapDevice.Open("tap9", queues, networkNamespace: _pod.Name))
        {
            made.SetPersistent(true);
        }

        using (TapPort port = new(new TapOptions("tap9") { NetworkNamespace = _pod.Name }))
        {
            Assert.That(port.Description, Does.StartWith("tap tap9 (attached"));
            Assert.That(port.IsUp, Is.False, "whoever made it sets it up");
        }

        Assert.That(_lab.Configure(_pod).Links.Find("tap9"), Is.Not.Null);
    }

    [Test]
    public void IsRefusedADeviceThatIsHeld()
    {
        using TapPort port = OpenForGuest();

        Assert.That(() => OpenForGuest(), Throws.TypeOf<SystemCallException>().With.Message.Contains("EBUSY").And.Message.Contains("Another program holds the TAP 'eth0'"));
    }

    [Test]
    public void IsRefusedADeviceOfAnotherKind()
    {
        _lab.Configure(_pod).Links.CreateVeth("eth0", "other");

        Assert.That(() => OpenForGuest(), Throws.TypeOf<SystemCallException>().With.Message.Contains("another kind"));
    }

    [Test]
    public void GivesAllFramesBack()
    {
        int before = _frames.Pool.Available;

        using (TapPort port = OpenForGuest())
        {
            using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
            using Socket guest = GuestSocket();
            guest.SendTo(Wire.Pattern(100), new IPEndPoint(s_peer, 4000));
            Assert.That(_frames.Receive(queue, bytes => Wire.IsUdpTo(bytes, 4000)), Is.Not.Null);
            _frames.Send(queue, ToGuest(Wire.Pattern(1400)));
        }

        _frames.Frames.Drain();
        Assert.That(_frames.Pool.Available, Is.EqualTo(before));
    }

    [Test]
    public void AllocatesNothingPerPacket()
    {
        using TapPort port = OpenForGuest();
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();
        Packet[] batch = new Packet[32];

        (int packets, int sent) = (0, 0);

        Assert.That(Allocations.Fewest(Round), Is.Zero);
        Assert.That((packets, sent), Is.EqualTo((batch.Length, batch.Length)));

        long Round()
        {
            for (int i = 0; i < batch.Length; i++)
            {
                guest.SendTo(Wire.Pattern(100), new IPEndPoint(s_peer, 4000));
            }

            return Allocations.Once(() =>
            {
                packets = queue.Receive(batch);
                sent = queue.Send(batch.AsSpan(0, packets));
            });
        }
    }

    [Test]
    public void WakesAPollerWhenAPacketWaits()
    {
        using TapPort port = OpenForGuest();
        using IPortQueue queue = port.OpenQueue(0, _frames.Frames);
        using Socket guest = GuestSocket();
        using Poller poller = new();
        int slot = poller.Add(queue.Descriptor);

        guest.SendTo([1], new IPEndPoint(s_peer, 4000));

        Assert.That(poller.Wait(TimeSpan.FromSeconds(3)), Is.EqualTo(1));
        Assert.That(poller.IsReadable(slot), Is.True);
    }

    private TapPort OpenForGuest(bool offloadsDisabled = false, int mtu = 1500, int queues = 1)
    {
        TapPort port = new(new TapOptions("eth0")
        {
            NetworkNamespace = _pod.Name,
            OffloadsDisabled = offloadsDisabled,
            Queues = queues,
            Mac = MacAddress.FromBytes(s_guestMac),
            Mtu = mtu,
        });

        Netlink pod = _lab.Configure(_pod);
        pod.Addresses.Add("eth0", s_guest, 24);
        pod.Neighbours.Set("eth0", s_peer, new PhysicalAddress(s_ourMac));
        return port;
    }

    private Socket GuestSocket() => _pod.Run(() =>
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 3000 };
        socket.Bind(new IPEndPoint(s_guest, 4000));
        return socket;
    });

    private static byte[] Received(Socket socket)
    {
        byte[] buffer = new byte[65536];
        return buffer[..socket.Receive(buffer)];
    }

    private static byte[] ToGuest(byte[] payload) =>
        Wire.Ethernet(s_guestMac, s_ourMac, Wire.Ipv4, Wire.Ipv4Packet(s_peer, s_guest, (byte)ProtocolType.Udp, Wire.Udp(4000, 4000, payload)));
}
