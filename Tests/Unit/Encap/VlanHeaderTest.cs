using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class VlanHeaderTest
{
    private static readonly byte[] s_bytes = Wire.Bytes("b064 0800", "ca");

    [Test]
    public void IsReadWithItsPayload()
    {
        Assert.That(Layer<VlanHeader>.TryRead(s_bytes, out Layer<VlanHeader> vlan), Is.True);
        Assert.That(vlan.Header.Id, Is.EqualTo(100));
        Assert.That((ushort)vlan.Header.Control, Is.EqualTo(0xB064));
        Assert.That((ushort)vlan.Header.EtherType, Is.EqualTo(EtherType.Ipv4));
        Assert.That(vlan.Payload.ToArray(), Is.EqualTo(Wire.Bytes("ca")));
    }

    [Test]
    public void IsWrittenByteForByte() =>
        Assert.That(Wire.Emitted(new VlanHeader(4094, EtherType.Arp)), Is.EqualTo(Wire.Bytes("0ffe 0806")));

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<VlanHeader>(s_bytes, VlanHeader.Size);
}
