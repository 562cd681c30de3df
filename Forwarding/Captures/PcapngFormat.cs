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
    public const ushort TimeResolution = 9;
    public const ushort TimeOffset = 14;
}
