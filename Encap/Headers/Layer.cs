using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>A header where it lies in a packet, and the payload that follows it. One cannot exist unchecked.</summary>
public readonly ref struct Layer<THeader> where THeader : unmanaged, IHeader<THeader>
{
    /// <summary>The header; writing to it writes the packet.</summary>
    public readonly ref THeader Header;

    /// <summary>What follows the header and its options, padding behind it cut off.</summary>
    public readonly Span<byte> Payload;

    private Layer(ref THeader header, Span<byte> payload)
    {
        Header = ref header;
        Payload = payload;
    }

    /// <summary>Bytes from the header's first to the payload's first, options included.</summary>
    public int HeaderLength =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<THeader, byte>(ref Header), ref MemoryMarshal.GetReference(Payload));

    /// <summary>What lies between the fixed header and the payload.</summary>
    public Span<byte> Options => MemoryMarshal.CreateSpan(
        ref Unsafe.Add(ref Unsafe.As<THeader, byte>(ref Header), Unsafe.SizeOf<THeader>()), HeaderLength - Unsafe.SizeOf<THeader>());

    /// <summary>Reads the header at the start of <paramref name="bytes"/>. Nothing after it needs a bounds check.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(Span<byte> bytes, out Layer<THeader> layer)
    {
        if (bytes.Length >= Unsafe.SizeOf<THeader>())
        {
            ref THeader header = ref Unsafe.As<byte, THeader>(ref MemoryMarshal.GetReference(bytes));

            if (THeader.TryFindPayload(in header, bytes.Length, out int start, out int end))
            {
                layer = new Layer<THeader>(ref header, bytes[start..end]);
                return true;
            }
        }

        layer = default;
        return false;
    }

    /// <summary>
    /// Reads the header of a packet of <paramref name="length"/> bytes, the first of which lie in <paramref name="head"/> and the others in
    /// the frames chained behind it. The payload is that part of it which lies in the head.
    /// </summary>
    public static bool TryRead(Span<byte> head, int length, out Layer<THeader> layer)
    {
        if (head.Length >= Unsafe.SizeOf<THeader>())
        {
            ref THeader header = ref Unsafe.As<byte, THeader>(ref MemoryMarshal.GetReference(head));

            if (THeader.TryFindPayload(in header, length, out int start, out int end) && start <= head.Length)
            {
                layer = new Layer<THeader>(ref header, head[start..Math.Min(end, head.Length)]);
                return true;
            }
        }

        layer = default;
        return false;
    }
}
