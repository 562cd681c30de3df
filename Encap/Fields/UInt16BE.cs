using System.Buffers.Binary;
using System.Globalization;

namespace VRouter.Encap;

/// <summary>A 16-bit number of a header, in network byte order where it lies and a host number wherever it is used.</summary>
public readonly struct UInt16BE
{
    private readonly ushort _wire;

    private UInt16BE(ushort wire) => _wire = wire;

    /// <summary>The host number.</summary>
    public static implicit operator ushort(UInt16BE field) => Swap(field._wire);

    /// <summary>The field that holds a host number.</summary>
    public static implicit operator UInt16BE(ushort number) => new(Swap(number));

    /// <summary>The host number in decimal.</summary>
    public override string ToString() => ((ushort)this).ToString(CultureInfo.InvariantCulture);

    private static ushort Swap(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
