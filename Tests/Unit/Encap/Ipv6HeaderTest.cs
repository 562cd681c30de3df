using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class Ipv6HeaderTest
{
    private static readonly byte[] s_packet = Wire.Bytes(
        "6ab12345 0003 3a ff", "20010db8000000000000000000000001", "ff020000000000000000000000000002", "cafeba", "00");

    [Test]
    public void IsReadWithItsFieldsAndWithoutTheLinksPadding()
    {
        Assert.That(Layer<Ipv6Header>.TryRead(s_packet, out Layer<Ipv6Header> ip), Is.True);
        Assert.That(ip.Header.Version, Is.EqualTo(6));
        Assert.That(ip.Header.TrafficClass, Is.EqualTo(0xAB));
        Assert.That(ip.Header.Ecn, Is.EqualTo(Ecn.Ce));
        Assert.That(ip.Header.FlowLabel, Is.EqualTo(0x12345));
        Assert.That(ip.Header.NextHeader, Is.EqualTo(IpProtocol.Icmpv6));
        Assert.That(ip.Header.HopLimit, Is.EqualTo(255));
        Assert.That((IpAddress)ip.Header.Source, Is.EqualTo(IpAddress.Parse("2001:db8::1")));
        Assert.That((IpAddress)ip.Header.Destination, Is.EqualTo(IpAddress.Parse("ff02::2")));
        Assert.That(ip.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafeba")));
    }

    [Test]
    public void IsWrittenByteForByte()
    {
        Ipv6Header header = new(IpProtocol.Icmpv6, IpAddress.Parse("2001:db8::1"), IpAddress.Parse("ff02::2"), 3) { HopLimit = 255 };

        Assert.That(Wire.Emitted(header), Is.EqualTo((byte[])[.. Wire.Bytes("60000000"), .. s_packet[4..40]]));
    }

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<Ipv6Header>(s_packet, 43);

    [Test]
    public void IsRejectedForAnotherVersion() => Assert.That(Wire.IsRead<Ipv6Header>(s_packet.With(0, 0x4A)), Is.False);

    [TestCase(Ecn.NotEct, 0x6A812345u)]
    [TestCase(Ecn.Ce, 0x6AB12345u)]
    public void ChangesNothingButTheEcnBits(byte ecn, uint expected)
    {
        Ipv6Header header = default;
        header.VersionClassFlow = 0x6AA12345;
        header.SetEcn(ecn);

        Assert.That((uint)header.VersionClassFlow, Is.EqualTo(expected));
    }
}
