using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>Whole packets with right checksums.</summary>
internal static class Made
{
    public static byte[] Ipv4(byte protocol, uint source, uint destination, byte[] payload, ushort flags = 0)
    {
        Ipv4Header ip = new(protocol, source, destination, Ipv4Header.Size + payload.Length) { FlagsAndOffset = flags, Id = 0x1234, Ttl = 1 };
        ip.SetChecksum();
        return [.. Wire.Emitted(ip), .. payload];
    }

    public static byte[] Ipv6(byte protocol, string source, string destination, byte[] payload) =>
        [.. Wire.Emitted(new Ipv6Header(protocol, IpAddress.Parse(source), IpAddress.Parse(destination), payload.Length)), .. payload];

    public static byte[] Icmp(byte type, byte code, string rest)
    {
        byte[] message = [type, code, 0, 0, .. Wire.Bytes(rest)];
        ushort checksum = Checksum.Of(message);
        return message.With(2, (byte)(checksum >> 8)).With(3, (byte)checksum);
    }

    public static byte[] Icmpv6(byte type, byte code, string rest, string source, string destination)
    {
        byte[] message = [type, code, 0, 0, .. Wire.Bytes(rest)];
        uint pseudo = Checksum.PseudoHeader(IpAddress.Parse(source), IpAddress.Parse(destination), IpProtocol.Icmpv6, message.Length);
        ushort checksum = Checksum.Of(message, pseudo);
        return message.With(2, (byte)(checksum >> 8)).With(3, (byte)checksum);
    }
}
