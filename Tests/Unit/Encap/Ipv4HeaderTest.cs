using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class Ipv4HeaderTest
{
    // The example of many textbooks: its checksum is b861.
    private static readonly byte[] s_header = Wire.Bytes("4500 0073 0000 4000 4011 b861 c0a80001 c0a800c7");

    private static readonly byte[] s_packet = [.. s_header, .. new byte[0x73 - 20]];

    // Router alert (148) and padding: 24 bytes of header, 2 of payload, 1 of link padding.
    private static readonly byte[] s_withOptions = Wire.Bytes("4601 001a 0001 2003 3f06 0000 0a000001 0a000002", "94040000", "cafe", "00");

    [Test]
    public void IsReadWithItsFields()
    {
        Assert.That(Layer<Ipv4Header>.TryRead(s_packet, out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Header.Version, Is.EqualTo(4));
        Assert.That(ip.Header.HeaderLength, Is.EqualTo(20));
        Assert.That((ushort)ip.Header.TotalLength, Is.EqualTo(0x73));
        Assert.That(ip.Header.IsDontFragment, Is.True);
        Assert.That(ip.Header.IsFragment, Is.False);
        Assert.That(ip.Header.Ttl, Is.EqualTo(64));
        Assert.That(ip.Header.Protocol, Is.EqualTo(IpProtocol.Udp));
        Assert.That((uint)ip.Header.Source, Is.EqualTo(0xC0A80001));
        Assert.That((uint)ip.Header.Destination, Is.EqualTo(0xC0A800C7));
        Assert.That(ip.Payload.Length, Is.EqualTo(0x73 - 20));
        Assert.That(ip.Options.IsEmpty, Is.True);
    }

    [Test]
    public void IsReadWithOptionsAndWithoutTheLinksPadding()
    {
        Assert.That(Layer<Ipv4Header>.TryRead(s_withOptions, out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Options.ToArray(), Is.EqualTo(Wire.Bytes("94040000")));
        Assert.That(ip.Payload.ToArray(), Is.EqualTo(Wire.Bytes("cafe")));
        Assert.That(ip.Header.Ecn, Is.EqualTo(Ecn.Ect1));
        Assert.That(ip.Header.HasMoreFragments, Is.True);
        Assert.That(ip.Header.FragmentOffset, Is.EqualTo(24));
        Assert.That(ip.Header.IsLaterFragment, Is.True);
    }

    [Test]
    public void IsWrittenByteForByte()
    {
        Ipv4Header header = new(IpProtocol.Udp, 0xC0A80001, 0xC0A800C7, 0x73) { FlagsAndOffset = Ipv4Header.DontFragment };
        header.SetChecksum();

        Assert.That(Wire.Emitted(header), Is.EqualTo(s_header));
    }

    [Test]
    public void IsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<Ipv4Header>(s_packet, 0x73);

    [Test]
    public void WithOptionsIsRejectedWhenTruncated() => Wire.IsRejectedWhenTruncated<Ipv4Header>(s_withOptions, 26);

    [Test]
    public void IsRejectedForAnotherVersion() => Assert.That(Wire.IsRead<Ipv4Header>(s_packet.With(0, 0x65)), Is.False);

    [Test]
    public void IsRejectedForAHeaderOfLessThan20Bytes() => Assert.That(Wire.IsRead<Ipv4Header>(s_packet.With(0, 0x44)), Is.False);

    [Test]
    public void IsRejectedForOptionsBeyondTheTotalLength() =>
        Assert.That(Wire.IsRead<Ipv4Header>(s_withOptions.With(0, 0x4F)), Is.False);

    [Test]
    public void IsRejectedForATotalLengthShorterThanItself() =>
        Assert.That(Wire.IsRead<Ipv4Header>(s_withOptions.With(3, 23)), Is.False);

    [Test]
    public void InTheHeadOfAChainIsReadByTheLengthOfTheWhole()
    {
        Assert.That(Layer<Ipv4Header>.TryRead(s_packet.AsSpan(0, 30), 0x73, out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Payload.Length, Is.EqualTo(10));
        Assert.That(Layer<Ipv4Header>.TryRead(s_packet.AsSpan(0, 30), 0x72, out _), Is.False);
        Assert.That(Layer<Ipv4Header>.TryRead(s_withOptions.AsSpan(0, 23), 26, out _), Is.False, "options outside of the head");
    }

    [Test]
    public void KnowsARightChecksumFromAWrongOne()
    {
        Assert.That(HasRightChecksum(s_packet), Is.True);
        Assert.That(HasRightChecksum(s_packet.With(8, 63)), Is.False);
    }

    [Test]
    public void KnowsTheChecksumWithOptions()
    {
        byte[] packet = [.. s_withOptions];
        ushort checksum = Checksum.Of(packet.AsSpan(0, 24));
        packet[10] = (byte)(checksum >> 8);
        packet[11] = (byte)checksum;

        Assert.That(HasRightChecksum(packet), Is.True);
        Assert.That(HasRightChecksum(packet.With(20, 0x95)), Is.False);
    }

    [Test]
    public void KeepsItsChecksumRightWhenItChanges() => Prop.ForAll<ulong, ulong, byte>((first, addresses, ecn) =>
    {
        Ipv4Header header = new((byte)first, (uint)(addresses >> 32), (uint)addresses, (ushort)(first >> 8))
        {
            Ttl = (byte)(first >> 24 | 1),
            TrafficClass = (byte)(first >> 32),
            Id = (ushort)(first >> 40),
        };

        header.SetChecksum();
        bool wasRight = header.HasRightChecksum();
        byte ttl = header.Ttl;

        header.DecrementTtl();
        bool isRightDecremented = header.HasRightChecksum() && header.Ttl == ttl - 1;

        header.SetEcn((byte)(ecn & 3));
        return wasRight && isRightDecremented && header.HasRightChecksum() && header.Ecn == (ecn & 3);
    }).Check(Config.QuickThrowOnFailure);

    [Test]
    public void HasTheRecomputedChecksumAfterEveryDecrement()
    {
        for (int id = 0; id <= ushort.MaxValue; id++)
        {
            Ipv4Header header = new(IpProtocol.Udp, 0x01010101, 0x02020202, 108) { Id = (ushort)id };
            header.SetChecksum();
            header.DecrementTtl();

            Ipv4Header recomputed = header;
            recomputed.SetChecksum();

            if (header.Checksum != recomputed.Checksum)
            {
                Assert.Fail($"id {id}: {header.Checksum}, recomputed {recomputed.Checksum}");
            }
        }
    }

    private static bool HasRightChecksum(byte[] packet) =>
        Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> ip) && ip.Header.HasRightChecksum();
}
