using System.Buffers.Binary;
using System.Globalization;

namespace VRouter.Encap;

/// <summary>A 64-bit number of a header, in network byte order where it lies and a host number wherever it is used.</summary>
public readonly struct UInt64BE
{
    private readonly ulong _wire;

    private UInt64BE(ulong wire) => _wire = wire;

    /// <summary>The host number.</summary>
    public static implicit operator ulong(UInt64BE field) => Swap(field._wire);

    /// <summary>The field that holds a host number.</summary>
    public static implicit operator UInt64BE(ulong number) => new(Swap(number));

    /// <summary>The host number in decimal.</summary>
    public override string ToString() => ((ulong)this).ToString(CultureInfo.InvariantCulture);

    private static ulong Swap(ulong value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
