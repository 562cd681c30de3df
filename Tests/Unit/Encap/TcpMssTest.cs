using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class TcpMssTest
{
    private const uint Pseudo = 0x1234;

    [TestCase("0204 05b4", "0204 0514", TestName = "IsLowered")]
    [TestCase("01 0204 05b4 010101", "01 0204 0514 010101", TestName = "IsLoweredAtAnOddOffset")]
    [TestCase("0101 0204 05b4 0402", "0101 0204 0514 0402", TestName = "IsLoweredBehindPadding")]
    [TestCase("0402 01 0303 07 0204 ffff 0000", "0402 01 0303 07 0204 0514 0000", TestName = "IsLoweredBehindOtherOptions")]
    [TestCase("0204 05b4 0204 05b4", "0204 0514 0204 0514", TestName = "IsLoweredEveryTime")]
    public void IsLowered(string options, string expected)
    {
        byte[] tcp = Tcp(TcpFlags.Syn, options);

        Assert.That(TcpMss.Clamp(tcp, 1300), Is.True);
        Assert.That(tcp[20..], Is.EqualTo(Tcp(TcpFlags.Syn, expected)[20..]));
        Assert.That(Checksum.IsRight(tcp, Pseudo), Is.True);
    }

    [TestCase("0204 0514", TestName = "IsNotRaised")]
    [TestCase("", TestName = "IsNotAddedWhereThereIsNone")]
    [TestCase("0203 05b4", TestName = "IsLeftAloneOfAnotherLength")]
    [TestCase("00 0204 05b4 000000", TestName = "IsLeftAloneBehindTheEndOfOptions")]
    [TestCase("0300 0204 05b4 0000", TestName = "IsLeftAloneBehindAnOptionOfNoLength")]
    [TestCase("010101 02", TestName = "IsLeftAloneWhenCutOffBehindItsKind")]
    [TestCase("0101 0204", TestName = "IsLeftAloneWhenCutOffBehindItsLength")]
    [TestCase("01 0204 05", TestName = "IsLeftAloneWhenCutOffInItsValue")]
    public void IsLeftAlone(string options) => IsLeftAlone(Tcp(TcpFlags.Syn | TcpFlags.Ack, options));

    [Test]
    public void IsLeftAloneOutsideOfASyn() => IsLeftAlone(Tcp(TcpFlags.Ack, "0204 05b4"));

    [Test]
    public void IsLeftAloneWhenTheHeaderIsNotWhole()
    {
        byte[] whole = Tcp(TcpFlags.Syn, "0204 05b4");

        for (int cut = 0; cut < whole.Length; cut++)
        {
            IsLeftAlone(whole[..cut]);
        }
    }

    [Test]
    public void IsLoweredUnderAPartialChecksumThatStays()
    {
        byte[] tcp = Tcp(TcpFlags.Syn, "0204 05b4").With(16, 0xBE).With(17, 0xEF);

        Assert.That(TcpMss.Clamp(tcp, 1300, isChecksumPartial: true), Is.True);
        Assert.That(tcp[16..18], Is.EqualTo(Wire.Bytes("beef")));
        Assert.That(tcp[22..24], Is.EqualTo(Wire.Bytes("0514")));
    }

    [Test]
    public void KeepsTheChecksumRightWhateverTheOptionsAre() => Prop.ForAll<byte[], ushort>((random, maximum) =>
    {
        // Real kinds and small lengths are much more frequent than in random bytes.
        byte[] options = [.. random.Take(36).Select(b => (byte)(b % 7)), 2, 4, 0xFF, 0xFE];
        byte[] tcp = Tcp(TcpFlags.Syn, Convert.ToHexString(options[^(options.Length / 4 * 4)..]));

        TcpMss.Clamp(tcp, maximum);
        return Checksum.IsRight(tcp, Pseudo);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static void IsLeftAlone(byte[] tcp)
    {
        byte[] before = [.. tcp];

        Assert.That(TcpMss.Clamp(tcp, 1300), Is.False);
        Assert.That(tcp, Is.EqualTo(before));
    }

    private static byte[] Tcp(TcpFlags flags, string options)
    {
        byte[] bytes = Wire.Bytes(options);
        TcpHeader header = new() { SourcePort = 1000, DestinationPort = 80, WordsAndReserved = (byte)((20 + bytes.Length) / 4 << 4), Flags = flags };
        header.Checksum = Checksum.Of([.. Wire.Emitted(header), .. bytes], Pseudo);
        return [.. Wire.Emitted(header), .. bytes];
    }
}
