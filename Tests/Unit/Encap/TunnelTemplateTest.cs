using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TunnelTemplateTest
{
    private static readonly MacAddress s_underlaySource = MacAddress.Parse("de:ad:be:ef:00:02");
    private static readonly MacAddress s_underlayNextHop = MacAddress.Parse("de:ad:be:ef:00:01");

    private const uint Label = 48;

    [Test]
    public void WritesTheGoldenMplsOverUdpPacket() =>
        Assert.That(Encapsulated(EncapsulationKind.MplsOverUdp), Is.EqualTo(GoldenPackets.MplsOverUdp));

    [Test]
    public void WritesTheGoldenMplsOverGrePacket() =>
        Assert.That(Encapsulated(EncapsulationKind.MplsOverGre), Is.EqualTo(GoldenPackets.MplsOverGre));

    private static byte[] Encapsulated(EncapsulationKind kind)
    {
        TunnelTemplate template = TunnelTemplate.Create(new TunnelSpec
        {
            Kind = kind,
            Source = IpAddress.Parse("1.1.2.2"),
            Destination = IpAddress.Parse("2.2.1.1"),
            SourceMac = s_underlaySource,
        });

        byte[] payload = GoldenPackets.Routed;
        PoisonedBuffer buffer = new(TunnelTemplate.Room, payload.Length, 8);
        payload.CopyTo(buffer.Room);

        // A hash whose entropy is the golden packet's source port.
        const uint hash = (0xEB06u & 0x3FFF) << 18;
        template.Write(ref buffer.Room[0], payload.Length, Label, 1, hash, 63, Ecn.NotEct, s_underlayNextHop);
        return [.. buffer.Front[^template.Length..], .. buffer.Room];
    }
}
