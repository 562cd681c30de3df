using System.Buffers.Binary;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Batches of one frame over and over through a node, to see what is allocated on the way.</summary>
internal sealed class Flood(Node node, byte[] frame, uint vif = Lab.Tenant)
{
    public const int Batch = 64;
    public const int Rounds = 4000;

    private static readonly uint[] s_vifs = [Lab.Fabric, Lab.Tenant, Lab.Neighbour, Lab.Other, Lab.Host];

    private readonly uint[] _frames = new uint[Batch];
    private readonly Packet[] _packets = new Packet[Batch];

    private int _round;

    /// <summary>Where the ports of the innermost packet lie.</summary>
    public int Ports { get; init; } = 34;

    /// <summary>The most different ports, counted from those of the frame; 0 = all there are.</summary>
    public int MostPorts { get; init; }

    /// <summary>Bytes that are allocated for so many batches.</summary>
    public long Allocated(bool isNew) => Allocations.Of(() =>
    {
        for (int round = 0; round < Rounds; round++)
        {
            Walk(isNew);
        }
    });

    /// <summary>A batch, each frame with ports of its own where every packet is to be of a new flow.</summary>
    public void Walk(bool isNew)
    {
        DataPlane plane = node.Plane;
        bool hasFrames = plane.Frames.Take(_frames) == Batch;

        for (int i = 0; i < Batch; i++)
        {
            Span<byte> bytes = plane.Frames.Region.Bytes(_frames[i], FrameRegion.HeadRoom, frame.Length);
            frame.CopyTo(bytes);

            if (isNew && MostPorts == 0)
            {
                // Two ports in 32 bits.
                BinaryPrimitives.WriteInt32BigEndian(bytes[Ports..], _round * Batch + i);
            }
            else if (isNew)
            {
                BinaryPrimitives.WriteUInt16BigEndian(bytes[Ports..], (ushort)(1024 + (_round * Batch + i) % MostPorts));
            }

            _packets[i] = new Packet { Frame = _frames[i], Start = FrameRegion.HeadRoom, HeadLength = (ushort)frame.Length, Length = (uint)frame.Length };
        }

        _round++;
        bool isDelivered = node.Port(vif).Deliver(_packets) == Batch;
        node.Clock.Advance(TimeSpan.FromMilliseconds(10));
        node.Settle();

        foreach (uint each in s_vifs)
        {
            Collect(each);
        }

        // Without an assertion, which allocates.
        if (!hasFrames || !isDelivered)
        {
            Assert.Fail("no room");
        }
    }

    private void Collect(uint from)
    {
        int count = node.Port(from).Collect(_packets);

        foreach (ref Packet packet in _packets.AsSpan(0, count))
        {
            PacketBytes.Free(node.Plane.Frames, packet);
        }
    }
}
