using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TunnelHeadersTest
{
    private const string Mpls = "0003013f", Inner = "45cafe";

    [Test]
    public void OfTheGoldenPacketsLeadToTheRoutedPacket([Values] bool overGre)
    {
        byte[] packet = overGre ? GoldenPackets.MplsOverGre : GoldenPackets.MplsOverUdp;

        Assert.That(Layer<Ipv4Header>.TryRead(packet.AsSpan(14), out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Header.HasRightChecksum(), Is.True);
        Assert.That(TunnelHeaders.Read(in ip.Header, ip.Payload, out TunnelHeaders tunnel), Is.EqualTo(TunnelFault.None));
        Assert.That(tunnel.Kind, Is.EqualTo(overGre ? EncapsulationKind.MplsOverGre : EncapsulationKind.MplsOverUdp));
        Assert.That(tunnel.Label, Is.EqualTo(48));
        Assert.That(tunnel.Ttl, Is.EqualTo(63));
        Assert.That(ip.Payload.Slice(tunnel.PayloadOffset, tunnel.PayloadLength).ToArray(), Is.EqualTo(GoldenPackets.Routed));
    }

    [TestCase("19eb", TestName = "AreReadOnPort6635")]
    [TestCase("c822", TestName = "AreReadOnPort51234")]
    public void AreReadOnMplsPorts(string port) => Assert.That(ReadUdp($"c000 {port} 000f 0000", Mpls, Inner), Is.EqualTo(TunnelFault.None));

    [Test]
    public void AreNotThoseOfOtherPacketsForTheHost()
    {
        Assert.That(ReadUdp("c000 0035 000f 0000", Mpls, Inner), Is.EqualTo(TunnelFault.NotATunnel), "another port");
        Assert.That(Read(IpProtocol.Gre, "0000 0800", Inner), Is.EqualTo(TunnelFault.NotATunnel), "IP in GRE");
        Assert.That(Read(IpProtocol.Gre, "3001 880b 00000000 00000000", Inner), Is.EqualTo(TunnelFault.NotATunnel), "PPTP");
        Assert.That(Read(IpProtocol.Tcp, "c000 19eb 000f 0000", Mpls), Is.EqualTo(TunnelFault.NotATunnel), "TCP");
    }

    [TestCase((ushort)0x2000)]
    [TestCase((ushort)0x0001)]
    public void OfFragmentsAreNotRead(ushort flags)
    {
        Ipv4Header ip = new(IpProtocol.Udp, 1, 2, 0) { FlagsAndOffset = flags };
        Assert.That(TunnelHeaders.Read(in ip, Wire.Bytes("c000 19eb 000f 0000", Mpls, Inner), out _), Is.EqualTo(TunnelFault.NotATunnel));
    }

    [Test]
    public void AreMalformedWhenTruncated()
    {
        byte[] udp = Wire.Bytes("c000 19eb 000c 0000", Mpls), gre = Wire.Bytes("b000 8847 00000000 00000000 00000000", Mpls);

        for (int cut = 0; cut < udp.Length; cut++)
        {
            Assert.That(Read(IpProtocol.Udp, udp[..cut]), Is.EqualTo(TunnelFault.Malformed), $"UDP cut to {cut}");
            Assert.That(Read(IpProtocol.Udp, Whole(udp[..cut])), Is.EqualTo(TunnelFault.Malformed), $"whole UDP of {cut}");
        }

        for (int cut = 0; cut < gre.Length; cut++)
        {
            Assert.That(Read(IpProtocol.Gre, gre[..cut]), Is.EqualTo(TunnelFault.Malformed), $"GRE cut to {cut}");
        }
    }

    [Test]
    public void AreMalformedWhenAVxlanHeaderIsCutOff() =>
        Assert.That(ReadUdp("c000 12b5 000f 0000", "08000000 000001"), Is.EqualTo(TunnelFault.Malformed));

    [Test]
    public void HaveNoVniWithoutTheIBit() =>
        Assert.That(ReadUdp("c000 12b5 0010 0000", "00000000 00000100"), Is.EqualTo(TunnelFault.InvalidVni));

    [Test]
    public void OfALabelThatIsNotTheLastAreReadAllTheSame()
    {
        Ipv4Header ip = new(IpProtocol.Udp, 1, 2, 0);

        TunnelFault fault = TunnelHeaders.Read(in ip, Wire.Bytes("c000 19eb 0010 0000", "0003003f", "00020140"), out TunnelHeaders tunnel);

        Assert.That(fault, Is.EqualTo(TunnelFault.InvalidPayload));
        Assert.That(tunnel.Label, Is.EqualTo(48), "whether it is known comes first");
    }

    [Test]
    public void AreReadWithARightUdpChecksumOnly()
    {
        byte[] payload = Wire.Bytes("c000 19eb 000f 0000", Mpls, Inner);
        ushort checksum = Checksum.OfUdp(payload, Checksum.PseudoHeader(1, 2, IpProtocol.Udp, payload.Length));
        byte[] right = payload.With(6, (byte)(checksum >> 8)).With(7, (byte)checksum);

        Assert.That(Read(IpProtocol.Udp, right), Is.EqualTo(TunnelFault.None));
        Assert.That(Read(IpProtocol.Udp, [.. right, 0xFF]), Is.EqualTo(TunnelFault.None), "what lies behind UDP does not count");
        Assert.That(Read(IpProtocol.Udp, right.With(7, (byte)(checksum + 1))), Is.EqualTo(TunnelFault.Malformed));
    }

    [Test]
    public void OverIpv6AreReadWithARightUdpChecksumOnly()
    {
        Ipv6Header ip = new(IpProtocol.Udp, IpAddress.Parse("2001:db8::1"), IpAddress.Parse("2001:db8::2"), 15);
        byte[] payload = Wire.Bytes("c000 19eb 000f 0000", Mpls, Inner);
        Assert.That(Ipv6Extensions.TryWalk((byte[])[.. Wire.Emitted(ip), .. payload], out Ipv6Chain chain), Is.True);
        Assert.That(TunnelHeaders.Read(in ip, in chain, payload, out _), Is.EqualTo(TunnelFault.None), "none is allowed by RFC 6935");

        ushort checksum = Checksum.OfUdp(payload, Checksum.PseudoHeader(ip.Source, ip.Destination, IpProtocol.Udp, payload.Length));
        byte[] right = payload.With(6, (byte)(checksum >> 8)).With(7, (byte)checksum);
        Assert.That(TunnelHeaders.Read(in ip, in chain, right, out _), Is.EqualTo(TunnelFault.None));
        Assert.That(TunnelHeaders.Read(in ip, in chain, right.With(14, 0), out _), Is.EqualTo(TunnelFault.Malformed));
    }

    [Test]
    public void OfGreAreReadWithARightChecksumOnly()
    {
        byte[] payload = Wire.Bytes("a000 8847 0000 0000 0000002a", Mpls, Inner);
        ushort checksum = Checksum.Of(payload);
        byte[] right = payload.With(4, (byte)(checksum >> 8)).With(5, (byte)checksum);

        Assert.That(Read(IpProtocol.Gre, right), Is.EqualTo(TunnelFault.None));
        Assert.That(Read(IpProtocol.Gre, right.With(11, 43)), Is.EqualTo(TunnelFault.Malformed));
    }

    private static byte[] Whole(byte[] udp) => udp.Length < UdpHeader.Size ? udp : udp.With(5, (byte)udp.Length);

    private static TunnelFault ReadUdp(params string[] hex) => Read(IpProtocol.Udp, Wire.Bytes(hex));

    private static TunnelFault Read(byte protocol, params string[] hex) => Read(protocol, Wire.Bytes(hex));

    private static TunnelFault Read(byte protocol, byte[] payload)
    {
        Ipv4Header ip = new(protocol, 1, 2, 0);
        return TunnelHeaders.Read(in ip, payload, out _);
    }
}
