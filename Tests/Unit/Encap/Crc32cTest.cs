using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class Crc32cTest
{
    /// <summary>Bit by bit, as RFC 9260 appendix A has it: what lies in the checksum field, the lowest byte first.</summary>
    public static uint Naive(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;

        foreach (byte each in bytes)
        {
            crc ^= each;

            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F6_3B78 : crc >> 1;
            }
        }

        return ~crc;
    }

    [Test]
    public void OfTheTestsIsTheOneThatEverybodyElseHas()
    {
        Assert.That(Naive("123456789"u8), Is.EqualTo(0xE306_9283), "the catalogue's check value");
        Assert.That(Naive(new byte[32]), Is.EqualTo(0x8A91_36AA), "RFC 3720 appendix B.4");
    }

    [Test]
    public void UpdatedEqualsTheRecomputedOneForEveryLength([Range(4, 40)] int length) => Holds(length);

    [Test]
    public void UpdatedEqualsTheRecomputedOneOfLongPackets([Values(1480, 8980, 65515)] int length) => Holds(length);

    private static void Holds(int length) => Prop.ForAll<uint, uint, int>((before, after, seed) =>
    {
        byte[] packet = new byte[length];
        new Random(seed).NextBytes(packet);

        return Crc32c.Update(Sealed(packet, before), before, after, length) == Sealed(packet, after);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    private static uint Sealed(byte[] packet, uint first)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet, first);
        return BinaryPrimitives.ReverseEndianness(Naive(packet));
    }
}
