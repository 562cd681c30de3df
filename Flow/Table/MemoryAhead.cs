using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Flow;

/// <summary>
/// Takes the pages of an array before its owner needs them, from another thread: the kernel clears a huge page in some 100 us. As much as is in
/// use, but a huge page at least, and <paramref name="mostAhead"/> bytes at most.
/// </summary>
internal sealed class MemoryAhead<T>(NativeArray<T> items, int mostAhead) where T : unmanaged
{
    private const int PageSize = 4096;
    private const int LeastAhead = 2 << 20;

    private long _touched;

    /// <summary>Takes the pages behind the <paramref name="used"/> items. One thread at a time. True: there were some to take.</summary>
    public bool Touch(int used)
    {
        long size = Unsafe.SizeOf<T>();
        long end = Math.Min(used * size + Math.Clamp(used * size, LeastAhead, mostAhead), items.Length * size);
        bool any = _touched < end;

        for (; _touched < end; _touched += PageSize)
        {
            // A read would get the kernel's page of zeros. The owner may be writing here by now, and this must not undo it.
            ref T item = ref items[(int)(_touched / size)];
            Interlocked.Or(ref Unsafe.As<T, int>(ref item), 0);
        }

        return any;
    }
}
