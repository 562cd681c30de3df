namespace VRouter.Forwarding;

/// <summary>The pcap file format (draft-ietf-opsawg-pcap): a header of 24 bytes, then records with a header of 16.</summary>
internal static class PcapFormat
{
    public const uint MicrosecondMagic = 0xA1B2_C3D4;
    public const uint NanosecondMagic = 0xA1B2_3C4D;
    public const int FileHeaderSize = 24;
    public const int RecordHeaderSize = 16;
    public const ushort MajorVersion = 2;
    public const ushort MinorVersion = 4;
    public const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>LINKTYPE_ETHERNET.</summary>
    public const uint Ethernet = 1;
}
