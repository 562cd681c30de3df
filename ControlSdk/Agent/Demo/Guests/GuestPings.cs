using System.Buffers.Binary;
using System.Text;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>A guest's echo requests and replies; ICMP and ICMPv6 have the same layout (RFC 792, RFC 4443 section 4).</summary>
internal sealed class GuestPings
{
    private const int Header = 8;
    private const ushort Identifier = 0x7652;

    private static readonly byte[] s_data = Encoding.ASCII.GetBytes("from pod to pod through the vRouter: 48 bytes...");

    private readonly HashSet<(IpAddress From, ushort Sequence)> _answered = [];

    /// <summary>An echo request with its checksum.</summary>
    public static byte[] Request(IpAddress from, IpAddress to, ushort sequence)
    {
        byte[] message = new byte[Header + s_data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), Identifier);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), sequence);
        s_data.CopyTo(message, Header);
        Finish(message, to.IsIpv6 ? Icmpv6Type.Echo : IcmpType.Echo, from, to);
        return message;
    }

    /// <summary>Whether a message is the whole answer to a request.</summary>
    public static bool IsReply(ReadOnlySpan<byte> message, bool isIpv6, ushort sequence) =>
        message.Length == Header + s_data.Length
        && message[0] == (isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply)
        && BinaryPrimitives.ReadUInt16BigEndian(message[4..]) == Identifier
        && BinaryPrimitives.ReadUInt16BigEndian(message[6..]) == sequence
        && message[Header..].SequenceEqual(s_data);

    public bool HasAnswer(IpAddress from, ushort sequence) => _answered.Contains((from, sequence));

    /// <summary>Takes an ICMP or ICMPv6 message; the reply to send when it asks for one.</summary>
    public byte[]? Receive(in GuestPacket packet)
    {
        bool isIpv6 = packet.Source.IsIpv6;

        if (packet.Message.Length < Header)
        {
            return null;
        }

        if (packet.Message[0] == (isIpv6 ? Icmpv6Type.Echo : IcmpType.Echo))
        {
            byte[] reply = packet.Message.ToArray();
            Finish(reply, isIpv6 ? Icmpv6Type.EchoReply : IcmpType.EchoReply, packet.Destination, packet.Source);
            return reply;
        }

        ushort sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.Message[6..]);

        if (IsReply(packet.Message, isIpv6, sequence))
        {
            _answered.Add((packet.Source, sequence));
        }

        return null;
    }

    private static void Finish(Span<byte> message, byte type, IpAddress from, IpAddress to)
    {
        message[0] = type;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], to.IsIpv6 ? GuestChecksum.Of(message, from, to, IpProtocol.Icmpv6) : GuestChecksum.Of(message));
    }
}
