using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>ARP packets of a guest (RFC 826).</summary>
internal static class GuestArp
{
    public const ushort Request = 1, Reply = 2;

    private const int Size = 28;
    private const ulong EthernetAndIpv4 = 0x0001_0800_0604;       // hardware, protocol and the lengths of their addresses

    /// <summary>A whole frame; a target of no known MAC is asked for by broadcast.</summary>
    public static byte[] Frame(ushort operation, MacAddress mac, IpAddress address, MacAddress targetMac, IpAddress target)
    {
        byte[] frame = GuestFrames.Frame(mac, EtherType.Arp, Size);
        Span<byte> packet = frame.AsSpan(GuestFrames.Ethernet);

        GuestFrames.Address(frame, targetMac.IsZero ? MacAddress.Broadcast : targetMac);
        BinaryPrimitives.WriteUInt64BigEndian(packet, EthernetAndIpv4 << 16 | operation);
        mac.CopyTo(packet[8..]);
        address.CopyTo(packet[14..]);
        targetMac.CopyTo(packet[18..]);
        target.CopyTo(packet[24..]);
        return frame;
    }

    /// <summary>Reads what somebody asks of, or tells, <paramref name="self"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packet, IpAddress self, out ushort operation, out IpAddress sender, out MacAddress senderMac)
    {
        (operation, sender, senderMac) = (0, default, default);

        if (packet.Length < Size || BinaryPrimitives.ReadUInt64BigEndian(packet) >> 16 != EthernetAndIpv4 || IpAddress.FromBytes(packet[24..Size]) != self)
        {
            return false;
        }

        operation = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        sender = IpAddress.FromBytes(packet[14..18]);
        senderMac = MacAddress.FromBytes(packet[8..]);
        return true;
    }
}
