using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>One message from the kernel: its type and what follows the header.</summary>
internal readonly record struct NetlinkReply(ushort Type, byte[] Body)
{
    /// <summary>Reads the fixed part, zeroes where it is cut short, and gives the attributes behind it.</summary>
    internal NetlinkAttributes Read<T>(out T part) where T : unmanaged
    {
        if (Body.Length < Unsafe.SizeOf<T>())
        {
            part = default;
            return default;
        }

        part = MemoryMarshal.Read<T>(Body);
        return new NetlinkAttributes(Body.AsSpan(Unsafe.SizeOf<T>()));
    }
}
