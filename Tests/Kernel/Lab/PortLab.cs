using System.Diagnostics;
using NUnit.Framework;
using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.Tests.Kernel;

/// <summary>Frames and a cache of them, and packets in and out of a queue as plain bytes.</summary>
internal sealed class PortLab : IDisposable
{
    public PortLab(int frames = 16384)
    {
        Region = new FrameRegion(frames);
        Pool = new FramePool(Region);
        Frames = new FrameCache(Pool);
    }

    public FrameRegion Region { get; }

    public FramePool Pool { get; }

    public FrameCache Frames { get; }

    /// <summary>A packet of these bytes, in a chain when they do not fit one frame.</summary>
    public Packet Make(ReadOnlySpan<byte> bytes)
    {
        const int Room = FrameRegion.FrameSize - FrameRegion.HeadRoom;
        int head = Math.Min(bytes.Length, Room);
        Packet packet = new() { Frame = Take(), Start = FrameRegion.HeadRoom, HeadLength = (ushort)head, Length = (uint)bytes.Length };
        bytes[..head].CopyTo(Region.Bytes(packet.Frame, packet.Start, head));
        uint last = packet.Frame;

        for (ReadOnlySpan<byte> rest = bytes[head..]; rest.Length > 0; rest = rest[Math.Min(rest.Length, FrameRegion.FrameSize)..])
        {
            int length = Math.Min(rest.Length, FrameRegion.FrameSize);
            uint frame = Take();
            rest[..length].CopyTo(Region.Bytes(frame, 0, length));
            Region.Link(last).Next = frame;
            Region.Link(frame) = new FrameLink { Length = (ushort)length };
            last = frame;
        }

        return packet;
    }

    /// <summary>All bytes of a packet, along its chain.</summary>
    public byte[] BytesOf(in Packet packet)
    {
        List<byte> bytes = [.. Region.Bytes(packet.Frame, packet.Start, packet.HeadLength)];

        if (packet.HeadLength < packet.Length)
        {
            for (uint frame = Region.Link(packet.Frame).Next; frame != 0; frame = Region.Link(frame).Next)
            {
                bytes.AddRange(Region.Bytes(frame, Region.Link(frame).Start, Region.Link(frame).Length));
            }
        }

        Assert.That(bytes, Has.Count.EqualTo(packet.Length), "bytes along the chain");
        return [.. bytes];
    }

    /// <summary>Sends one packet and flushes.</summary>
    public void Send(IPortQueue queue, ReadOnlySpan<byte> bytes)
    {
        Assert.That(queue.Send([Make(bytes)]), Is.EqualTo(1), "packets taken by the queue");
        queue.Flush();
    }

    /// <summary>Receives until a packet is wanted, giving the others back; null when none came.</summary>
    public byte[]? Receive(IPortQueue queue, Func<byte[], bool> isWanted, double seconds = 3)
    {
        Packet[] batch = new Packet[32];
        byte[]? found = null;

        for (long start = Stopwatch.GetTimestamp(); found is null && Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; Thread.Yield())
        {
            foreach (ref Packet packet in batch.AsSpan(0, queue.Receive(batch)))
            {
                byte[] bytes = BytesOf(in packet);
                found ??= isWanted(bytes) ? bytes : null;
                Frames.ReturnChain(packet.Frame);
            }

            queue.Flush();
        }

        return found;
    }

    public void Dispose() => Region.Dispose();

    private uint Take()
    {
        Assert.That(Frames.TryTake(out uint frame), Is.True, "a free frame");
        return frame;
    }
}
