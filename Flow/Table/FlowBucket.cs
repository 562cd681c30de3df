using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VRouter.Flow;

/// <summary>One line of the index: eight slots, each the hash of a key and the entry that has it; entry 0 is an empty slot.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct FlowBucket
{
    /// <summary>Slots in a bucket.</summary>
    public const int Slots = 8;

    private Vector256<uint> _hashes;
    private Vector256<uint> _entries;

    /// <summary>The slots that hold this hash, a bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Matches(uint hash) =>
        Vector256.AndNot(Vector256.Equals(_hashes, Vector256.Create(hash)), Vector256.Equals(_entries, Vector256<uint>.Zero)).ExtractMostSignificantBits();

    /// <summary>The hash in a slot.</summary>
    public uint Hash(int slot) => At(ref _hashes, slot);

    /// <summary>The entry in a slot; 0 when it is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Entry(int slot) => At(ref _entries, slot);

    /// <summary>Puts an entry into an empty slot, if there is one.</summary>
    public bool TryAdd(uint hash, uint entry)
    {
        uint empty = Vector256.Equals(_entries, Vector256<uint>.Zero).ExtractMostSignificantBits();

        if (empty == 0)
        {
            return false;
        }

        int slot = BitOperations.TrailingZeroCount(empty);
        At(ref _hashes, slot) = hash;
        At(ref _entries, slot) = entry;
        return true;
    }

    /// <summary>Empties the slot of an entry, if it is here.</summary>
    public bool TryRemove(uint entry)
    {
        uint found = Vector256.Equals(_entries, Vector256.Create(entry)).ExtractMostSignificantBits();

        if (found == 0)
        {
            return false;
        }

        Clear(BitOperations.TrailingZeroCount(found));
        return true;
    }

    /// <summary>Empties a slot.</summary>
    public void Clear(int slot) => At(ref _entries, slot) = 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref uint At(ref Vector256<uint> items, int slot) =>
        ref Unsafe.Add(ref Unsafe.As<Vector256<uint>, uint>(ref items), slot & (Slots - 1));
}
