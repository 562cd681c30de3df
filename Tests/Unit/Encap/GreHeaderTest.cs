using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class GreHeaderTest
{
    [TestCase("0000 8847", 4, TestName = "IsReadPlain")]
    [TestCase("8000 8847 12340000", 8, TestName = "IsReadWithAChecksum")]
    [TestCase("2000 8847 0000002a", 8, TestName = "IsReadWithAKey")]
    [TestCase("1000 8847 00000001", 8, TestName = "IsReadWithASequenceNumber")]
    [TestCase("b000 8847 12340000 0000002a 00000001", 16, TestName = "IsReadWithAllOfThem")]
    public void IsRead(string header, int length)
    {
        byte[] bytes = Wire.Bytes(header, "cafe");

        Assert.That(Layer<GreHeader>.TryRead(bytes, out Layer<GreHeader> gre), Is.True);
        Assert.That((ushort)gre.Header.ProtocolType, Is.EqualTo(EtherType.Mpls));
        Assert.That(gre.HeaderLength, Is.EqualTo(length));
        Assert.That(gre.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
        Wire.IsRejectedWhenTruncated<GreHeader>(bytes, length);
    }

    [Test]
    public void IsWrittenByteForByte() => Assert.That(Wire.Emitted(new GreHeader(EtherType.Mpls)), Is.EqualTo(Wire.Bytes("0000 8847")));

    [TestCase("0001 880b", TestName = "IsRejectedOfVersion1")]
    [TestCase("4000 8847", TestName = "IsRejectedWithRouting")]
    [TestCase("0800 8847", TestName = "IsRejectedWithStrictSourceRoute")]
    [TestCase("0400 8847", TestName = "IsRejectedWithAReservedBit")]
    public void IsRejected(string header) => Assert.That(Wire.IsRead<GreHeader>(Wire.Bytes(header, "cafe")), Is.False);
}
