using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>What an AF_XDP queue makes of descriptors that no sane kernel writes; the test writes them into the ring's shared memory.</summary>
public sealed class HostileDescriptorTests : AfXdpFixture
{
    private const ulong Lent = FrameRegion.FrameSize;       // the first frame a pool hands out is frame 1

    private static readonly ulong s_end = (ulong)(16384L * FrameRegion.FrameSize);

    private static IEnumerable<XdpDescriptor[]> Lies =>
    [
        [new(s_end, 60, 0)],                                                            // just behind the frames
        [new(ulong.MaxValue - 10, 60, 0)],                                              // wraps
        [new(1UL << 43, 60, 0)],                                                        // a frame number of more than 32 bits
        [new(Lent + 256, 1793, 0)],                                                     // into the next frame
        [new(Lent + 256, uint.MaxValue, 0)],
        [new(0, 60, 0)],                                                                // frame 0, which is nobody's
        [new(s_end - 2048, 60, 0)],                                                     // a frame that was not lent
        [new(s_end, 60, XdpDescriptor.Continued), new(Lent + 256, 60, 0)],              // the head of a chain
        [new(Lent + 256, 60, XdpDescriptor.Continued), new(s_end, 60, 0)],              // its tail
    ];

    [TestCaseSource(nameof(Lies))]
    public void AreCountedAsLostAndNotBelieved(XdpDescriptor[] lie)
    {
        using XdpDevice device = Open();
        using AfXdpPortQueue queue = new(device, 0, Frames.Frames, busyPoll: false);

        Write(device, lie);

        Assert.That(queue.Receive(new Packet[4]), Is.Zero);
        Assert.That(queue.Lost, Is.EqualTo(1));
    }

    [Test]
    public void CannotHandOneFrameOutTwice()
    {
        using XdpDevice device = Open();
        using AfXdpPortQueue queue = new(device, 0, Frames.Frames, busyPoll: false);
        Packet[] batch = new Packet[4];

        Write(device, new(Lent + 256, 60, 0), new(Lent + 256, 60, 0));

        Assert.That(queue.Receive(batch), Is.EqualTo(1));
        Assert.That((batch[0].Frame, queue.Lost), Is.EqualTo((1u, 1)));
    }

    private XdpDevice Open()
    {
        Lab.Connect(Node, "fabric0", Peer, "wire0");
        Lab.Configure(Peer).Links.SetDown("wire0");     // nobody else writes
        return XdpDevice.Open(new XdpOptions("fabric0") { NetworkNamespace = Node.Name }, Frames.Region);
    }

    private static void Write(XdpDevice device, params XdpDescriptor[] descriptors)
    {
        ProducerRing<XdpDescriptor> kernel = new(device.Sockets[0].ReceiveLayout);
        kernel.Reserve(descriptors.Length);

        for (int i = 0; i < descriptors.Length; i++)
        {
            kernel[i] = descriptors[i];
        }

        kernel.Submit(descriptors.Length);
    }
}
