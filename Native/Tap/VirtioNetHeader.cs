using System.Runtime.InteropServices;

namespace VRouter.Native;

/// <summary>What lies in front of every packet of a TAP: struct virtio_net_hdr_mrg_rxbuf, linux/virtio_net.h, in host order.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct VirtioNetHeader
{
    /// <summary>Its size with the buffer count, as the TAP is told to use it.</summary>
    public const int Size = 12;

    /// <summary>VIRTIO_NET_HDR_F_NEEDS_CSUM: the transport checksum is to be completed.</summary>
    public const byte NeedsChecksum = 1;

    /// <summary>VIRTIO_NET_HDR_F_DATA_VALID: the transport checksum was verified.</summary>
    public const byte DataValid = 2;

    /// <summary>VIRTIO_NET_HDR_GSO_ECN: a bit beside the type, the TCP has ECN set.</summary>
    public const byte GsoEcn = 0x80;

    /// <summary>Flags, as above.</summary>
    public byte Flags;

    /// <summary>How it is to be cut: VIRTIO_NET_HDR_GSO_*.</summary>
    public byte GsoType;

    /// <summary>Bytes of headers, a hint.</summary>
    public ushort HeaderLength;

    /// <summary>Payload bytes a segment.</summary>
    public ushort GsoSize;

    /// <summary>Where the unfinished checksum begins to sum, from the packet's first byte.</summary>
    public ushort ChecksumStart;

    /// <summary>Where, behind <see cref="ChecksumStart"/>, it is stored.</summary>
    public ushort ChecksumOffset;

    /// <summary>Buffers merged; a TAP leaves it.</summary>
    public ushort BufferCount;
}
