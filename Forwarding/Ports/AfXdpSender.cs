using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>The sending half of an AF_XDP queue: full frames go out by the transmit ring, empty ones come home by the completion ring.</summary>
internal sealed class AfXdpSender(XdpSocket socket, FrameCache frames, LentFrames lent)
{
    private const int FewestPerKick = 32;       // TX_BATCH_SIZE, net/xdp/xsk.c: what one system call sends at least

    private readonly ProducerRing<XdpDescriptor> _ring = socket.Transmit;
    private readonly ConsumerRing<ulong> _completion = socket.Completion;
    private int _room, _written;

    /// <summary>Chained packets that the socket cannot send: too many pieces.</summary>
    internal long Lost { get; private set; }

    internal int Send(ReadOnlySpan<Packet> packets)
    {
        _room = _ring.Reserve(packets.Length);
        int sent = 0;

        while (sent < packets.Length && TrySend(in packets[sent]))
        {
            sent++;
        }

        Submit();
        return sent;
    }

    /// <summary>Has the kernel send what it was given. In copy mode it sends in this very call, a number at a time.</summary>
    internal void Push()
    {
        for (int kicks = _ring.Size / FewestPerKick; kicks > 0 && _ring.NeedsWakeup && _ring.Pending > 0; kicks--)
        {
            bool again = socket.KickTransmit();
            TakeCompletions();

            if (!again)
            {
                break;
            }
        }
    }

    internal void TakeCompletions()
    {
        int count = _completion.Peek(_completion.Size);

        for (int i = 0; i < count; i++)
        {
            ulong index = _completion[i] / FrameRegion.FrameSize;

            // Believed only of frames that the kernel was given.
            if (index <= uint.MaxValue && lent.TryTakeBack((uint)index))
            {
                frames.Return((uint)index);
            }
        }

        _completion.Release(count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySend(in Packet packet)
    {
        if (packet.HeadLength != packet.Length)
        {
            return TrySendChain(in packet);
        }

        if (_written == _room && !TryMakeRoom(1))
        {
            return false;
        }

        Write(packet.Frame, packet.Start, packet.HeadLength, 0);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySendChain(in Packet packet)
    {
        int pieces = CountPieces(packet.Frame);

        if (!socket.HasMultiBuffer || pieces > XdpSocket.MaxPieces)
        {
            Lost++;
            frames.ReturnChain(packet.Frame);
            return true;
        }

        if (_room - _written < pieces && !TryMakeRoom(pieces))
        {
            return false;
        }

        uint frame = packet.Frame;
        FrameLink piece = new() { Start = packet.Start, Length = packet.HeadLength, Next = frames.Region.Link(frame).Next };

        for (; pieces > 0; pieces--)
        {
            frames.Region.Link(frame) = default;        // each comes home on its own
            Write(frame, piece.Start, piece.Length, piece.Next == 0 ? 0 : XdpDescriptor.Continued);
            frame = piece.Next;
            piece = frames.Region.Link(frame);
        }

        return true;
    }

    private int CountPieces(uint frame)
    {
        int pieces = 0;

        for (; frame != 0; frame = frames.Region.Link(frame).Next)
        {
            pieces++;
        }

        return pieces;
    }

    private void Write(uint frame, ushort start, ushort length, uint options)
    {
        _ring[_written++] = new XdpDescriptor((ulong)frame * FrameRegion.FrameSize + start, length, options);
        lent.Lend(frame);
    }

    private void Submit()
    {
        _ring.Submit(_written);
        _room -= _written;
        _written = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryMakeRoom(int pieces)
    {
        _room = _ring.Reserve(_ring.Size);

        if (_room - _written >= pieces)
        {
            return true;
        }

        Submit();
        Push();
        TakeCompletions();
        _room = _ring.Reserve(_ring.Size);
        return _room >= pieces;
    }
}
