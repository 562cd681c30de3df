using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Packets from bytes and back, chains included. For the edges of the walk, not for the walk itself.</summary>
public static class PacketBytes
{
    /// <summary>Copies bytes into as many frames as they need; false when there are too few.</summary>
    public static bool TryLoad(FramePool pool, ReadOnlySpan<byte> bytes, out Packet packet)
    {
        Span<uint> frames = new uint[FramesFor(bytes.Length)];
        int taken = pool.Take(frames);
        packet = default;

        if (taken < frames.Length)
        {
            pool.Return(frames[..taken]);
            return false;
        }

        packet = Fill(pool.Region, frames, bytes);
        return true;
    }

    /// <summary>All bytes of a packet.</summary>
    public static byte[] ToArray(FrameRegion region, in Packet packet)
    {
        byte[] bytes = new byte[packet.Length];
        CopyTo(region, packet, bytes);
        return bytes;
    }

    /// <summary>Copies as many of the packet's bytes as fit; says how many.</summary>
    public static int CopyTo(FrameRegion region, in Packet packet, Span<byte> bytes)
    {
        int copied = Math.Min(Math.Min(packet.HeadLength, (int)packet.Length), bytes.Length);
        region.Bytes(packet.Frame, packet.Start, copied).CopyTo(bytes);

        for (uint frame = region.Link(packet.Frame).Next; frame != 0 && copied < bytes.Length; frame = region.Link(frame).Next)
        {
            FrameLink link = region.Link(frame);
            int part = Math.Min(link.Length, bytes.Length - copied);
            region.Bytes(frame, link.Start, part).CopyTo(bytes[copied..]);
            copied += part;
        }

        return copied;
    }

    /// <summary>Gives all frames of a packet back to the pool.</summary>
    public static void Free(FramePool pool, in Packet packet)
    {
        uint frame = packet.Frame;

        while (frame != 0)
        {
            uint next = pool.Region.Link(frame).Next;
            pool.Region.Link(frame) = default;
            pool.Return(new ReadOnlySpan<uint>(in frame));
            frame = next;
        }
    }

    private static int FramesFor(int length)
    {
        int behindHead = Math.Max(0, length - (FrameRegion.FrameSize - FrameRegion.HeadRoom));
        return 1 + (behindHead + FrameRegion.FrameSize - 1) / FrameRegion.FrameSize;
    }

    private static Packet Fill(FrameRegion region, ReadOnlySpan<uint> frames, ReadOnlySpan<byte> bytes)
    {
        int head = Math.Min(bytes.Length, FrameRegion.FrameSize - FrameRegion.HeadRoom);
        bytes[..head].CopyTo(region.Bytes(frames[0], FrameRegion.HeadRoom, head));

        ReadOnlySpan<byte> rest = bytes[head..];

        for (int i = 1; i < frames.Length; i++)
        {
            int part = Math.Min(rest.Length, FrameRegion.FrameSize);
            rest[..part].CopyTo(region.Bytes(frames[i], 0, part));
            rest = rest[part..];
            region.Link(frames[i - 1]).Next = frames[i];
            region.Link(frames[i]) = new FrameLink { Length = (ushort)part };
        }

        return new Packet
        {
            Frame = frames[0],
            Start = FrameRegion.HeadRoom,
            HeadLength = (ushort)head,
            Length = (uint)bytes.Length,
        };
    }
}
