namespace VRouter.Native;

/// <summary>The pages under a region of memory.</summary>
public enum PageKind
{
    /// <summary>The processor's smallest.</summary>
    Small,

    /// <summary>Huge ones wherever the kernel finds them (madvise(2), MADV_HUGEPAGE).</summary>
    Transparent,

    /// <summary>Huge ones set aside beforehand (memfd_create(2), MFD_HUGETLB).</summary>
    Reserved,
}
