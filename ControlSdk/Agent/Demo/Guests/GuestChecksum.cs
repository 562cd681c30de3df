using System.Buffers.Binary;
using VRouter.Encap;

namespace VRouter.ControlSdk.Agent.Demo;

/// <summary>
/// The Internet checksum in its plainest form (RFC 1071). Guests stand for the world outside: they share no code with the data
/// plane that could be wrong on both sides.
/// </summary>
internal static class GuestChecksum
{
    /// <summary>The checksum to store in an ICMP message, or, 0, the proof that a received one is right.</summary>
    public static ushort Of(ReadOnlySpan<byte> message) => Finish(Sum(message));

    /// <summary>The same for a transport packet, with its pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1).</summary>
    public static ushort Of(ReadOnlySpan<byte> message, IpAddress source, IpAddress destination, byte protocol)
    {
        Span<byte> pseudo = new byte[32];
        int addresses = source.CopyTo(pseudo);
        addresses += destination.CopyTo(pseudo[addresses..]);

        return Finish(Sum(pseudo[..addresses]) + protocol + (ulong)message.Length + Sum(message));
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;

        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return bytes.IsEmpty ? sum : sum + ((ulong)bytes[0] << 8);
    }

    private static ushort Finish(ulong sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
