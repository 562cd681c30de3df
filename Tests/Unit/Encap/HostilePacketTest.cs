using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class HostilePacketTest
{
    private const int Rounds = 20_000;

    private static readonly byte[][] s_packets =
    [
        GoldenPackets.MplsOverUdp[14..],
        GoldenPackets.MplsOverGre[14..],
        GoldenPackets.Routed,
        Made.Ipv4(IpProtocol.Icmp, 1, 2, Made.Icmp(IcmpType.Echo, 0, "00010002cafe")),
        Made.Ipv4(IpProtocol.Tcp, 1, 2, Wire.Bytes("8000 0050 01020304 05060708 7012 faf0 beef 0001", "020405b4 01030307")),
        Made.Ipv6(IpProtocol.HopByHop, "::2", "::3", Wire.Bytes("2b00000000000000 2c00000000000000 3a00000100000001 8000000000000000")),
        Made.Ipv6(IpProtocol.Icmpv6, "::2", "::3", Wire.Bytes("87000000 00000000 20010db8000000000000000100023456 0101025a1fc03ef7")),
        Made.Ipv4(IpProtocol.Icmp, 1, 2, Made.Icmp(IcmpType.TimeExceeded, 0, "00000000" + Convert.ToHexString(GoldenPackets.Routed[..28]))),
        Made.Ipv6(IpProtocol.Icmpv6, "::2", "::3", [1, 0, 0, 0, 0, 0, 0, 0, .. Made.Ipv6(IpProtocol.DestinationOptions, "::3", "::2", [6, 0, .. new byte[14]])]),
        Made.Ipv6(IpProtocol.Udp, "::2", "::3", Wire.Bytes("c000 12b5 0018 0000 08000000 00138900 6b6f6b6f74696e79")),
    ];

    /// <summary>Every reader, on packets with bytes changed and cut off, in arrays that end where the packet ends: no exception.</summary>
    [Test]
    public void IsReadOrRejectedWithoutHarm()
    {
        Random random = new(1);

        for (int round = 0; round < Rounds; round++)
        {
            byte[] packet = [.. s_packets[random.Next(s_packets.Length)]];

            for (int changes = random.Next(4); changes > 0; changes--)
            {
                packet[random.Next(Math.Min(packet.Length, 80))] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
            }

            packet = packet[..random.Next(random.Next(packet.Length + 1), packet.Length + 1)];
            Assert.That(() => ReadByAll([.. packet]), Throws.Nothing, Convert.ToHexString(packet));
        }
    }

    private static void ReadByAll(byte[] packet)
    {
        if (Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> v4))
        {
            v4.Header.HasRightChecksum();
            IsInside(TunnelHeaders.Read(in v4.Header, v4.Payload, out TunnelHeaders tunnel), tunnel, v4.Payload);
            TcpMss.Clamp(v4.Payload, 536);
            Fragment(packet.AsSpan(0, v4.HeaderLength));
            Quote(v4.Payload, isIpv6: false);
        }

        if (Ipv6Extensions.TryWalk(packet, out Ipv6Chain chain))
        {
            Layer<Ipv6Header>.TryRead(packet, out Layer<Ipv6Header> v6);
            Span<byte> upper = packet.AsSpan(chain.UpperOffset..(Ipv6Header.Size + v6.Payload.Length));
            IsInside(TunnelHeaders.Read(in v6.Header, in chain, upper, out TunnelHeaders tunnel), tunnel, upper);
            NeighbourMessage.TryRead(in v6.Header, upper, out _);
            TcpMss.Clamp(upper, 536);
            Quote(upper, isIpv6: true);
        }

        if (IcmpError.MayBeSentAbout(packet))
        {
            IpAddress source = packet[0] >> 4 == 6 ? IpAddress.FromIpv6(0, 1) : IpAddress.FromIpv4(1);
            IcmpError.WriteTimeExceeded(new byte[IcmpError.MaximumLengthIpv6], packet, source);
            IcmpError.WritePortUnreachable(new byte[IcmpError.MaximumLengthIpv6], packet, source);
        }

        TcpReset.Write(new byte[TcpReset.MaximumLength], packet);

        IcmpEcho.TryAnswer(packet);
    }

    private static void IsInside(TunnelFault fault, TunnelHeaders tunnel, Span<byte> payload)
    {
        if (fault == TunnelFault.None)
        {
            Assert.That(payload.Slice(tunnel.PayloadOffset, tunnel.PayloadLength).Length, Is.EqualTo(tunnel.PayloadLength));
        }
    }

    private static void Quote(Span<byte> message, bool isIpv6)
    {
        if (IcmpQuote.TryRead(message, isIpv6, out IcmpQuote quote))
        {
            Assert.That(quote.End, Is.InRange(Math.Max(quote.TransportOffset, IcmpQuote.IpOffset), message.Length));
        }
    }

    private static void Fragment(Span<byte> header)
    {
        if (Ipv4Fragments.TryPlan(header, 68 + 8, out Ipv4Fragments fragments))
        {
            fragments.WriteHeader(fragments.Count - 1, header, new byte[Ipv4Header.MaximumLength]);
        }
    }
}
