using System.Buffers;

namespace VRouter.Forwarding;

/// <summary>Writes a pcapng section of Ethernet packets (draft-ietf-opsawg-pcapng), little-endian, with time stamps in nanoseconds.</summary>
public sealed class PcapngWriter(IBufferWriter<byte> buffer)
{
    /// <summary>10^-9 s.</summary>
    private const byte Nanoseconds = 9;

    /// <summary>An option's length has 16 bits; names and rules are other people's.</summary>
    private const int LongestText = 1024;

    /// <summary>Writes the beginning: what made the packets known.</summary>
    public void WriteSection(string application)
    {
        var block = new PcapngBlock(buffer, PcapngFormat.SectionHeader, 16, PcapngBlock.OptionSize(application));
        block.Add(PcapngFormat.ByteOrderMagic);
        block.Add((ushort)1);
        block.Add((ushort)0);
        block.Add(ulong.MaxValue);      // it goes on until the end
        block.AddOption(PcapngFormat.Application, application);
        block.End();
    }

    /// <summary>Writes an interface; the first is number 0.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="description">What it is.</param>
    /// <param name="snapLength">Bytes of a packet that are kept; 0 = all.</param>
    public void WriteInterface(string name, string description, int snapLength)
    {
        name = Cut(name);
        description = Cut(description);
        int options = PcapngBlock.OptionSize(name) + PcapngBlock.OptionSize(description) + PcapngBlock.OptionSize(sizeof(byte));
        var block = new PcapngBlock(buffer, PcapngFormat.InterfaceDescription, 8, options);
        block.Add((ushort)PcapFormat.Ethernet);
        block.Add((ushort)0);
        block.Add((uint)snapLength);
        block.AddOption(PcapngFormat.InterfaceName, name);
        block.AddOption(PcapngFormat.InterfaceText, description);
        block.AddOption(PcapngFormat.TimeResolution, [Nanoseconds]);
        block.End();
    }

    /// <summary>Writes a packet.</summary>
    /// <param name="packet">What is known of it.</param>
    /// <param name="bytes">What is kept of it.</param>
    public void WritePacket(in PcapngPacket packet, ReadOnlySpan<byte> bytes)
    {
        string comment = Cut(packet.Comment);
        int options = PcapngBlock.OptionSize(comment) + PcapngBlock.OptionSize(sizeof(uint)) + (packet.Lost == 0 ? 0 : PcapngBlock.OptionSize(sizeof(ulong)));
        var block = new PcapngBlock(buffer, PcapngFormat.EnhancedPacket, 20 + PcapngBlock.Padded(bytes.Length), options);
        block.Add((uint)packet.Interface);
        block.Add((uint)((ulong)packet.Nanoseconds >> 32));
        block.Add((uint)packet.Nanoseconds);
        block.Add((uint)bytes.Length);
        block.Add((uint)packet.Length);
        block.Add(bytes);
        block.AddOption(PcapngFormat.Comment, comment);
        block.AddOption(PcapngFormat.Flags, packet.IsOutbound ? PcapngFormat.Outbound : PcapngFormat.Inbound);

        if (packet.Lost > 0)
        {
            block.AddOption(PcapngFormat.DropCount, packet.Lost);
        }

        block.End();
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText];
}
