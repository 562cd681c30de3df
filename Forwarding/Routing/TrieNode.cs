using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Forwarding;

/// <summary>
/// The header of a node: 256 slots, one for each value of the octet that it looks at. Equal neighbours are one run, and
/// the runs lie right behind the header, so a lookup touches the header's line and the run's.
/// </summary>
/// <remarks>
/// <code>
///   0   starts   256 bits: slot i begins a run (slot 0 always does)
///  32   ranks    a byte for each 64 starts: how many there are before them
///  36   cover    what the slot that leads here would hold were it no node; 0 = nothing
///  40   shift    the bits behind the octet looked at; lines: 64-byte lines taken; epoch: the transaction that made the node
///  48   prefix   the octets before it (4 or 16 bytes), compared because the trie skips octets that decide nothing
///  52 or 64      the runs, 4 bytes each
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct TrieNode<TKey> where TKey : unmanaged, ITrieKey<TKey>
{
    private TrieStarts _starts;
    private uint _ranks;

    public uint Cover;
    public byte Shift;
    public byte Lines;
    private ushort _epochHigh;
    private uint _epochLow;
    public TKey Prefix;

    /// <summary>The transaction that made the node, in 48 bits: enough for centuries.</summary>
    public ulong Epoch
    {
        readonly get => (ulong)_epochHigh << 32 | _epochLow;
        set => (_epochHigh, _epochLow) = ((ushort)(value >> 32), (uint)value);
    }

    /// <summary>Which octet the node looks at.</summary>
    public int Depth
    {
        readonly get => TKey.Octets - 1 - Shift / 8;
        set => Shift = (byte)(8 * (TKey.Octets - 1 - value));
    }

    /// <summary>Lines that a node of so many runs takes: 1 to 17.</summary>
    public static int LinesFor(int runs) => (Unsafe.SizeOf<TrieNode<TKey>>() + runs * sizeof(uint) + TrieLine.Bytes - 1) / TrieLine.Bytes;

    /// <summary>What the slot of <paramref name="octet"/> holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref uint Slot(ref TrieNode<TKey> node, uint octet) => ref Run(ref node, RunOf(ref node, octet));

    /// <summary>The run that the slot of <paramref name="octet"/> belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RunOf(ref TrieNode<TKey> node, uint octet)
    {
        nuint word = octet >> 6;
        uint before = Unsafe.Add(ref Unsafe.As<uint, byte>(ref node._ranks), word);

        // A shift by ~octet is one by 63 - octet % 64: it leaves the starts up to and with the octet's own.
        return before + (uint)BitOperations.PopCount(TrieStarts.Word(in node._starts, word) << ~(int)octet) - 1;
    }

    /// <summary>What the slots of a run hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref uint Run(ref TrieNode<TKey> node, uint run) =>
        ref Unsafe.Add(ref Unsafe.As<TrieNode<TKey>, uint>(ref Unsafe.Add(ref node, 1)), run);

    /// <summary>What the slots hold, neighbours that hold the same once.</summary>
    public static Span<uint> Runs(ref TrieNode<TKey> node) => MemoryMarshal.CreateSpan(ref Run(ref node, 0), node._starts.Count);

    /// <summary>Reads all 256 slots.</summary>
    public static void Unfold(ref TrieNode<TKey> node, Span<uint> slots) => node._starts.Unfold(Runs(ref node), slots);

    /// <summary>Writes all 256 slots, whose runs begin at <paramref name="starts"/>.</summary>
    public static void Fold(ref TrieNode<TKey> node, in TrieStarts starts, ReadOnlySpan<uint> slots)
    {
        node._starts = starts;
        node._ranks = starts.Ranks();
        starts.Fold(slots, Runs(ref node));
    }
}
