using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>
/// A ring that this side fills and the kernel empties. Counters run freely over 32 bits; a slot is a counter masked. Entries are
/// written first and the counter after them (release), the kernel's counter is read before they are overwritten (acquire).
/// </summary>
public sealed unsafe class ProducerRing<T> where T : unmanaged
{
    private readonly T* _entries;
    private readonly uint* _producer, _consumer, _flags;
    private readonly uint _size;
    private uint _head, _emptied;

    internal ProducerRing(in RingLayout layout)
    {
        _entries = (T*)layout.Entries;
        _producer = (uint*)layout.Producer;
        _consumer = (uint*)layout.Consumer;
        _flags = (uint*)layout.Flags;
        _size = layout.Size;
        _head = Volatile.Read(ref *_producer);
        _emptied = Volatile.Read(ref *_consumer);
    }

    /// <summary>The slots there are.</summary>
    public int Size => (int)_size;

    /// <summary>Entries submitted that the kernel has not taken yet.</summary>
    public int Pending => (int)(_head - Volatile.Read(ref *_consumer));

    /// <summary>Whether the kernel sleeps until it is woken (XDP_USE_NEED_WAKEUP).</summary>
    public bool NeedsWakeup => (Volatile.Read(ref *_flags) & IfXdp.XDP_RING_NEED_WAKEUP) != 0;

    /// <summary>The free slots, at most <paramref name="wanted"/>; the kernel is asked only when too few are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Reserve(int wanted)
    {
        uint free = _size - (_head - _emptied);

        if (free < (uint)wanted)
        {
            _emptied = Volatile.Read(ref *_consumer);
            free = Math.Min(_size, _size - (_head - _emptied));
        }

        return (int)Math.Min(free, (uint)wanted);
    }

    /// <summary>The <paramref name="index"/>th of the slots reserved.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[(_head + (uint)index) & (_size - 1)];
    }

    /// <summary>Hands the first <paramref name="count"/> of the slots reserved to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Submit(int count)
    {
        _head += (uint)count;
        Volatile.Write(ref *_producer, _head);
    }
}
