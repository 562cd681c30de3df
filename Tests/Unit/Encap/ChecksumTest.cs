using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class ChecksumTest
{
    private static readonly byte[] s_random = RandomBytes(4096);

    [Test]
    public void OfTheExampleOfRfc1071IsRight()
    {
        // Section 3: 00 01 f2 03 f4 f5 f6 f7 sums up to ddf2.
        byte[] bytes = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7];

        Assert.That(Checksum.Sum(bytes), Is.EqualTo(0xDDF2));
        Assert.That(Checksum.Of(bytes), Is.EqualTo(0x220D));
    }

    [Test]
    public void SumEqualsTheNaiveOneForEveryLengthAndAlignment()
    {
        for (int length = 0; length <= 300; length++)
        {
            for (int offset = 0; offset < 8; offset++)
            {
                byte[] exact = s_random.AsSpan(7 * length + offset, length).ToArray();
                Assert.That(Checksum.Sum(s_random.AsSpan(7 * length + offset, length)), Is.EqualTo(Naive(exact)), $"{length} bytes at {offset}");
                Assert.That(Checksum.Sum(exact), Is.EqualTo(Naive(exact)));
            }
        }
    }

    [TestCase(1500)]
    [TestCase(9001)]
    [TestCase(65535)]
    public void SumCarriesOverInLongPackets(int length)
    {
        byte[] ones = new byte[length];
        ones.AsSpan().Fill(0xFF);

        Assert.That(Checksum.Sum(ones), Is.EqualTo(Naive(ones)));
    }

    [Test]
    public void SumEqualsTheNaiveOne() => Holds(
        Prop.ForAll<byte[]>(bytes => Checksum.Sum(bytes) == Naive(bytes)));

    [Test]
    public void SumOfPiecesIsTheSumOfTheWhole() => Holds(Prop.ForAll<byte[][]>(pieces =>
    {
        RunningChecksum running = new(0);

        foreach (byte[] piece in pieces)
        {
            running.Add(piece);
        }

        return running.Sum == Naive([.. pieces.SelectMany(piece => piece)]);
    }));

    [Test]
    public void UpdatedForA16BitFieldEqualsTheRecomputedOne() => Holds(Prop.ForAll<ushort, ushort, uint>((before, after, rest) =>
    {
        // "Rest" is never 0: no header is all zeros.
        ushort checksum = (ushort)~Checksum.Fold((ulong)(rest | 1) + before);
        return Checksum.Update(checksum, before, after) == (ushort)~Checksum.Fold((ulong)(rest | 1) + after);
    }));

    [Test]
    public void UpdatedForA32BitFieldEqualsTheRecomputedOne() => Holds(Prop.ForAll<uint, uint, uint>((before, after, rest) =>
    {
        ushort checksum = (ushort)~Checksum.Fold((ulong)(rest | 1) + before);
        return Checksum.Update(checksum, before, after) == (ushort)~Checksum.Fold((ulong)(rest | 1) + after);
    }));

    [Test]
    public void UpdatedForAnAddressEqualsTheRecomputedOne() => Holds(Prop.ForAll<(ulong, ulong), (ulong, ulong), ushort>((before, after, rest) =>
    {
        IpAddress from = IpAddress.FromIpv6(before.Item1, before.Item2), to = IpAddress.FromIpv6(after.Item1, after.Item2);
        ushort checksum = Checksum.Of(Bytes(from), rest | 1u);
        return Checksum.Update(checksum, Checksum.Change(from, to)) == Checksum.Of(Bytes(to), rest | 1u);
    }));

    [Test]
    public void UpdateOfRfc1624Section4IsRight() =>
        // The example that RFC 1141 got wrong: HC dd2f, m 5555, m' 3285 gives 0000, not ffff.
        Assert.That(Checksum.Update((ushort)0xDD2F, (ushort)0x5555, (ushort)0x3285), Is.Zero);

    [Test]
    public void OfUdpThatWouldBeZeroIsSentAsOnes()
    {
        Assert.That(Checksum.OfUdp([0xFF, 0xFF], 0), Is.EqualTo(0xFFFF));
        Assert.That(Checksum.UpdateUdp(0xDD2F, Checksum.Change(0x5555u, 0x3285u)), Is.EqualTo(0xFFFF));
    }

    [Test]
    public void OfUdpThatIsNoneStaysNone()
    {
        Assert.That(Checksum.UpdateUdp(0, Checksum.Change(1u, 2u)), Is.Zero);
        Assert.That(Checksum.UpdateUdp(0, Checksum.Change(IpAddress.FromIpv4(1), IpAddress.FromIpv4(2))), Is.Zero);
    }

    [Test]
    public void PseudoHeadersAreSummedAsIfTheyLayInBytes() => Holds(Prop.ForAll<(ulong, ulong), (ulong, ulong), ushort>((a, b, length) =>
    {
        IpAddress source = IpAddress.FromIpv6(a.Item1, a.Item2), destination = IpAddress.FromIpv6(b.Item1, b.Item2);
        byte[] v6 = [.. Bytes(source), .. Bytes(destination), 0, 0, (byte)(length >> 8), (byte)length, 0, 0, 0, 58];

        IpAddress source4 = IpAddress.FromIpv4((uint)a.Item1), destination4 = IpAddress.FromIpv4((uint)b.Item1);
        byte[] v4 = [.. Bytes(source4), .. Bytes(destination4), 0, 17, (byte)(length >> 8), (byte)length];

        return Checksum.PseudoHeader(source, destination, 58, length) == Naive(v6)
            && Checksum.PseudoHeader(source4, destination4, 17, length) == Naive(v4)
            && Checksum.PseudoHeader(source4.Ipv4, destination4.Ipv4, 17, length) == Naive(v4);
    }));

    private static ushort Naive(byte[] bytes)
    {
        uint sum = 0;

        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)bytes[i] << ((i & 1) == 0 ? 8 : 0);
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)sum;
    }

    private static byte[] Bytes(IpAddress address)
    {
        byte[] bytes = new byte[address.Bits / 8];
        address.CopyTo(bytes);
        return bytes;
    }

    private static byte[] RandomBytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static void Holds(Property property) => property.Check(Config.QuickThrowOnFailure);
}
