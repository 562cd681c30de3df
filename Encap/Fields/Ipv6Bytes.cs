using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>The sixteen bytes of an IPv6 address in a header.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly struct Ipv6Bytes(ulong high, ulong low)
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 16;

    /// <summary>The network half.</summary>
    public readonly UInt64BE High = high;

    /// <summary>The host half.</summary>
    public readonly UInt64BE Low = low;

    /// <summary>The address that the bytes are.</summary>
    public static implicit operator IpAddress(Ipv6Bytes bytes) => IpAddress.FromIpv6(bytes.High, bytes.Low);

    /// <summary>The bytes of an IPv6 address.</summary>
    public static implicit operator Ipv6Bytes(IpAddress address) => new(address.High, address.Low);

    /// <summary>As <see cref="IpAddress.ToString"/>.</summary>
    public override string ToString() => ((IpAddress)this).ToString();
}
