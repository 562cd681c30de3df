using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// One queue of a TAP: one system call a packet, scattered into frames and gathered from them, so that a packet larger than a
/// frame is a chain both ways.
/// </summary>
public sealed unsafe class TapQueue : IDisposable
{
    /// <summary>What the first frame of a packet holds at most.</summary>
    public const int HeadSize = FrameRegion.FrameSize - FrameRegion.HeadRoom;

    // The largest packet is 65,535 bytes behind an Ethernet header with tags.
    private const int ChainFrames = (65536 + 32 - HeadSize + FrameRegion.FrameSize - 1) / FrameRegion.FrameSize;
    private const int MaxFrames = 1 + ChainFrames;

    private readonly FileDescriptor _descriptor;
    private readonly FrameCache _frames;
    private readonly VirtioNetHeader[] _header = GC.AllocateArray<VirtioNetHeader>(2, pinned: true);
    private readonly Libc.iovec[] _vectors = GC.AllocateArray<Libc.iovec>(2 * (1 + MaxFrames), pinned: true);
    private readonly uint[] _ready = new uint[MaxFrames];
    private readonly int _headerSize;
    private readonly VirtioNetHeader* _received, _sent;
    private readonly Libc.iovec* _scatter, _gather;
    private int _used = MaxFrames;

    internal TapQueue(FileDescriptor descriptor, bool hasHeader, FrameCache frames)
    {
        _descriptor = descriptor;
        _frames = frames;
        _headerSize = hasHeader ? VirtioNetHeader.Size : 0;
        _received = (VirtioNetHeader*)Marshal.UnsafeAddrOfPinnedArrayElement(_header, 0);
        _sent = _received + 1;
        _scatter = (Libc.iovec*)Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, 0);
        _gather = _scatter + 1 + MaxFrames;
        _scatter[0] = new Libc.iovec { iov_base = _received, iov_len = (nuint)_headerSize };
        _gather[0] = new Libc.iovec { iov_base = _sent, iov_len = (nuint)_headerSize };
    }

    /// <summary>Polls readable when a packet waits.</summary>
    public int Descriptor => _descriptor.Number;

    /// <summary>
    /// Reads one packet. Its first bytes lie in <paramref name="head"/> from <see cref="FrameRegion.HeadRoom"/> on, the rest in the
    /// frames linked behind; all are the caller's.
    /// </summary>
    /// <returns>All bytes of the packet; 0 when none waits or frames are short.</returns>
    public int Receive(out uint head, out VirtioNetHeader header)
    {
        head = 0;
        header = default;

        if (_used > 0 && !TryPrepare())
        {
            return 0;
        }

        int length = (int)Libc.readv(_descriptor.Number, _scatter, 1 + MaxFrames) - _headerSize;

        if (length <= 0)
        {
            return 0;       // nothing waits, or the device is gone: its link tells
        }

        header = _headerSize > 0 ? *_received : default;
        head = _ready[0];
        _used = 1;

        if (length > HeadSize)
        {
            LinkBehind(head, length - HeadSize);
        }

        return length;
    }

    /// <summary>Writes one packet, its chain included; when it is sent, its frames have gone home.</summary>
    public TapSend Send(uint head, int start, int headLength, int length, in VirtioNetHeader header)
    {
        *_sent = header;
        _gather[1] = Vector(_frames.Region.Bytes(head, start, headLength));
        int count = 2;

        for (uint frame = headLength < length ? _frames.Region.Link(head).Next : 0; frame != 0; frame = _frames.Region.Link(frame).Next)
        {
            if (count == 1 + MaxFrames)
            {
                return TapSend.Refused;
            }

            FrameLink link = _frames.Region.Link(frame);
            _gather[count++] = Vector(_frames.Region.Bytes(frame, link.Start, link.Length));
        }

        if (Libc.writev(_descriptor.Number, _gather, count) < 0)
        {
            return Marshal.GetLastPInvokeError() is Errno.EINVAL ? TapSend.Refused : TapSend.Full;
        }

        GiveBack(head, count);
        return TapSend.Sent;
    }

    /// <summary>Gives the frames that were ready for packets back. The descriptor belongs to the device.</summary>
    public void Dispose()
    {
        // Those before are the last packet's, and its owner's.
        for (; _used < MaxFrames; _used++)
        {
            _frames.Return(_ready[_used]);
        }
    }

    /// <summary>Replaces the frames that the last packet took.</summary>
    private bool TryPrepare()
    {
        while (_used > 0)
        {
            if (!_frames.TryTake(out uint frame))
            {
                return false;
            }

            int slot = --_used;
            int start = slot == 0 ? FrameRegion.HeadRoom : 0;
            _ready[slot] = frame;
            _scatter[1 + slot] = Vector(_frames.Region.Bytes(frame, start, FrameRegion.FrameSize - start));
        }

        return true;
    }

    private void LinkBehind(uint head, int rest)
    {
        uint last = head;

        for (; rest > 0; rest -= FrameRegion.FrameSize)
        {
            uint frame = _ready[_used++];
            _frames.Region.Link(last).Next = frame;
            _frames.Region.Link(frame) = new FrameLink { Length = (ushort)Math.Min(rest, FrameRegion.FrameSize) };
            last = frame;
        }
    }

    private void GiveBack(uint head, int count)
    {
        if (count == 2)
        {
            _frames.Return(head);
        }
        else
        {
            _frames.ReturnChain(head);
        }
    }

    /// <summary>Frames do not move, so their address holds.</summary>
    private static Libc.iovec Vector(Span<byte> bytes) =>
        new() { iov_base = Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)), iov_len = (nuint)bytes.Length };
}
