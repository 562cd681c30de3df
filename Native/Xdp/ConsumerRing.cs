using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>A ring that the kernel fills and this side empties; the mirror of <see cref="ProducerRing{T}"/>.</summary>
public sealed unsafe class ConsumerRing<T> where T : unmanaged
{
    private readonly T* _entries;
    private readonly uint* _producer, _consumer;
    private readonly uint _size;
    private uint _tail, _filled;

    internal ConsumerRing(in RingLayout layout)
    {
        _entries = (T*)layout.Entries;
        _producer = (uint*)layout.Producer;
        _consumer = (uint*)layout.Consumer;
        _size = layout.Size;
        _tail = Volatile.Read(ref *_consumer);
        _filled = Volatile.Read(ref *_producer);
    }

    /// <summary>The slots there are.</summary>
    public int Size => (int)_size;

    /// <summary>The entries that wait, at most <paramref name="wanted"/>; the kernel is asked only when too few are known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Peek(int wanted)
    {
        uint waiting = _filled - _tail;

        if (waiting < (uint)wanted)
        {
            _filled = Volatile.Read(ref *_producer);
            waiting = Math.Min(_size, _filled - _tail);
        }

        return (int)Math.Min(waiting, (uint)wanted);
    }

    /// <summary>The <paramref name="index"/>th of the entries that wait.</summary>
    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _entries[(_tail + (uint)index) & (_size - 1)];
    }

    /// <summary>Gives the first <paramref name="count"/> slots back to the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int count)
    {
        _tail += (uint)count;
        Volatile.Write(ref *_consumer, _tail);
    }
}
