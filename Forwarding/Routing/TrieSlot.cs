using System.Runtime.CompilerServices;

namespace VRouter.Forwarding;

/// <summary>What a slot of a node holds: 0 (nothing here: what covers it counts), a value, or the first line of a child node.</summary>
internal static class TrieSlot
{
    private const uint NodeBit = 0x8000_0000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNode(uint slot) => (int)slot < 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Line(uint slot) => slot & ~NodeBit;

    /// <summary>The value when there is one, else the other; without a branch, which memory that is yet to come would decide.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Or(uint value, uint other) => value | other & (uint)((value - 1L) >> 63);

    public static uint Node(uint line) => line | NodeBit;
}
