using System.Runtime.CompilerServices;

namespace VRouter.Encap;

/// <summary>The options of an IPv4 packet that all of its fragments carry: those with the "copied" flag, RFC 791 section 3.1.</summary>
[InlineArray(Ipv4Header.MaximumLength - Ipv4Header.Size)]
internal struct CopiedOptions
{
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte CopiedFlag = 0x80;

    private byte _first;

    /// <summary>Picks them and returns their length, padded to whole words. What is malformed and all behind it is left out.</summary>
    public static int Pick(ReadOnlySpan<byte> options, out CopiedOptions copied)
    {
        copied = default;
        Span<byte> room = copied;
        int length = 0;

        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            int size = SizeOfFirst(options);

            if (size == 0)
            {
                break;
            }

            if ((options[0] & CopiedFlag) != 0)
            {
                options[..size].CopyTo(room[length..]);
                length += size;
            }

            options = options[size..];
        }

        return (length + 3) & -4;
    }

    private static int SizeOfFirst(ReadOnlySpan<byte> options)
    {
        if (options[0] == NoOperation)
        {
            return 1;
        }

        int size = options.Length > 1 ? options[1] : 0;
        return size >= 2 && size <= options.Length ? size : 0;
    }
}
