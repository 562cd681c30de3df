using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Frames as a guest makes them, byte by byte.</summary>
internal static class GuestFrames
{
    /// <summary>Where the frame's payload begins.</summary>
    public const int Ethernet = 14;

    private const int V4 = 20, V6 = 40;
    private const int DontFragment = 0x4000;

    /// <summary>An IP packet in a frame whose destination MAC is still to be filled in.</summary>
    public static byte[] Ip(MacAddress source, IpAddress from, IpAddress to, byte protocol, ReadOnlySpan<byte> message, byte hopLimit = 64)
    {
        byte[] frame = Frame(source, to.IsIpv6 ? EtherType.Ipv6 : EtherType.Ipv4, (to.IsIpv6 ? V6 : V4) + message.Length);
        Span<byte> packet = frame.AsSpan(Ethernet);

        message.CopyTo(packet[^message.Length..]);

        if (to.IsIpv6)
        {
            packet[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)message.Length);
            packet[6] = protocol;
            packet[7] = hopLimit;
            from.CopyTo(packet[8..]);
            to.CopyTo(packet[24..]);
            return frame;
        }

        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], DontFragment);
        packet[8] = hopLimit;
        packet[9] = protocol;
        from.CopyTo(packet[12..]);
        to.CopyTo(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], GuestChecksum.Of(packet[..V4]));
        return frame;
    }

    /// <summary>A frame with nothing in it but its source and type; it goes to nobody yet.</summary>
    public static byte[] Frame(MacAddress source, ushort type, int payload)
    {
        byte[] frame = new byte[Ethernet + payload];
        source.CopyTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        return frame;
    }

    /// <summary>Fills in who gets a frame.</summary>
    public static void Address(Span<byte> frame, MacAddress destination) => destination.CopyTo(frame);

    /// <summary>What a frame carries.</summary>
    public static ushort TypeOf(ReadOnlySpan<byte> frame) => frame.Length < Ethernet ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
}
