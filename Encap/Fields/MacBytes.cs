using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>The six octets of an Ethernet address in a header; two loads make the address.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct MacBytes
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 6;

    private readonly UInt16BE _high;
    private readonly UInt32BE _low;

    private MacBytes(ulong value)
    {
        _high = (ushort)(value >> 32);
        _low = (uint)value;
    }

    /// <summary>The address that the octets are.</summary>
    public static implicit operator MacAddress(MacBytes octets) => new((ulong)(ushort)octets._high << 32 | octets._low);

    /// <summary>The octets of an address.</summary>
    public static implicit operator MacBytes(MacAddress address) => new(address.Value);

    /// <summary>As <see cref="MacAddress.ToString()"/>.</summary>
    public override string ToString() => ((MacAddress)this).ToString();
}
