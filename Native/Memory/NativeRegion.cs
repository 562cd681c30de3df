using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// Zeroed memory outside the garbage collector, page aligned, in transparent huge pages where the kernel has them, or in reserved
/// ones when asked for and there. The one allocator of frames, flow entries and table nodes.
/// </summary>
/// <remarks>The page behind the last one is inaccessible, so that what ends there cannot be read over unseen.</remarks>
public sealed unsafe class NativeRegion : SafeHandle
{
    // sys/mman.h
    private const int ReadWrite = 1 | 2;                    // PROT_READ | PROT_WRITE
    private const int None = 0;                             // PROT_NONE
    private const int PrivateAnonymous = 0x02 | 0x20;       // MAP_PRIVATE | MAP_ANONYMOUS
    private const int NoReserve = 0x4000;                   // MAP_NORESERVE: touched pages cost, reserved ones do not
    private const int SharedFixed = 0x01 | 0x10;            // MAP_SHARED | MAP_FIXED
    private const int HugePageAdvice = 14;                  // MADV_HUGEPAGE
    private const uint CloseOnExecHuge = 0x1 | 0x4;         // MFD_CLOEXEC | MFD_HUGETLB

    private const nuint Page = 4096;
    private const nuint HugePage = 2 << 20;

    private readonly nint _mapping;
    private readonly nuint _mapped;

    private NativeRegion(nint mapping, nuint mapped, nuint length) : base(0, ownsHandle: true)
    {
        _mapping = mapping;
        _mapped = mapped;
        Length = length;
        SetHandle((nint)RoundUp((nuint)mapping, HugePage));
    }

    /// <summary>Bytes that may be used: what was asked for, up to the end of its last page.</summary>
    public nuint Length { get; }

    /// <summary>The pages it really got.</summary>
    public PageKind Pages { get; private set; }

    /// <summary>The address of the first byte, for the kernel.</summary>
    public nint Address => handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Reserves <paramref name="bytes"/>; pages are taken as they are touched, reserved huge ones at once.</summary>
    /// <param name="bytes">How much; rounded up to whole pages of the kind wanted.</param>
    /// <param name="wanted">Where too few huge pages are reserved, transparent ones serve: <see cref="Pages"/> says which.</param>
    /// <exception cref="SystemCallException">The kernel has no such memory.</exception>
    public static NativeRegion Allocate(nuint bytes, PageKind wanted = PageKind.Transparent)
    {
        nuint length = RoundUp(bytes, wanted == PageKind.Reserved ? HugePage : Page);
        nuint mapped = length + HugePage + Page;
        nint mapping = Libc.mmap(0, mapped, ReadWrite, PrivateAnonymous | NoReserve, -1, 0);

        if (mapping == -1)
        {
            throw SystemCallException.Last($"mmap({mapped} bytes)", static _ => "Lower the number of frames or raise the memory limit of the process.");
        }

        var region = new NativeRegion(mapping, mapped, length);

        if (Libc.mprotect(region.handle + (nint)length, Page, None) < 0)
        {
            SystemCallException failure = SystemCallException.Last("mprotect(guard page)", static _ => "Raise vm.max_map_count.");
            region.Dispose();
            throw failure;
        }

        region.TakeHugePages(wanted);
        return region;
    }

    /// <summary>A view of <paramref name="length"/> bytes from <paramref name="offset"/>.</summary>
    public Span<byte> Bytes(nuint offset, int length)
    {
        if (offset > Length || (nuint)length > Length - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(offset));
        }

        return new Span<byte>((byte*)handle + offset, length);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.munmap(_mapping, _mapped) == 0;

    private void TakeHugePages(PageKind wanted)
    {
        if (wanted == PageKind.Reserved && TryMapReserved())
        {
            Pages = PageKind.Reserved;
        }
        else if (wanted != PageKind.Small && Libc.madvise(handle, Length, HugePageAdvice) == 0)
        {
            Pages = PageKind.Transparent;       // EINVAL: a kernel without them; small pages serve as well
        }
    }

    /// <summary>Lays reserved huge pages over the region: shared memory, which alone outlives a process by its descriptor.</summary>
    private bool TryMapReserved()
    {
        int memory = Libc.memfd_create("vrouter", CloseOnExecHuge);

        if (memory < 0)
        {
            return false;
        }

        bool mapped = Libc.ftruncate(memory, (nint)Length) == 0
            && HugePages.Free >= (int)(Length / HugePage)       // MAP_FIXED that fails would leave a hole
            && Libc.mmap(handle, Length, ReadWrite, SharedFixed, memory, 0) == handle;

        _ = Libc.close(memory);

        return mapped || TryRestore();
    }

    /// <summary>Another program may have taken the pages between the question and the mapping; then there is a hole to fill.</summary>
    private bool TryRestore()
    {
        const int PrivateAnonymousFixed = PrivateAnonymous | NoReserve | 0x10;

        if (Libc.mmap(handle, Length, ReadWrite, PrivateAnonymousFixed, -1, 0) == -1)
        {
            throw SystemCallException.Last($"mmap({Length} bytes)");
        }

        return false;
    }

    private static nuint RoundUp(nuint value, nuint unit) => (value + unit - 1) & ~(unit - 1);
}
