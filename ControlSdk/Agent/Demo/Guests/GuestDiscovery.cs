using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>Neighbour discovery messages of a guest (RFC 4861).</summary>
internal static class GuestDiscovery
{
    public const byte Solicitation = 135, Advertisement = 136;

    private const int Target = 8, Option = 24, Size = 32;
    private const byte SourceLinkLayer = 1, TargetLinkLayer = 2;            // section 4.6.1
    private const uint SolicitedOverride = 0x6000_0000;                     // S and O, section 4.4
    private const byte OnLink = 255;                                        // "255": what came through a router is no neighbour's (section 7.1)

    /// <summary>Asks for the target, by its solicited-node group (RFC 4291 section 2.7.1, RFC 2464 section 7).</summary>
    public static byte[] Ask(MacAddress mac, IpAddress address, IpAddress target)
    {
        IpAddress group = IpAddress.FromIpv6(0xFF02_0000_0000_0000, 0x1_FF00_0000 | target.Low & 0xFF_FFFF);
        byte[] frame = Frame(mac, address, group, Solicitation, 0, target, SourceLinkLayer);
        GuestFrames.Address(frame, new MacAddress(0x3333_0000_0000 | group.Low & 0xFFFF_FFFF));
        return frame;
    }

    /// <summary>Tells who asked.</summary>
    public static byte[] Answer(MacAddress mac, IpAddress address, MacAddress askerMac, IpAddress asker)
    {
        byte[] frame = Frame(mac, address, asker, Advertisement, SolicitedOverride, address, TargetLinkLayer);
        GuestFrames.Address(frame, askerMac);
        return frame;
    }

    /// <summary>Reads a solicitation or an advertisement with its link-layer address.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out byte type, out IpAddress target, out MacAddress mac)
    {
        (type, target, mac) = (0, default, default);

        if (message.Length < Size || message[0] is not (Solicitation or Advertisement))
        {
            return false;
        }

        (type, target, mac) = (message[0], IpAddress.FromBytes(message[Target..Option]), MacAddress.FromBytes(message[(Option + 2)..]));
        return true;
    }

    private static byte[] Frame(MacAddress mac, IpAddress from, IpAddress to, byte type, uint flags, IpAddress target, byte option)
    {
        byte[] message = new byte[Size];

        message[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), flags);
        target.CopyTo(message.AsSpan(Target));
        message[Option] = option;
        message[Option + 1] = 1;                                            // in units of 8 bytes
        mac.CopyTo(message.AsSpan(Option + 2));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), GuestChecksum.Of(message, from, to, IpProtocol.Icmpv6));

        return GuestFrames.Ip(mac, from, to, IpProtocol.Icmpv6, message, OnLink);
    }
}
