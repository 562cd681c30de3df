using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>
/// Zeroed memory outside the garbage collector, page aligned, in transparent huge pages where the kernel has them.
/// The one allocator of frames, flow entries and table nodes.
/// </summary>
public sealed unsafe partial class NativeRegion : SafeHandle
{
    private const int ReadWrite = 1 | 2;                    // PROT_READ | PROT_WRITE, <sys/mman.h>
    private const int PrivateAnonymous = 0x02 | 0x20;       // MAP_PRIVATE | MAP_ANONYMOUS
    private const int NoReserve = 0x4000;                   // MAP_NORESERVE: touched pages cost, reserved ones do not
    private const int HugePageAdvice = 14;                  // MADV_HUGEPAGE
    private const nuint HugePage = 2 << 20;

    private readonly nuint _mapped;

    private NativeRegion(nint mapping, nuint mapped, nuint length) : base(0, ownsHandle: true)
    {
        _mapped = mapped;
        Length = length;
        Mapping = mapping;
        SetHandle((nint)(((nuint)mapping + HugePage - 1) & ~(HugePage - 1)));
    }

    private nint Mapping { get; }

    /// <summary>Bytes that may be used.</summary>
    public nuint Length { get; }

    /// <summary>The address of the first byte, for the kernel.</summary>
    public nint Address => handle;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Reserves <paramref name="bytes"/>; pages are taken as they are touched.</summary>
    /// <exception cref="SystemCallException">The kernel has no such memory.</exception>
    public static NativeRegion Allocate(nuint bytes)
    {
        nuint mapped = bytes + HugePage;
        nint mapping = Map(0, mapped, ReadWrite, PrivateAnonymous | NoReserve, -1, 0);

        if (mapping == -1)
        {
            throw SystemCallException.Last("mmap", $"{mapped} bytes of anonymous memory: lower the number of frames or raise the memory limit of the process");
        }

        var region = new NativeRegion(mapping, mapped, bytes);

        // Advice only: a kernel without transparent huge pages answers EINVAL and 4 KiB pages serve as well.
        _ = Advise(region.handle, bytes, HugePageAdvice);

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
    protected override bool ReleaseHandle() => Unmap(Mapping, _mapped) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    private static partial int Advise(nint address, nuint length, int advice);
}
