using VRouter.Forwarding;
using VRouter.Native;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>One queue of a <see cref="WatchedPort"/>.</summary>
internal sealed class WatchedQueue(IPortQueue queue, FrameRegion frames, IReadOnlyList<IPacketWatch> watches) : IPortQueue
{
    private readonly byte[] _bytes = new byte[ushort.MaxValue + 256];   // an IP packet of the largest size, and headers in front

    public int Descriptor => queue.Descriptor;

    public int Receive(Span<Packet> batch)
    {
        int received = queue.Receive(batch);

        foreach (ref readonly Packet packet in batch[..received])
        {
            Show(Copy(packet));
        }

        return received;
    }

    /// <summary>One by one: what was sent belongs to the port, so it is copied before, and shown only if it was.</summary>
    public int Send(ReadOnlySpan<Packet> packets)
    {
        for (int i = 0; i < packets.Length; i++)
        {
            int length = Copy(packets[i]);

            if (queue.Send(packets.Slice(i, 1)) == 0)
            {
                return i;
            }

            Show(length);
        }

        return packets.Length;
    }

    public void Flush() => queue.Flush();

    public void Dispose() => queue.Dispose();

    private int Copy(in Packet packet) => PacketBytes.CopyTo(frames, packet, _bytes);

    private void Show(int length)
    {
        foreach (IPacketWatch watch in watches)
        {
            watch.See(_bytes.AsSpan(0, length));
        }
    }
}
