using System.Runtime.InteropServices;

namespace VRouter.Encap;

/// <summary>ARP for IPv4 over Ethernet, RFC 826.</summary>
/// <remarks>
/// <code>
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |       Hardware space (1)      |    Protocol space (0x0800)    |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |  HW length 6  |  P. length 4  |           Operation           |
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// |     Sender MAC (6), sender IPv4 (4), target MAC (6), target IPv4 (4)
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ArpHeader(ushort operation) : IHeader<ArpHeader>
{
    /// <summary>Bytes on the wire.</summary>
    public const int Size = 28;

    /// <summary>Operation: who has it?</summary>
    public const ushort Request = 1;

    /// <summary>Operation: I have it.</summary>
    public const ushort Reply = 2;

    private const ushort Ethernet = 1;

    /// <summary>Protocol 0x0800, address lengths 6 and 4.</summary>
    private const uint Ipv4Over6Octets = 0x0800_0604;

    private readonly UInt16BE _hardware = Ethernet;
    private readonly UInt32BE _protocolAndLengths = Ipv4Over6Octets;

    /// <summary><see cref="Request"/> or <see cref="Reply"/>.</summary>
    public UInt16BE Operation = operation;

    /// <summary>The sender's MAC address.</summary>
    public MacBytes SenderMac;

    /// <summary>The sender's IPv4 address; 0 in a probe (RFC 5227).</summary>
    public UInt32BE SenderAddress;

    /// <summary>The target's MAC address; without meaning in a request.</summary>
    public MacBytes TargetMac;

    /// <summary>The IPv4 address that is asked for, or that of the one who asked.</summary>
    public UInt32BE TargetAddress;

    /// <inheritdoc/>
    public static bool TryFindPayload(in ArpHeader header, int available, out int start, out int end)
    {
        start = Size;
        end = available;
        return header._hardware == Ethernet && header._protocolAndLengths == Ipv4Over6Octets;
    }
}
