using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VRouter.Native;

/// <summary>Asks the processor for a cache line ahead of its use; no effect but time.</summary>
public static unsafe class Prefetch
{
    /// <summary>Brings the line that holds <paramref name="item"/> into all cache levels. The item must not move: native memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read<T>(ref T item)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref item));
        }
    }
}
