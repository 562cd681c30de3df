using System.Net;
using System.Runtime.CompilerServices;

namespace VRouter.Native;

/// <summary>What a packet must be addressed to, to be taken from the kernel: laid out as the program lays it on its stack.</summary>
internal readonly struct XdpFilterKey
{
    // An IPv6 address, or an IPv4 one mapped into it (RFC 4291 section 2.5.5.2).
    private readonly AddressBytes _address;
    private readonly ushort _protocolAndZero;       // a byte each
    private readonly ushort _portInWireOrder;

    internal XdpFilterKey(IPAddress address, byte protocol, ushort port)
    {
        AddressBytes bytes = default;
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        _address = bytes;
        _protocolAndZero = protocol;
        _portInWireOrder = (ushort)IPAddress.HostToNetworkOrder((short)port);
    }

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;
    }
}
