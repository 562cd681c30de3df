using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>A zeroed array outside the garbage collector, reserved in whole and paid for as it is touched.</summary>
public sealed unsafe class NativeArray<T> : IDisposable where T : unmanaged
{
    private readonly NativeRegion _region;
    private readonly T* _items;

    /// <summary>Reserves room for <paramref name="length"/> items, in the pages wanted where there are such.</summary>
    public NativeArray(int length, PageKind pages = PageKind.Transparent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);

        _region = NativeRegion.Allocate((nuint)length * (nuint)sizeof(T), pages);
        _items = (T*)_region.Address;
        Length = length;
    }

    /// <summary>The number of items.</summary>
    public int Length { get; }

    /// <summary>The address of the first item, for the kernel.</summary>
    public nint Address => (nint)_items;

    /// <summary>The item at <paramref name="index"/>, by reference.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Length)
            {
                ThrowOutOfRange();
            }

            return ref _items[index];
        }
    }

    /// <summary>A view of <paramref name="length"/> items from <paramref name="start"/>.</summary>
    public Span<T> Slice(int start, int length)
    {
        if ((uint)start > (uint)Length || (uint)length > (uint)(Length - start))
        {
            ThrowOutOfRange();
        }

        return new Span<T>(_items + start, length);
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();

    [DoesNotReturn]
    private static void ThrowOutOfRange() => throw new ArgumentOutOfRangeException("index");
}
