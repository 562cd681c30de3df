using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>One queue of a <see cref="TapPort"/>: a system call a packet, nothing left to flush.</summary>
internal sealed class TapPortQueue(TapQueue queue, FrameCache frames) : IPortQueue
{
    /// <inheritdoc/>
    public long Lost { get; private set; }

    /// <inheritdoc/>
    public int Descriptor => queue.Descriptor;

    /// <inheritdoc/>
    public int Receive(Span<Packet> batch)
    {
        int count = 0;

        for (; count < batch.Length; count++)
        {
            int length = queue.Receive(out uint head, out VirtioNetHeader header);

            if (length == 0)
            {
                break;
            }

            ref Packet packet = ref batch[count];
            packet = default;
            packet.Frame = head;
            packet.Start = FrameRegion.HeadRoom;
            packet.HeadLength = (ushort)Math.Min(length, TapQueue.HeadSize);
            packet.Length = (uint)length;
            VirtioMetadata.Read(in header, ref packet);
        }

        return count;
    }

    /// <inheritdoc/>
    public int Send(ReadOnlySpan<Packet> packets)
    {
        for (int i = 0; i < packets.Length; i++)
        {
            ref readonly Packet packet = ref packets[i];

            switch (queue.Send(packet.Frame, packet.Start, packet.HeadLength, (int)packet.Length, VirtioMetadata.Write(in packet)))
            {
                case TapSend.Full:
                    return i;
                case TapSend.Refused:
                    Lost++;
                    frames.ReturnChain(packet.Frame);
                    break;
            }
        }

        return packets.Length;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        // Everything was handed over by Send.
    }

    /// <inheritdoc/>
    public void Dispose() => queue.Dispose();
}
