using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The receiving half of an AF_XDP queue: empty frames go out by the fill ring, full ones come in by the receive ring.</summary>
internal sealed class AfXdpReceiver(XdpSocket socket, FrameCache frames, LentFrames lent, bool busyPoll)
{
    private readonly ConsumerRing<XdpDescriptor> _ring = socket.Receive;
    private readonly ProducerRing<ulong> _fill = socket.Fill;
    private readonly int _refill = Math.Min(64, socket.Fill.Size / 2);

    /// <summary>Descriptors that named no frame the kernel had been given, or bytes outside it.</summary>
    internal long Lost { get; private set; }

    internal int Receive(Span<Packet> batch)
    {
        int waiting = _ring.Peek(_ring.Size);

        if (waiting == 0)
        {
            LookForMore();
            return 0;
        }

        int packets = 0, taken = 0;

        while (packets < batch.Length && taken < waiting)
        {
            XdpDescriptor descriptor = _ring[taken];
            int pieces = (descriptor.Options & XdpDescriptor.Continued) == 0 ? 1 : CountPieces(taken, waiting);

            if (pieces == 0)
            {
                break;      // its end is not here yet
            }

            bool received = pieces == 1 ? TryTake(in descriptor, ref batch[packets]) : TryTakeChain(taken, pieces, ref batch[packets]);
            packets += received ? 1 : 0;
            taken += pieces;
        }

        _ring.Release(taken);
        return packets;
    }

    /// <summary>Lends the kernel frames to receive into, some at a time.</summary>
    internal void Refill()
    {
        int room = _fill.Reserve(_fill.Size), filled = 0;

        if (room < _refill)
        {
            return;
        }

        while (filled < room && frames.TryTake(out uint frame))
        {
            lent.Lend(frame);
            _fill[filled++] = (ulong)frame * FrameRegion.FrameSize;
        }

        _fill.Submit(filled);

        if (_fill.NeedsWakeup)
        {
            socket.KickReceive();
        }
    }

    /// <summary>Busy polling is the worker's work; and a driver that ran out of frames sleeps.</summary>
    private void LookForMore()
    {
        if (busyPoll || _fill.NeedsWakeup)
        {
            socket.KickReceive();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(in XdpDescriptor descriptor, ref Packet packet)
    {
        if (!TryTakeFrame(in descriptor, out uint frame, out ushort start))
        {
            return false;
        }

        packet = default;
        packet.Frame = frame;
        packet.Start = start;
        packet.HeadLength = (ushort)descriptor.Length;
        packet.Length = descriptor.Length;
        return true;
    }

    /// <summary>Believes nothing: the bytes must lie within one frame, and the frame must have been lent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeFrame(in XdpDescriptor descriptor, out uint frame, out ushort start)
    {
        ulong index = descriptor.Address / FrameRegion.FrameSize;
        start = (ushort)(descriptor.Address % FrameRegion.FrameSize);
        frame = (uint)index;

        if (index <= uint.MaxValue && descriptor.Length <= (uint)(FrameRegion.FrameSize - start) && lent.TryTakeBack(frame))
        {
            return true;
        }

        Lost++;
        return false;
    }

    /// <summary>How many descriptors a packet takes; 0 when its end is not in the ring.</summary>
    private int CountPieces(int first, int waiting)
    {
        for (int i = first; i < waiting; i++)
        {
            if ((_ring[i].Options & XdpDescriptor.Continued) == 0)
            {
                return i - first + 1;
            }
        }

        return 0;
    }

    /// <summary>A chain with a piece that cannot be believed is lost as a whole.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeChain(int first, int pieces, ref Packet packet)
    {
        bool isWhole = TryTake(in _ring[first], ref packet);
        uint last = isWhole ? packet.Frame : 0;

        for (int i = 1; i < pieces; i++)
        {
            ref readonly XdpDescriptor piece = ref _ring[first + i];

            if (!TryTakeFrame(in piece, out uint frame, out ushort start))
            {
                isWhole = false;
                continue;
            }

            frames.Region.Link(frame) = new FrameLink { Start = start, Length = (ushort)piece.Length };

            if (last != 0)
            {
                frames.Region.Link(last).Next = frame;
                packet.Length += piece.Length;
                last = frame;
            }
            else
            {
                frames.Return(frame);
            }
        }

        if (!isWhole && last != 0)
        {
            frames.ReturnChain(packet.Frame);
        }

        return isWhole;
    }
}
