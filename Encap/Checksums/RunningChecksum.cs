using System.Buffers.Binary;

namespace VRouter.Encap;

/// <summary>A checksum over bytes that lie in several pieces, of odd lengths too: a packet in a chain of frames.</summary>
public struct RunningChecksum(uint sum)
{
    private ulong _sum = sum;
    private bool _isOdd;

    /// <summary>The sum so far, down to 16 bits.</summary>
    public readonly ushort Sum => Checksum.Fold(_sum);

    /// <summary>The checksum to store.</summary>
    public readonly ushort Value => (ushort)~Sum;

    /// <summary>Adds the next piece.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        ushort sum = Checksum.Sum(piece);

        // Behind an odd number of bytes the halves of every word are swapped (RFC 1071 section 2 (B)).
        _sum += _isOdd ? BinaryPrimitives.ReverseEndianness(sum) : sum;
        _isOdd ^= (piece.Length & 1) != 0;
    }
}
