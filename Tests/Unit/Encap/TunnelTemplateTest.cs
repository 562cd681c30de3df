using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TunnelTemplateTest
{
    private static readonly MacAddress s_sourceMac = MacAddress.Parse("de:ad:be:ef:00:02");
    private static readonly MacAddress s_nextHopMac = MacAddress.Parse("de:ad:be:ef:00:01");

    // Its entropy is the golden packet's source port.
    private const uint Hash = (0xEB06u & 0x3FFF) << 18;

    private static readonly TunnelSpec s_v4 = new()
    {
        Kind = EncapsulationKind.MplsOverUdp,
        Source = IpAddress.Parse("1.1.2.2"),
        Destination = IpAddress.Parse("2.2.1.1"),
        SourceMac = s_sourceMac,
    };

    private static readonly TunnelSpec s_v6 = s_v4 with { Source = IpAddress.Parse("2001:db8::1"), Destination = IpAddress.Parse("2001:db8::2") };

    private static readonly TunnelSpec s_vxlan = s_v4 with
    {
        Kind = EncapsulationKind.Vxlan,
        InnerDestination = MacAddress.Parse("02:00:00:00:00:0a"),
        InnerSource = MacAddress.Parse("02:00:00:00:00:0b"),
    };

    [Test]
    public void WritesTheGoldenMplsOverUdpPacket() =>
        Assert.That(Write(s_v4, GoldenPackets.Routed, 48), Is.EqualTo(GoldenPackets.MplsOverUdp));

    [Test]
    public void WritesTheGoldenMplsOverGrePacket() =>
        Assert.That(Write(s_v4 with { Kind = EncapsulationKind.MplsOverGre }, GoldenPackets.Routed, 48), Is.EqualTo(GoldenPackets.MplsOverGre));

    [Test]
    public void WritesVxlanWithAnEthernetHeaderBeforeAnIpPacket()
    {
        byte[] written = Write(s_vxlan, Wire.Bytes("60cafe"), 5001);

        Assert.That(written, Is.EqualTo(Wire.Bytes(
            "deadbeef0001 deadbeef0002 0800",
            "4500 0035 0001 0000 4011 74b2 01010202 02020101",
            "eb06 12b5 0021 0000",
            "08000000 00138900",
            "02000000000a 02000000000b 86dd",
            "60cafe")));
    }

    [Test]
    public void WritesVxlanBeforeAnEthernetFrame()
    {
        byte[] written = Write(s_vxlan with { InnerDestination = default }, Wire.Bytes("ffffffffffff"), Vni.Maximum);

        Assert.That(written, Is.EqualTo(Wire.Bytes(
            "deadbeef0001 deadbeef0002 0800",
            "4500 002a 0001 0000 4011 74bd 01010202 02020101",
            "eb06 12b5 0016 0000",
            "08000000 ffffff00",
            "ffffffffffff")));
    }

    [Test]
    public void WritesOverIpv6WithATag()
    {
        byte[] written = Write(s_v6 with { VlanId = 100, MplsPort = 51234 }, Wire.Bytes("45"), 48, ecn: Ecn.Ect1);

        Assert.That(written, Is.EqualTo(Wire.Bytes(
            "deadbeef0001 deadbeef0002 8100 0064 86dd",
            "601ac180 000d 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002",
            "eb06 c822 000d 0000",
            "0003013f",
            "45")));
    }

    [Test]
    public void WritesGreOverIpv6()
    {
        byte[] written = Write(s_v6 with { Kind = EncapsulationKind.MplsOverGre }, Wire.Bytes("45"), 48);

        Assert.That(written, Is.EqualTo(Wire.Bytes(
            "deadbeef0001 deadbeef0002 86dd",
            "600ac180 0009 2f 40 20010db8000000000000000000000001 20010db8000000000000000000000002",
            "0000 8847",
            "0003013f",
            "45")));
    }

    [Test]
    public void CopiesTheEcnCodepointOutwards()
    {
        byte[] written = Write(s_v4, GoldenPackets.Routed, 48, ecn: Ecn.Ce);

        Assert.That(Layer<Ipv4Header>.TryRead(written.AsSpan(14), out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Header.TrafficClass, Is.EqualTo(Ecn.Ce), "DSCP 0");
        Assert.That(ip.Header.HasRightChecksum(), Is.True);
    }

    [TestCase(0u, 49152)]
    [TestCase(uint.MaxValue, 65535)]
    public void TakesSourcePortsFromTheDynamicRange(uint hash, int port) => Assert.That(TunnelPort.Entropy(hash), Is.EqualTo(port));

    // The table of overheads in the L3 header's bytes.
    [TestCase(EncapsulationKind.MplsOverUdp, 32)]
    [TestCase(EncapsulationKind.MplsOverGre, 28)]
    [TestCase(EncapsulationKind.Vxlan, 36)]
    public void KnowsItsLength(EncapsulationKind kind, int overhead)
    {
        Assert.That(TunnelTemplate.Create(s_v4 with { Kind = kind }), Has.Property("L3Overhead").EqualTo(overhead).And.Property("Length").EqualTo(overhead + 14));
        Assert.That(TunnelTemplate.Create(s_v6 with { Kind = kind, VlanId = 5 }), Has.Property("L3Overhead").EqualTo(overhead + 20).And.Property("Length").EqualTo(overhead + 38));
    }

    [Test]
    public void CountsTheInnerEthernetHeader() => Assert.That(TunnelTemplate.Create(s_vxlan).L3Overhead, Is.EqualTo(50));

    [Test]
    public void RefusesTwoFamilies() =>
        Assert.That(() => TunnelTemplate.Create(s_v4 with { Destination = IpAddress.Parse("::1") }), Throws.ArgumentException);

    [Test]
    public void RefusesNoEncapsulation() =>
        Assert.That(() => TunnelTemplate.Create(s_v4 with { Kind = EncapsulationKind.None }), Throws.ArgumentException);

    private static byte[] Write(TunnelSpec spec, byte[] payload, uint label, byte ecn = Ecn.NotEct)
    {
        TunnelTemplate template = TunnelTemplate.Create(in spec);
        PoisonedBuffer buffer = new(16, TunnelTemplate.Room + payload.Length, 16);
        Span<byte> room = buffer.Room[TunnelTemplate.Room..];
        payload.CopyTo(room);

        template.Write(ref room[0], payload.Length, label, 1, Hash, 63, ecn, s_nextHopMac);

        Assert.That(buffer.IsUntouchedAround, Is.True, "wrote further forward than its room");
        return buffer.Room[(TunnelTemplate.Room - template.Length)..].ToArray();
    }
}
