using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>Headers at places that were checked before.</summary>
public static class Headers
{
    /// <summary>
    /// The header that lies <paramref name="offset"/> bytes behind <paramref name="start"/>. Nothing is checked here: the
    /// caller has read this very place with <see cref="Layer{THeader}"/>, or knows that there is room to write it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref THeader At<THeader>(ref byte start, int offset) where THeader : unmanaged =>
        ref Unsafe.As<byte, THeader>(ref Unsafe.AddByteOffset(ref start, offset));
}
