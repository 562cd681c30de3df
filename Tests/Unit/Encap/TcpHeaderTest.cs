using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TcpHeaderTest
{
    private static readonly byte[] s_syn = Wire.Bytes(
        "8000 0050 01020304 05060708 7012 faf0 beef 0001", "02040 5b4 01 030307", "cafe");

    [Test]
    public void IsReadWithItsFieldsAndOptions()
    {
        Assert.That(Layer<TcpHeader>.TryRead(s_syn, out Layer<TcpHeader> tcp), Is.True);
        Assert.That((ushort)tcp.Header.SourcePort, Is.EqualTo(0x8000));
        Assert.That((ushort)tcp.Header.DestinationPort, Is.EqualTo(80));
        Assert.That((uint)tcp.Header.Sequence, Is.EqualTo(0x01020304));
        Assert.That((uint)tcp.Header.Acknowledgement, Is.EqualTo(0x05060708));
        Assert.That(tcp.Header.Flags, Is.EqualTo(TcpFlags.Syn | TcpFlags.Ack));
        Assert.That((ushort)tcp.Header.Window, Is.EqualTo(0xFAF0));
        Assert.That((ushort)tcp.Header.Checksum, Is.EqualTo(0xBEEF));
        Assert.That((ushort)tcp.Header.UrgentPointer, Is.EqualTo(1));
        Assert.That(tcp.Options.Length, Is.EqualTo(8));
        Assert.That(tcp.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
    }

    [Test]
    public void IsWrittenByteForByte() => Assert.That(
        Wire.Emitted(new TcpHeader
        {
            SourcePort = 0x8000,
            DestinationPort = 80,
            Sequence = 0x01020304,
            Acknowledgement = 0x05060708,
            WordsAndReserved = 0x70,
            Flags = TcpFlags.Syn | TcpFlags.Ack,
            Window = 0xFAF0,
            Checksum = 0xBEEF,
            UrgentPointer = 1,
        }),
        Is.EqualTo(s_syn[..20]));

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<TcpHeader>(s_syn, 28);

    [TestCase(0x40, TestName = "IsRejectedForADataOffsetBelow5")]
    [TestCase(0x80, TestName = "IsRejectedForADataOffsetBeyondThePacket")]
    public void IsRejected(byte words) => Assert.That(Wire.IsRead<TcpHeader>(s_syn.With(12, words)), Is.False);

    [Test]
    public void HasOptionsOfAnyAlignment()
    {
        TcpOptions options = new(Wire.Bytes("01 02 04 05b4 01 01 04 02 00 0204ffff"));

        Assert.That(options.MoveNext(), Is.True);
        Assert.That(options.Kind, Is.EqualTo(TcpOptions.MaximumSegmentSize));
        Assert.That(options.ValueOffset, Is.EqualTo(3));
        Assert.That(options.Value.ToArray(), Is.EqualTo(Wire.Bytes("05b4")));

        Assert.That(options.MoveNext(), Is.True);
        Assert.That(options.Kind, Is.EqualTo(4));
        Assert.That(options.Value.IsEmpty, Is.True);

        Assert.That(options.MoveNext(), Is.False, "behind the end of the list");
    }

    [TestCase("", TestName = "HasNoOptionsWhenThereAreNone")]
    [TestCase("01 01 01", TestName = "HasNoOptionsWhenTheyArePaddingOnly")]
    [TestCase("02", TestName = "HasNoOptionsWhenTheirLengthIsCutOff")]
    [TestCase("02 00 05b4", TestName = "HasNoOptionsOfLength0")]
    [TestCase("02 01 05b4", TestName = "HasNoOptionsOfLength1")]
    [TestCase("02 05 05b4", TestName = "HasNoOptionsBeyondTheHeader")]
    public void HasNoOptions(string bytes)
    {
        TcpOptions options = new(Wire.Bytes(bytes));
        Assert.That(options.MoveNext(), Is.False);
    }
}
