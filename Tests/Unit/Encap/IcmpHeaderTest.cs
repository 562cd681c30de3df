using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class IcmpHeaderTest
{
    private static readonly byte[] s_echo = Wire.Bytes("08 00 beef 1234 0005", "cafe");

    [Test]
    public void OfAnEchoIsRead()
    {
        Assert.That(Layer<IcmpHeader>.TryRead(s_echo, out Layer<IcmpHeader> icmp), Is.True);
        Assert.That(icmp.Header is { Type: IcmpType.Echo, Code: 0 }, Is.True);
        Assert.That((ushort)icmp.Header.Checksum, Is.EqualTo(0xBEEF));
        Assert.That((ushort)icmp.Header.Identifier, Is.EqualTo(0x1234));
        Assert.That((ushort)icmp.Header.Sequence, Is.EqualTo(5));
        Assert.That(icmp.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
    }

    [Test]
    public void OfV4HasAnMtuOf16Bits()
    {
        IcmpHeader header = new(IcmpType.DestinationUnreachable, IcmpType.FragmentationNeeded, 1450);

        Assert.That(header.Mtu, Is.EqualTo(1450));
        Assert.That(Wire.Emitted(header), Is.EqualTo(Wire.Bytes("03 04 0000 0000 05aa")));
    }

    [Test]
    public void OfV6HasAnMtuOf32Bits()
    {
        Icmpv6Header header = new(Icmpv6Type.PacketTooBig, 0, 0x00012345);

        Assert.That(header.Mtu, Is.EqualTo(0x00012345));
        Assert.That(Wire.Emitted(header), Is.EqualTo(Wire.Bytes("02 00 0000 0001 2345")));
    }

    [Test]
    public void IsRejectedWhenTruncated()
    {
        Wire.IsRejectedWhenTruncated<IcmpHeader>(s_echo, IcmpHeader.Size);
        Wire.IsRejectedWhenTruncated<Icmpv6Header>(s_echo, Icmpv6Header.Size);
    }
}
