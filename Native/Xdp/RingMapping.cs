using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>A ring's memory, shared with the kernel.</summary>
internal sealed class RingMapping : SafeHandle
{
    private const int ReadWrite = 1 | 2;            // PROT_READ | PROT_WRITE
    private const int SharedPopulate = 0x1 | 0x8000;    // MAP_SHARED | MAP_POPULATE

    private readonly nuint _length;

    internal RingMapping(int socket, long page, in IfXdp.xdp_ring_offset offsets, uint size, int entrySize, string call) : base(-1, ownsHandle: true)
    {
        _length = (nuint)offsets.desc + size * (nuint)entrySize;
        nint start = Libc.mmap(0, _length, ReadWrite, SharedPopulate, socket, (nint)page);

        if (start == -1)
        {
            throw SystemCallException.Last(call);
        }

        SetHandle(start);
        Layout = new RingLayout(start + (nint)offsets.producer, start + (nint)offsets.consumer, start + (nint)offsets.flags, start + (nint)offsets.desc, size);
    }

    internal RingLayout Layout { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.munmap(handle, _length) == 0;
}
