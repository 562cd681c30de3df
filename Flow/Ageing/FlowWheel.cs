using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Flow;

/// <summary>The slots of one class: which pairs are to be looked at when. In native memory, indices only.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FlowWheel
{
    /// <summary>Slots; a timeout spans a thousand of them.</summary>
    public const int Slots = 1024;

    /// <summary>The first slot, counted from the clock's 0, whose pairs were not all looked at.</summary>
    public long Hand;

    /// <summary>Milliseconds a flow of this class lives.</summary>
    public int Timeout;

    /// <summary>Milliseconds a slot.</summary>
    public int Width;

    private Words _occupied;
    private Pairs _first;

    /// <summary>Sets the timeout. All slots come by within one turn, so flows that are now due earlier are found earlier.</summary>
    public void Set(int timeout, long now)
    {
        Timeout = timeout;
        Width = timeout / (Slots - 24) + 1;
        Hand = now / Width;
    }

    /// <summary>The slot of a deadline; where the hand is more than a turn behind it, one that comes by sooner.</summary>
    public readonly int SlotOf(long deadline) => (int)Math.Clamp(deadline / Width, Hand, Hand + Slots - 1) & (Slots - 1);

    /// <summary>The first pair of a slot; 0 = none.</summary>
    public readonly uint First(int slot) => _first[slot];

    /// <summary>Sets the first pair of a slot.</summary>
    public void SetFirst(int slot, uint pair)
    {
        _first[slot] = pair;
        ulong bit = 1UL << (slot & 63);
        _occupied[slot >> 6] = pair != 0 ? _occupied[slot >> 6] | bit : _occupied[slot >> 6] & ~bit;
    }

    /// <summary>Turns the hand to the next slot with pairs in it, at most to that of <paramref name="now"/>. False: it got there.</summary>
    public bool TryTurn(long now)
    {
        long end = now / Width;
        Hand = Math.Max(Hand, end - Slots);

        if (Hand < end)
        {
            Hand = Math.Min(Hand + Distance((int)Hand & (Slots - 1)), end);
        }

        return Hand < end;
    }

    /// <summary>The pair to be looked at next, however long from now; 0 = the wheel is empty.</summary>
    public readonly uint Soonest()
    {
        int start = (int)Hand & (Slots - 1);
        int distance = Distance(start);
        return distance == Slots ? 0 : _first[(start + distance) & (Slots - 1)];
    }

    /// <summary>Slots from one to the next that is occupied, itself included; <see cref="Slots"/> when none is.</summary>
    private readonly int Distance(int start)
    {
        ulong word = _occupied[start >> 6] >> (start & 63) << (start & 63);

        for (int i = 0; i <= Slots / 64; i++)
        {
            int index = (start >> 6) + i & (Slots / 64 - 1);

            if (i > 0)
            {
                word = _occupied[index];
            }

            if (word != 0)
            {
                return (index << 6) + BitOperations.TrailingZeroCount(word) - start & (Slots - 1);
            }
        }

        return Slots;
    }

    [InlineArray(Slots / 64)]
    private struct Words
    {
        private ulong _first;
    }

    [InlineArray(Slots)]
    private struct Pairs
    {
        private uint _first;
    }
}
