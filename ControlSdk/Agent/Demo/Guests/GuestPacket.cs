using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>An IP packet as a guest takes it: no options, no extension headers, no fragments, and a right checksum inside.</summary>
internal readonly ref struct GuestPacket
{
    private GuestPacket(ReadOnlySpan<byte> addresses, byte protocol, Span<byte> message)
    {
        Source = IpAddress.FromBytes(addresses[..(addresses.Length / 2)]);
        Destination = IpAddress.FromBytes(addresses[(addresses.Length / 2)..]);
        Protocol = protocol;
        Message = message;
    }

    public IpAddress Source { get; }

    public IpAddress Destination { get; }

    public byte Protocol { get; }

    /// <summary>What it carries: a TCP segment, an ICMP message.</summary>
    public Span<byte> Message { get; }

    public static bool TryRead(Span<byte> packet, out GuestPacket read)
    {
        const int V4 = 20, V6 = 40;

        read = default;

        if (packet.Length >= V4 && packet[0] == 0x45 && BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) is ushort total && total >= V4 && total <= packet.Length)
        {
            read = new GuestPacket(packet[12..V4], packet[9], packet[V4..total]);
            return GuestChecksum.Of(packet[..V4]) == 0 && read.HasRightChecksum();
        }

        if (packet.Length >= V6 && packet[0] >> 4 == 6 && BinaryPrimitives.ReadUInt16BigEndian(packet[4..]) is ushort length && V6 + length <= packet.Length)
        {
            read = new GuestPacket(packet[8..V6], packet[6], packet.Slice(V6, length));
            return read.HasRightChecksum();
        }

        return false;
    }

    /// <summary>One that is wrong here was broken on the way: the guest does not answer, and the check fails.</summary>
    private bool HasRightChecksum() =>
        (Protocol == IpProtocol.Icmp ? GuestChecksum.Of(Message) : GuestChecksum.Of(Message, Source, Destination, Protocol)) == 0;
}
