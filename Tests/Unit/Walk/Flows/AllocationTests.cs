using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Native;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Nothing is allocated for a packet, whatever becomes of its flow.</summary>
[TestFixture]
public sealed class AllocationTests
{
    private const int Batch = 64;
    private const int Rounds = 4000;

    // Less than a byte a batch: the runtime takes some for itself now and then.
    private const long OfTheRuntime = Rounds;

    private readonly uint[] _frames = new uint[Batch];
    private readonly Packet[] _packets = new Packet[Batch];

    [Test]
    public void IsNoneForFlowsThatAreSetUpAndTimeOut()
    {
        using Node node = Lab.Start().Apply(new Transaction { Settings = new Settings { FlowTimeouts = new() { Udp = TimeSpan.FromSeconds(1) } } });
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.2.0.2"));

        Assert.That(Allocated(node, frame, isNew: true), Is.LessThan(OfTheRuntime));
        Assert.That(node.Plane.ReadCounters().FlowsCreated, Is.GreaterThan(2 * Batch * Rounds - 1));
        Assert.That(node.Plane.ReadCounters().Flows, Is.LessThan(4 * Batch * 110));
    }

    [Test]
    public void IsNoneForFlowsThatStand([Values] bool isIpv6, [Values] bool isTcp)
    {
        using Node node = Lab.Start();
        Dialogue dialogue = Dialogue.Remote(node, isIpv6);
        dialogue = isTcp ? dialogue.Connect() : dialogue;
        byte[] frame = Lab.FromTenant(isTcp ? dialogue.Tcp(TcpFlags.Ack, 101, 501) : dialogue.Udp());

        Assert.That(Allocated(node, frame, isNew: false), Is.LessThan(OfTheRuntime));
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(2));
        Assert.That(node.Dropped(), Is.Zero);
    }

    [Test]
    public void IsNoneForFlowsThatAreDenied([Values] bool isNew, [Values] bool byRule)
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, byRule ? [Ingress("no", RuleAction.Deny)] : []);

        Assert.That(Allocated(node, Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3")), isNew), Is.LessThan(OfTheRuntime));
        Assert.That(node.Dropped(), Is.GreaterThan(Batch * Rounds - 1));
    }

    [Test]
    public void IsNoneForFlowsInAFullTable()
    {
        using Node node = Lab.Start().Apply(new Transaction { Settings = new Settings { MaxFlows = 1000 } });

        Assert.That(Allocated(node, Lab.FromTenant(Dialogue.Remote(node).Tcp(TcpFlags.Syn, 1)), isNew: true), Is.LessThan(OfTheRuntime));
        Assert.That(node.Plane.ReadCounters().Flows, Is.EqualTo(1000));
    }

    [Test]
    public void IsNoneForFlowsThatAreDecidedAnew()
    {
        using Node node = Lab.Start().Guard(Lab.Neighbour, Ingress("a"));
        byte[] frame = Lab.FromTenant(Craft.Udp("10.1.0.2", "10.1.0.3"));
        Walk(node, frame, isNew: false, 0);
        long allocated = 0;

        for (int i = 0; i < 200; i++)
        {
            node.Rule(Lab.Neighbour, Ingress(i % 2 == 0 ? "b" : "a"));
            long before = GC.GetAllocatedBytesForCurrentThread();
            Walk(node, frame, isNew: false, i);
            allocated += i < 100 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.That(allocated, Is.LessThan(OfTheRuntime));
        Assert.That(node.Redecided(), Is.EqualTo(200));
    }

    private long Allocated(Node node, byte[] frame, bool isNew)
    {
        // First what is allocated once: compiled code, tables.
        for (int round = 0; round < Rounds / 4; round++)
        {
            Walk(node, frame, isNew, round);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int round = 0; round < Rounds; round++)
        {
            Walk(node, frame, isNew, Rounds + round);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A batch of one frame over and over, each with ports of its own where every packet is to be of a new flow.</summary>
    private void Walk(Node node, byte[] frame, bool isNew, int round)
    {
        const int ports = 34;
        DataPlane plane = node.Plane;
        bool hasFrames = plane.Frames.Take(_frames) == Batch;

        for (int i = 0; i < Batch; i++)
        {
            Span<byte> bytes = plane.Frames.Region.Bytes(_frames[i], FrameRegion.HeadRoom, frame.Length);
            frame.CopyTo(bytes);

            if (isNew)
            {
                // Two ports in 32 bits.
                BinaryPrimitives.WriteInt32BigEndian(bytes[ports..], round * Batch + i);
            }

            _packets[i] = new Packet { Frame = _frames[i], Start = FrameRegion.HeadRoom, HeadLength = (ushort)frame.Length, Length = (uint)frame.Length };
        }

        bool isDelivered = node.Port(Lab.Tenant).Deliver(_packets) == Batch;
        node.Clock.Advance(TimeSpan.FromMilliseconds(10));
        node.Settle();
        Collect(node, Lab.Fabric);
        Collect(node, Lab.Neighbour);

        // Without an assertion, which allocates.
        if (!hasFrames || !isDelivered)
        {
            Assert.Fail("no room");
        }
    }

    private void Collect(Node node, uint vif)
    {
        int count = node.Port(vif).Collect(_packets);

        foreach (ref Packet packet in _packets.AsSpan(0, count))
        {
            PacketBytes.Free(node.Plane.Frames, packet);
        }
    }
}
