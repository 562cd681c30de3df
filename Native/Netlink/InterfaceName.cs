using System.Runtime.CompilerServices;
using System.Text;

namespace VRouter.Native;

/// <summary>A device's name as ioctls take it: IFNAMSIZ bytes with a zero at the end.</summary>
internal static class InterfaceName
{
    internal static void Write(string name, Span<byte> into)
    {
        if (name.Length == 0 || Encoding.UTF8.GetByteCount(name) >= into.Length)
        {
            throw new ArgumentException($"'{name}' is no name for a network device: it has 1 to 15 bytes", nameof(name));
        }

        into.Clear();
        Encoding.UTF8.GetBytes(name, into);
    }

    internal static string Read(ReadOnlySpan<byte> from) => Encoding.UTF8.GetString(from[..Math.Max(0, from.IndexOf((byte)0))]);

    [InlineArray(16)]
    internal struct Buffer
    {
        private byte _first;
    }
}
