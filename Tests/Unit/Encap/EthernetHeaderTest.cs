using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class EthernetHeaderTest
{
    private static readonly byte[] s_bytes = Wire.Bytes("deadbeef0001 025a1fc03ef7 0800", "cafe");

    [Test]
    public void IsReadWithItsPayload()
    {
        Assert.That(Layer<EthernetHeader>.TryRead(s_bytes, out Layer<EthernetHeader> ethernet), Is.True);
        Assert.That((MacAddress)ethernet.Header.Destination, Is.EqualTo(MacAddress.Parse("de:ad:be:ef:00:01")));
        Assert.That((MacAddress)ethernet.Header.Source, Is.EqualTo(MacAddress.Parse("02:5a:1f:c0:3e:f7")));
        Assert.That((ushort)ethernet.Header.EtherType, Is.EqualTo(EtherType.Ipv4));
        Assert.That(ethernet.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
        Assert.That(ethernet.HeaderLength, Is.EqualTo(14));
    }

    [Test]
    public void IsWrittenByteForByte() => Assert.That(
        Wire.Emitted(new EthernetHeader(MacAddress.Parse("de:ad:be:ef:00:01"), MacAddress.Parse("02:5a:1f:c0:3e:f7"), EtherType.Ipv4)),
        Is.EqualTo(s_bytes[..14]));

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<EthernetHeader>(s_bytes, EthernetHeader.Size);

    [TestCase((ushort)0, "deadbeef0001 025a1fc03ef7 86dd")]
    [TestCase((ushort)5, "deadbeef0001 025a1fc03ef7 8100 0005 86dd")]
    public void IsWrittenByItsTemplateInFrontOfAPacket(ushort vlan, string expected)
    {
        EthernetTemplate template = new(MacAddress.Parse("02:5a:1f:c0:3e:f7"), vlan);
        PoisonedBuffer buffer = new(8, template.Length + 1, 8);

        template.Write(ref buffer.Room[template.Length], MacAddress.Parse("de:ad:be:ef:00:01"), EtherType.Ipv6);
        Assert.That(buffer.Room[..template.Length].ToArray(), Is.EqualTo(Wire.Bytes(expected)));
        Assert.That(buffer.IsUntouchedAround, Is.True);
    }
}
