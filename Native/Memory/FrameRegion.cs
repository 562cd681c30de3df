using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// All packet memory of the process: frames of <see cref="FrameSize"/> bytes in one region, named by index.
/// Frame 0 is never handed out, so that 0 means "no frame". Every AF_XDP queue registers this region as its UMEM.
/// </summary>
public sealed unsafe class FrameRegion : IDisposable
{
    /// <summary>Bytes a frame: what a NIC leaves a 1,500-byte packet in, head room included.</summary>
    public const int FrameSize = 2048;

    /// <summary>Bytes left free in front of a received packet for outer headers (XDP_PACKET_HEADROOM, linux/bpf.h).</summary>
    public const int HeadRoom = 256;

    private readonly NativeRegion _memory;
    private readonly NativeArray<FrameLink> _links;
    private readonly byte* _frames;

    /// <summary>Reserves <paramref name="count"/> frames, frame 0 among them, in the pages wanted where there are such.</summary>
    public FrameRegion(int count, PageKind pages = PageKind.Transparent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);

        Count = count;
        _memory = NativeRegion.Allocate((nuint)count * FrameSize, pages);
        _links = new NativeArray<FrameLink>(count);
        _frames = (byte*)_memory.Address;
    }

    /// <summary>The number of frames, frame 0 included.</summary>
    public int Count { get; }

    /// <summary>The memory itself, to be registered with the kernel.</summary>
    public NativeRegion Memory => _memory;

    /// <summary>The first byte of a frame. The caller stays within <see cref="FrameSize"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Start(uint frame)
    {
        if (frame >= (uint)Count)
        {
            ThrowNoSuchFrame();
        }

        return ref _frames[(nuint)frame * FrameSize];
    }

    /// <summary>A byte of a frame that the caller knows to be one of this region's: nothing is checked here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte At(uint frame, int offset) => ref _frames[(nuint)frame * FrameSize + (uint)offset];

    /// <summary>Whether this many bytes at this place lie in one of the frames that are handed out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(uint frame, int start, int length) => frame - 1 < (uint)(Count - 1) && (uint)(start + length) <= FrameSize;

    /// <summary>A part of a frame, checked to lie within it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Bytes(uint frame, int start, int length)
    {
        if (frame >= (uint)Count || (uint)start > FrameSize || (uint)length > (uint)(FrameSize - start))
        {
            ThrowNoSuchFrame();
        }

        return MemoryMarshal.CreateSpan(ref _frames[(nuint)frame * FrameSize + (uint)start], length);
    }

    /// <summary>Where a chained frame's bytes lie and which frame follows it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FrameLink Link(uint frame) => ref _links[(int)frame];

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _links.Dispose();
    }

    private static void ThrowNoSuchFrame() => throw new ArgumentOutOfRangeException("frame");
}
