using System.Runtime.CompilerServices;

namespace VRouter.Flow;

/// <summary>The hash of a packet's addresses, protocol and ports: the entropy of its tunnel packets. The same on every node and in every run.</summary>
public static class FlowHash
{
    // Digits of pi, so that nothing is up the sleeve.
    private const ulong First = 0x243F_6A88_85A3_08D3;
    private const ulong Second = 0x1319_8A2E_0370_7344;
    private const ulong Last = 0xA409_3822_299F_31D0;

    /// <summary>Mixes two words of addresses, the protocol and the ports (source first) into 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Compute(ulong first, ulong second, byte protocol, uint ports)
    {
        // Multiply and fold: every bit of the input reaches every bit of the product's middle.
        ulong mixed = Fold(first ^ First, (second ^ ((ulong)ports << 8 | protocol)) + Second);
        return (uint)(Fold(mixed, Last) >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
