using VRouter.Native;

namespace VRouter.Forwarding;

/// <summary>Between a packet's metadata and the header that virtio-net puts in front of it (virtio 1.2 section 5.1.6).</summary>
internal static class VirtioMetadata
{
    /// <summary>Takes over what the header says, as far as it does not contradict the packet.</summary>
    internal static void Read(in VirtioNetHeader header, ref Packet packet)
    {
        if ((header.Flags | header.GsoType) == 0)
        {
            return;
        }

        if ((header.Flags & VirtioNetHeader.DataValid) != 0)
        {
            packet.Flags |= PacketFlags.ChecksumVerified;
        }

        // The checksum lies in the head frame, as all of the transport header does.
        if ((header.Flags & VirtioNetHeader.NeedsChecksum) != 0 && header.ChecksumStart + header.ChecksumOffset + sizeof(ushort) <= packet.HeadLength)
        {
            packet.Flags |= PacketFlags.ChecksumPartial;
            packet.ChecksumStart = header.ChecksumStart;
            packet.ChecksumOffset = header.ChecksumOffset;
        }

        GsoType gso = (GsoType)(header.GsoType & ~VirtioNetHeader.GsoEcn);

        if (header.GsoSize > 0 && gso is (GsoType.TcpIpv4 or GsoType.TcpIpv6 or GsoType.UdpL4))
        {
            packet.GsoType = gso;
            packet.GsoSize = header.GsoSize;
        }
    }

    /// <summary>The header for a packet; all zero for a finished one.</summary>
    internal static VirtioNetHeader Write(in Packet packet)
    {
        VirtioNetHeader header = default;

        if ((packet.Flags & PacketFlags.ChecksumPartial) != 0)
        {
            header.Flags = VirtioNetHeader.NeedsChecksum;
            header.ChecksumStart = packet.ChecksumStart;
            header.ChecksumOffset = packet.ChecksumOffset;
        }
        else if ((packet.Flags & PacketFlags.ChecksumVerified) != 0)
        {
            header.Flags = VirtioNetHeader.DataValid;
        }

        if (packet.GsoType != GsoType.None)
        {
            header.GsoType = (byte)packet.GsoType;
            header.GsoSize = packet.GsoSize;
            header.HeaderLength = packet.HeadLength;
        }

        return header;
    }
}
