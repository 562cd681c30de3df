using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class ArpHeaderTest
{
    private static readonly byte[] s_reply = Wire.Bytes("0001 0800 06 04 0002", "025a1fc03ef7 0a000001", "deadbeef0001 0a000002");
    private static readonly MacAddress s_sender = MacAddress.Parse("02:5a:1f:c0:3e:f7");
    private static readonly MacAddress s_target = MacAddress.Parse("de:ad:be:ef:00:01");

    [Test]
    public void IsRead()
    {
        Assert.That(Layer<ArpHeader>.TryRead(s_reply, out Layer<ArpHeader> arp), Is.True);
        Assert.That((ushort)arp.Header.Operation, Is.EqualTo(ArpHeader.Reply));
        Assert.That((MacAddress)arp.Header.SenderMac, Is.EqualTo(s_sender));
        Assert.That((uint)arp.Header.SenderAddress, Is.EqualTo(0x0A000001));
        Assert.That((MacAddress)arp.Header.TargetMac, Is.EqualTo(s_target));
        Assert.That((uint)arp.Header.TargetAddress, Is.EqualTo(0x0A000002));
    }

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<ArpHeader>(s_reply, ArpHeader.Size);

    [TestCase(1, 6, TestName = "IsRejectedForOtherHardware")]
    [TestCase(2, 0x86, TestName = "IsRejectedForAnotherProtocol")]
    [TestCase(4, 8, TestName = "IsRejectedForAnotherHardwareLength")]
    [TestCase(5, 16, TestName = "IsRejectedForAnotherProtocolLength")]
    public void IsRejected(int index, byte value) => Assert.That(Wire.IsRead<ArpHeader>(s_reply.With(index, value)), Is.False);

    [Test]
    public void IsWrittenAsAReply()
    {
        PoisonedBuffer buffer = new(4, ArpHeader.Size, 4);

        Assert.That(ArpMessage.WriteReply(buffer.Room, s_sender, 0x0A000001, s_target, 0x0A000002), Is.EqualTo(28));
        Assert.That(buffer.Room.ToArray(), Is.EqualTo(s_reply));
        Assert.That(buffer.IsUntouchedAround, Is.True);
    }

    [Test]
    public void IsWrittenAsARequest()
    {
        PoisonedBuffer buffer = new(4, ArpHeader.Size, 4);

        Assert.That(ArpMessage.WriteRequest(buffer.Room, s_sender, 0x0A000001, 0x0A000002), Is.EqualTo(28));
        Assert.That(buffer.Room.ToArray(), Is.EqualTo(Wire.Bytes("0001 0800 06 04 0001", "025a1fc03ef7 0a000001", "000000000000 0a000002")));
        Assert.That(buffer.IsUntouchedAround, Is.True);
    }
}
