using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Writes the segments of one connection.</summary>
internal sealed class GuestSegments(IpAddress address, ushort port, IpAddress peer, ushort peerPort, GuestTransmit transmit)
{
    /// <summary>Bytes that the peer may have under way to us: no window scaling.</summary>
    public const ushort Window = ushort.MaxValue;

    private const int MaximumSegmentSizeOption = 4;

    private readonly byte[] _segment = new byte[Pod.Mtu];
    private int _size = Pod.Mtu - GuestSegment.HeaderSize - (peer.IsIpv6 ? 40 : 20);

    /// <summary>Where the next segment's payload is to be written, as much as it can have.</summary>
    public Span<byte> Payload => _segment.AsSpan(GuestSegment.HeaderSize, _size);

    /// <summary>The peer takes no larger segments than this; null leaves it.</summary>
    public void Limit(int? size) => _size = Math.Clamp(size ?? _size, 1, _size);

    /// <summary>Sends a segment with the first bytes of <see cref="Payload"/>; a SYN carries the segment size instead.</summary>
    public void Send(GuestFlags flags, uint sequence, uint acknowledgement, int payload = 0)
    {
        int header = GuestSegment.HeaderSize;

        if ((flags & GuestFlags.Syn) != 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_segment.AsSpan(header), 0x0204_0000 | (uint)_size);
            header += MaximumSegmentSizeOption;
        }

        Span<byte> segment = _segment.AsSpan(0, header + payload);

        BinaryPrimitives.WriteUInt16BigEndian(segment, port);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], peerPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], acknowledgement);
        segment[12] = (byte)(header / 4 << 4);
        segment[13] = (byte)flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], GuestChecksum.Of(segment, address, peer, IpProtocol.Tcp));

        transmit(peer, IpProtocol.Tcp, segment);
    }
}
