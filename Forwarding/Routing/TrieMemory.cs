using System.Runtime.CompilerServices;
using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>
/// The memory of any number of tries: nodes of 1 to 17 cache lines, cut from slabs of one size each, so that a slab that
/// falls empty serves any other size. Changed by one thread; what it publishes is read by any.
/// </summary>
public sealed class TrieMemory : IDisposable
{
    private const int LargestBlock = 17;

    // Unused lines at the end: a walk through a node that is no more reads nothing beyond the memory.
    private const int Guard = 32;

    private readonly NativeArray<TrieLine> _lines;
    private readonly uint[] _partial = new uint[LargestBlock + 1];
    private readonly Retired _retired = new();
    private uint _empty;
    private uint _end = TrieSlab.Lines;
    private int _slabs;
    private int _used;

    /// <summary>Reserves addresses for <paramref name="bytes"/>; memory is taken as nodes are made.</summary>
    public TrieMemory(long bytes)
    {
        _lines = new NativeArray<TrieLine>(checked((int)(bytes / TrieLine.Bytes) + Guard));
    }

    /// <summary>Bytes of nodes that are seen, or not yet reclaimed.</summary>
    public long BytesUsed => (long)_used * TrieLine.Bytes;

    /// <summary>Bytes of the slabs that hold nodes.</summary>
    public long BytesHeld => (long)_slabs * TrieSlab.Lines * TrieLine.Bytes;

    /// <summary>The transaction under way: nodes that carry its number are seen by no reader yet.</summary>
    internal ulong Epoch { get; private set; } = 1;

    /// <summary>
    /// Ends the transaction: <paramref name="generation"/>, just published, shows the new roots; what it no longer shows
    /// waits for <see cref="Reclaim"/>.
    /// </summary>
    public void Commit(ulong generation)
    {
        _retired.Close(generation);
        Epoch++;
    }

    /// <summary>Frees what only generations before <paramref name="generation"/> show: every reader reads that one or a later one.</summary>
    public void Reclaim(ulong generation)
    {
        while (_retired.TryTake(generation, out uint line))
        {
            Free(line);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lines.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref TrieNode<TKey> Node<TKey>(uint slot) where TKey : unmanaged, ITrieKey<TKey> =>
        ref Unsafe.As<TrieLine, TrieNode<TKey>>(ref _lines[(int)TrieSlot.Line(slot)]);

    /// <summary>Takes the lines of a node, with what lay there before; the answer is its slot.</summary>
    internal uint Allocate(int lines)
    {
        uint slabLine = _partial[lines];

        if (slabLine == 0)
        {
            slabLine = TakeSlab(lines);
        }

        ref TrieSlab slab = ref Slab(slabLine);
        uint line = slab.Free;

        if (line != 0)
        {
            slab.Free = NextFree(line);
        }
        else
        {
            line = slabLine + 1 + (uint)(slab.Carved++ * lines);
        }

        slab.Used++;
        _used += lines;

        if (slab.IsFull)
        {
            Unlink(ref _partial[lines], slabLine);
        }

        return TrieSlot.Node(line);
    }

    /// <summary>Takes the lines of a node and copies another one of that size there.</summary>
    internal uint Copy(uint slot, int lines)
    {
        uint copied = Allocate(lines);
        _lines.Slice((int)TrieSlot.Line(slot), lines).CopyTo(_lines.Slice((int)TrieSlot.Line(copied), lines));
        return copied;
    }

    /// <summary>Gives a node up: at once when no reader can have seen it, else when they all have passed on.</summary>
    internal void Release(uint slot, bool unseen)
    {
        if (unseen)
        {
            Free(TrieSlot.Line(slot));
        }
        else
        {
            _retired.Add(TrieSlot.Line(slot));
        }
    }

    private void Free(uint line)
    {
        uint slabLine = line & ~(uint)(TrieSlab.Lines - 1);
        ref TrieSlab slab = ref Slab(slabLine);
        ref uint partial = ref _partial[slab.BlockLines];

        if (slab.IsFull)
        {
            Link(ref partial, slabLine);
        }

        NextFree(line) = slab.Free;
        slab.Free = line;
        slab.Used--;
        _used -= slab.BlockLines;

        if (slab.Used == 0)
        {
            Unlink(ref partial, slabLine);
            Link(ref _empty, slabLine);
            _slabs--;
        }
    }

    private uint TakeSlab(int blockLines)
    {
        uint slabLine = _empty;

        if (slabLine != 0)
        {
            Unlink(ref _empty, slabLine);
        }
        else
        {
            slabLine = _end;

            if (slabLine + TrieSlab.Lines + Guard > _lines.Length)
            {
                throw new InvalidOperationException($"the {(long)_lines.Length * TrieLine.Bytes >> 20} MB reserved for routes are used up");
            }

            _end += TrieSlab.Lines;
        }

        Slab(slabLine) = new TrieSlab { BlockLines = blockLines };
        Link(ref _partial[blockLines], slabLine);
        _slabs++;
        return slabLine;
    }

    private void Link(ref uint head, uint slabLine)
    {
        ref TrieSlab slab = ref Slab(slabLine);
        (slab.Next, slab.Previous) = (head, 0);

        if (head != 0)
        {
            Slab(head).Previous = slabLine;
        }

        head = slabLine;
    }

    private void Unlink(ref uint head, uint slabLine)
    {
        (uint next, uint previous) = (Slab(slabLine).Next, Slab(slabLine).Previous);

        if (next != 0)
        {
            Slab(next).Previous = previous;
        }

        if (previous != 0)
        {
            Slab(previous).Next = next;
        }
        else
        {
            head = next;
        }
    }

    private ref TrieSlab Slab(uint line) => ref Unsafe.As<TrieLine, TrieSlab>(ref _lines[(int)line]);

    private ref uint NextFree(uint line) => ref Unsafe.As<TrieLine, uint>(ref _lines[(int)line]);
}
