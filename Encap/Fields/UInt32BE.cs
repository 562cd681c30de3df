using System.Buffers.Binary;
using System.Globalization;

namespace VRouter.Encap;

/// <summary>A 32-bit number of a header, in network byte order where it lies and a host number wherever it is used.</summary>
public readonly struct UInt32BE
{
    private readonly uint _wire;

    private UInt32BE(uint wire) => _wire = wire;

    /// <summary>The host number.</summary>
    public static implicit operator uint(UInt32BE field) => Swap(field._wire);

    /// <summary>The field that holds a host number.</summary>
    public static implicit operator UInt32BE(uint number) => new(Swap(number));

    /// <summary>The host number in decimal.</summary>
    public override string ToString() => ((uint)this).ToString(CultureInfo.InvariantCulture);

    private static uint Swap(uint value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
