using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Flow;

public sealed class TcpSegmentTests
{
    private static byte[] Syn(params byte[] options) =>
    [
        0x1F, 0x90, 0x00, 0x50,                                     // ports
        0x00, 0x00, 0x03, 0xE8,                                     // sequence 1000
        0x00, 0x00, 0x00, 0x00,
        (byte)((20 + options.Length) / 4 << 4), 0x02, 0xFA, 0xF0,   // SYN, window 64240
        0x00, 0x00, 0x00, 0x00,
        .. options,
    ];

    [Test]
    public void ReadsAHeader()
    {
        var segment = TcpSegment.Read(Syn(), 5);
        Assert.That(segment, Is.EqualTo(new TcpSegment(1000, 0, 5, 64240, TcpFlags.Syn)));
        Assert.That(segment.End, Is.EqualTo(1006), "a SYN takes one");
    }

    [TestCase(7, new byte[] { 2, 4, 5, 0xB4, 1, 3, 3, 7 })]
    [TestCase(7, new byte[] { 3, 3, 7, 0 })]
    [TestCase(14, new byte[] { 3, 3, 15, 0 })]
    [TestCase(TcpSegment.NoScale, new byte[] { 2, 4, 5, 0xB4 })]
    [TestCase(TcpSegment.NoScale, new byte[] { 3, 4, 7, 0 })]
    [TestCase(TcpSegment.NoScale, new byte[] { 1, 1, 3, 3 })]
    [TestCase(TcpSegment.NoScale, new byte[] { 0, 3, 3, 7 })]
    public void ReadsTheWindowScale(byte expected, byte[] options) => Assert.That(TcpSegment.Read(Syn(options), 0).Scale, Is.EqualTo(expected));

    [Test]
    public void HasNoScaleButWithSyn()
    {
        byte[] header = Syn(3, 3, 7, 0);
        header[13] = (byte)TcpFlags.Ack;
        Assert.That(TcpSegment.Read(header, 0).Scale, Is.EqualTo(TcpSegment.NoScale));
    }
}
