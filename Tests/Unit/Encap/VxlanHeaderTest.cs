using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class VxlanHeaderTest
{
    private static readonly byte[] s_vni5001 =
    [
        0x08, 0x00, 0x00, 0x00, // flags: I
        0x00, 0x13, 0x89, 0x00, // VNI 5001
        0xCA, 0xFE,             // payload
    ];

    [Test]
    public void IsReadWithItsVniAndPayload()
    {
        Assert.That(Layer<VxlanHeader>.TryRead(s_vni5001, out Layer<VxlanHeader> vxlan), Is.True);
        Assert.That(vxlan.Header.Vni, Is.EqualTo(new Vni(5001)));
        Assert.That(vxlan.Payload.ToArray(), Is.EqualTo(new byte[] { 0xCA, 0xFE }));
    }

    [Test]
    public void IsWrittenByteForByte() => Assert.That(Wire.Emitted(new VxlanHeader(new Vni(5001))), Is.EqualTo(s_vni5001[..8]));

    [Test]
    public void IsReadWithReservedBitsSet() => Assert.That(Wire.IsRead<VxlanHeader>(s_vni5001.With(0, 0xFF).With(7, 0xFF)), Is.True);

    [Test]
    public void IsRejectedWithoutTheIBit() => Assert.That(Wire.IsRead<VxlanHeader>(s_vni5001.With(0, 0xF7)), Is.False);

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<VxlanHeader>(s_vni5001, VxlanHeader.Size);
}
