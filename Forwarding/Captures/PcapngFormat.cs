namespace VRouter.Forwarding;

/// <summary>The pcapng file format (draft-ietf-opsawg-pcapng): blocks of type, length, body, and the length again.</summary>
internal static class PcapngFormat
{
    public const uint SectionHeader = 0x0A0D_0D0A;
    public const uint InterfaceDescription = 1;
    public const uint SimplePacket = 3;
    public const uint EnhancedPacket = 6;

    public const uint ByteOrderMagic = 0x1A2B_3C4D;
    public const int BlockHeaderSize = 8;
    public const int BlockTrailerSize = 4;

    public const ushort EndOfOptions = 0;
    public const ushort Comment = 1;

    // Of a section, an interface, a packet.
    public const ushort Application = 4;
    public const ushort InterfaceName = 2;
    public const ushort InterfaceText = 3;
    public const ushort Flags = 2;
    public const ushort DropCount = 4;

    // epb_flags, bits 0 and 1.
    public const uint Inbound = 1;
    public const uint Outbound = 2;

    public const ushort TimeResolution = 9;
    public const ushort TimeOffset = 14;
}
