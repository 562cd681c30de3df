using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Fragments of an IP packet without options or extension headers, of both families, as senders make them and as they do not.</summary>
internal static class Fragments
{
    /// <summary>Cuts a packet at these bytes of its payload.</summary>
    public static byte[][] Of(byte[] packet, uint id, params int[] cuts)
    {
        int length = packet.Length - HeaderLength(packet);
        int[] edges = [0, .. cuts, length];
        return [.. Enumerable.Range(0, edges.Length - 1).Select(i => Piece(packet, id, edges[i], edges[i + 1]))];
    }

    /// <summary>The fragment with these bytes of a packet's payload; it says that it is the last one if the payload ends there, or as it is told to.</summary>
    public static byte[] Piece(byte[] packet, uint id, int start, int end, bool? isLast = null)
    {
        int header = HeaderLength(packet);
        bool hasMore = !(isLast ?? header + end == packet.Length);
        byte[] payload = packet[(header + start)..(header + end)];
        return header == Ipv6Header.Size ? Ipv6(packet, id, start, hasMore, payload) : Ipv4(packet, id, start, hasMore, payload);
    }

    private static int HeaderLength(byte[] packet) => packet[0] >> 4 == 6 ? Ipv6Header.Size : Ipv4Header.Size;

    private static byte[] Ipv4(byte[] packet, uint id, int start, bool hasMore, byte[] payload)
    {
        byte[] header = packet[..Ipv4Header.Size];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(header.Length + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)id);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), (ushort)(start / 8 | (hasMore ? Ipv4Header.MoreFragments : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum.Of(header));
        return [.. header, .. payload];
    }

    private static byte[] Ipv6(byte[] packet, uint id, int start, bool hasMore, byte[] payload)
    {
        byte[] header = packet[..Ipv6Header.Size];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(8 + payload.Length));
        byte[] fragment = [header[6], 0, 0, 0, 0, 0, 0, 0];
        header[6] = IpProtocol.Fragment;
        BinaryPrimitives.WriteUInt16BigEndian(fragment.AsSpan(2), (ushort)(start | (hasMore ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(fragment.AsSpan(4), id);
        return [.. header, .. fragment, .. payload];
    }
}
