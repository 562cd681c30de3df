using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class UdpHeaderTest
{
    private static readonly byte[] s_bytes = Wire.Bytes("c000 12b5 000a beef", "cafe", "00");

    [Test]
    public void IsReadWithAsMuchPayloadAsItSays()
    {
        Assert.That(Layer<UdpHeader>.TryRead(s_bytes, out Layer<UdpHeader> udp), Is.True);
        Assert.That((ushort)udp.Header.SourcePort, Is.EqualTo(49152));
        Assert.That((ushort)udp.Header.DestinationPort, Is.EqualTo(VxlanHeader.UdpPort));
        Assert.That((ushort)udp.Header.Checksum, Is.EqualTo(0xBEEF));
        Assert.That(udp.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
    }

    [Test]
    public void IsWrittenByteForByte() =>
        Assert.That(Wire.Emitted(new UdpHeader(49152, 4789, 10) { Checksum = 0xBEEF }), Is.EqualTo(s_bytes[..8]));

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<UdpHeader>(s_bytes, 10);

    [TestCase(0)]
    [TestCase(7)]
    [TestCase(12)]
    public void IsRejectedForALengthThatCannotBe(byte length) => Assert.That(Wire.IsRead<UdpHeader>(s_bytes.With(5, length)), Is.False);
}
