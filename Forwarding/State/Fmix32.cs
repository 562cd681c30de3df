using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VRouter.Forwarding;

/// <summary>MurmurHash3's finalizer: a permutation of the 32-bit numbers in which every bit decides on every other.</summary>
internal static class Fmix32
{
    private const uint First = 0x85EB_CA6B, Second = 0xC2B2_AE35;

    // Their inverses modulo 2^32.
    private const uint UndoFirst = 0xA5CB_9243, UndoSecond = 0x7ED1_B41D;

    public static uint Mix(uint value)
    {
        value = (value ^ value >> 16) * First;
        value = (value ^ value >> 13) * Second;
        return value ^ value >> 16;
    }

    /// <summary>What <see cref="Mix(uint)"/> made the value of.</summary>
    public static uint Undo(uint value)
    {
        value = (value ^ value >> 16) * UndoSecond;
        value = (value ^ value >> 13 ^ value >> 26) * UndoFirst;
        return value ^ value >> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Mix(Vector256<uint> values)
    {
        values = (values ^ values >>> 16) * Vector256.Create(First);
        values = (values ^ values >>> 13) * Vector256.Create(Second);
        return values ^ values >>> 16;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Mix(Vector512<uint> values)
    {
        values = (values ^ values >>> 16) * Vector512.Create(First);
        values = (values ^ values >>> 13) * Vector512.Create(Second);
        return values ^ values >>> 16;
    }
}
