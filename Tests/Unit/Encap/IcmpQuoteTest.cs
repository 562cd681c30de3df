using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class IcmpQuoteTest
{
    private const uint Source = 0x0A000002, Destination = 0x0A010001;
    private const string Source6 = "2001:db8::2", Destination6 = "2001:db8:1::1";

    private static readonly byte[] s_udp = Wire.Bytes("c000 0035 0010 beef 6b6f6b6f74696e79");
    private static readonly byte[] s_tcp = Wire.Bytes("8000 0050 01020304 05060708 7012 faf0 beef 0001 020405b4 01030307");
    private static readonly byte[] s_echo = Wire.Bytes("0800 beef 1234 0001");
    private static readonly byte[] s_echo6 = Wire.Bytes("8000 beef 1234 0001");

    [Test]
    public void TellsTheFlowOfThePacket([Values(3, 4, 5, 11, 12)] byte type)
    {
        IcmpQuote quote = Read(type, Ipv4(IpProtocol.Udp, s_udp));

        Assert.That(quote.Source, Is.EqualTo(IpAddress.FromIpv4(Source)));
        Assert.That(quote.Destination, Is.EqualTo(IpAddress.FromIpv4(Destination)));
        Assert.That(quote.Protocol, Is.EqualTo(IpProtocol.Udp));
        Assert.That(quote.Ports, Is.EqualTo(0xC000_0035));
        Assert.That(quote is { IsIpv6: false, IsError: false, IsLaterFragment: false }, Is.True);
        Assert.That((quote.TransportOffset, quote.End), Is.EqualTo((28, 44)));
    }

    [Test]
    public void TellsTheFlowOfThePacketOverIpv6([Values(1, 2, 3, 4, 127)] byte type)
    {
        IcmpQuote quote = Read6(type, Ipv6(IpProtocol.Tcp, s_tcp));

        Assert.That(quote.Source, Is.EqualTo(IpAddress.Parse(Source6)));
        Assert.That(quote.Destination, Is.EqualTo(IpAddress.Parse(Destination6)));
        Assert.That(quote.Protocol, Is.EqualTo(IpProtocol.Tcp));
        Assert.That(quote.Ports, Is.EqualTo(0x8000_0050));
        Assert.That(quote is { IsIpv6: true, IsError: false, IsLaterFragment: false }, Is.True);
        Assert.That((quote.TransportOffset, quote.End), Is.EqualTo((48, 76)));
    }

    [TestCase("", 8, TestName = "IsReadWithTheLeastThatMustBeQuoted")]
    [TestCase("01010100", 8, TestName = "IsReadBehindOptions")]
    [TestCase("8f2cf1 00000000000000000000000000000000000000000000000000000000000000000000000000", 8, TestName = "IsReadBehindTheMostOptions")]
    [TestCase("01010100", 28, TestName = "IsReadWhenThePacketIsWhole")]
    public void IsReadBehind(string options, int transport)
    {
        byte[] packet = WithOptions(Ipv4(IpProtocol.Tcp, s_tcp), Wire.Bytes(options));
        int header = packet.Length - s_tcp.Length;
        IcmpQuote quote = Read(IcmpType.TimeExceeded, packet[..(header + transport)]);

        Assert.That(quote.Ports, Is.EqualTo(0x8000_0050));
        Assert.That((quote.TransportOffset, quote.End), Is.EqualTo((8 + header, 8 + header + transport)));
    }

    [Test]
    public void IsReadBehindExtensionHeaders()
    {
        byte[] extensions = Wire.Bytes("2b00000000000000", "3c02000000000000 20010db8000000000000000000000003", "8400000000000000");
        IcmpQuote quote = Read6(Icmpv6Type.TimeExceeded, Ipv6(IpProtocol.HopByHop, [.. extensions, .. s_tcp]));

        Assert.That(quote.Protocol, Is.EqualTo(IpProtocol.Sctp));
        Assert.That(quote.Ports, Is.EqualTo(0x8000_0050));
        Assert.That(quote.TransportOffset, Is.EqualTo(8 + 40 + extensions.Length));
    }

    [Test]
    public void HasTheIdentifierOfAnEchoAsItsPorts([Values(0, 8)] byte type, [Values(128, 129)] byte type6)
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Icmp, s_echo.With(0, type))) is { Ports: 0x1234_0000, IsError: false }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.Icmpv6, s_echo6.With(0, type6))) is { Ports: 0x1234_0000, IsError: false }, Is.True);
    }

    [Test]
    public void HasNoPortsOfOtherMessages()
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Icmp, s_echo.With(0, 13))) is { Ports: 0, IsError: false, TransportOffset: 28 }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.Icmpv6, s_echo6.With(0, 135))) is { Ports: 0, IsError: false, TransportOffset: 48 }, Is.True);
    }

    [Test]
    public void HasNoPortsOfProtocolsWithoutThem()
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Gre, s_udp)) is { Ports: 0, Protocol: IpProtocol.Gre, TransportOffset: 28 }, Is.True);
        Assert.That(Read(3, Ipv4(IpProtocol.Esp, [])) is { Ports: 0, TransportOffset: 28, End: 28 }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.NoNextHeader, [])) is { Ports: 0, TransportOffset: 48, End: 48 }, Is.True);
    }

    [Test]
    public void TakesTheOtherFamilysIcmpForAProtocolWithoutPorts()
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Icmpv6, s_echo6)) is { Ports: 0, IsError: false }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.Icmp, s_echo.With(0, 3))) is { Ports: 0, IsError: false }, Is.True);
    }

    [Test]
    public void TellsAnErrorAboutAnError([Values(3, 4, 5, 11, 12)] byte type, [Values(1, 2, 3, 4, 100)] byte type6)
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Icmp, s_echo.With(0, type))) is { IsError: true, Ports: 0 }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.Icmpv6, s_echo6.With(0, type6))) is { IsError: true, Ports: 0 }, Is.True);
        Assert.That(Read6(1, Ipv6(IpProtocol.DestinationOptions, [58, 0, .. new byte[6], .. s_echo6.With(0, type6)])).IsError, Is.True);
    }

    [Test]
    public void OfALaterFragmentHasNoPorts()
    {
        IcmpQuote quote = Read(11, Ipv4(IpProtocol.Udp, s_udp, Ipv4Header.MoreFragments | 1));
        Assert.That(quote is { IsLaterFragment: true, Ports: 0, TransportOffset: 0, Protocol: IpProtocol.Udp, End: 44 }, Is.True);

        IcmpQuote quote6 = Read6(3, Ipv6(IpProtocol.Fragment, Wire.Bytes("1100000800000000", "03")));
        Assert.That(quote6 is { IsLaterFragment: true, Ports: 0, TransportOffset: 0, Protocol: IpProtocol.Udp, End: 57 }, Is.True);
    }

    [Test]
    public void OfALaterFragmentIsNoErrorWhateverItsBytesAre()
    {
        Assert.That(Read(11, Ipv4(IpProtocol.Icmp, s_echo.With(0, 3), 1)).IsError, Is.False);
        Assert.That(Read6(3, Ipv6(IpProtocol.Fragment, [.. Wire.Bytes("3a00000800000000"), .. s_echo6.With(0, 1)])).IsError, Is.False);
    }

    [Test]
    public void OfAFirstFragmentHasPorts()
    {
        Assert.That(Read(11, Ipv4(IpProtocol.Udp, s_udp, Ipv4Header.MoreFragments)) is { IsLaterFragment: false, Ports: 0xC000_0035 }, Is.True);
        Assert.That(Read6(3, Ipv6(IpProtocol.Fragment, [.. Wire.Bytes("1100000100000000"), .. s_udp])) is { IsLaterFragment: false, Ports: 0xC000_0035 }, Is.True);
    }

    [Test]
    public void IsNotReadWhenItIsTooShort([Values(IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmp)] byte protocol)
    {
        byte[] packet = WithOptions(Ipv4(protocol, s_tcp.With(0, 8)), Wire.Bytes("01010100"));
        IsCutAt(24 + 8, packet, quoted => IcmpQuote.TryRead(Error(3, quoted), isIpv6: false, out _));
    }

    [Test]
    public void IsNotReadWhenItIsTooShortOverIpv6([Values(IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp, IpProtocol.Icmpv6)] byte protocol)
    {
        byte[] packet = Ipv6(IpProtocol.HopByHop, [.. Wire.Bytes("3c00000000000000"), protocol, 1, .. new byte[14], .. s_tcp]);
        IsCutAt(40 + 24 + 8, packet, quoted => IcmpQuote.TryRead(Error(1, quoted), isIpv6: true, out _));
    }

    [Test]
    public void NeedsTheIpHeaderAlone([Values(IpProtocol.Gre, IpProtocol.Esp)] byte protocol)
    {
        IsCutAt(20, Ipv4(protocol, s_udp), quoted => IcmpQuote.TryRead(Error(3, quoted), isIpv6: false, out _));
        IsCutAt(40, Ipv6(protocol, s_udp), quoted => IcmpQuote.TryRead(Error(1, quoted), isIpv6: true, out _));
    }

    [Test]
    public void IsNotReadFromLessThanAnIcmpHeader([Range(0, 7)] int length) =>
        Assert.That(IcmpQuote.TryRead(Error(3, Ipv4(IpProtocol.Udp, s_udp)).AsSpan(0, length), isIpv6: false, out _), Is.False);

    [Test]
    public void IsNotReadFromAMessageThatIsNoError([Values(0, 8, 9, 13)] byte type, [Values(128, 129, 135, 137)] byte type6)
    {
        Assert.That(IcmpQuote.TryRead(Error(type, Ipv4(IpProtocol.Udp, s_udp)), isIpv6: false, out _), Is.False);
        Assert.That(IcmpQuote.TryRead(Error(type6, Ipv6(IpProtocol.Udp, s_udp)), isIpv6: true, out _), Is.False);
    }

    [Test]
    public void IsNotReadOfTheOtherFamily()
    {
        Assert.That(IcmpQuote.TryRead(Error(3, Ipv6(IpProtocol.Udp, s_udp)), isIpv6: false, out _), Is.False);
        Assert.That(IcmpQuote.TryRead(Error(3, Ipv4(IpProtocol.Udp, new byte[1000])), isIpv6: true, out _), Is.False);
    }

    [TestCase(0, 0x44, TestName = "IsNotReadWithAHeaderOfFourWords")]
    [TestCase(0, 0x65, TestName = "IsNotReadOfNoIpVersion")]
    [TestCase(0, 0x4F, TestName = "IsNotReadWithOptionsThatAreNotThere")]
    [TestCase(3, 0x13, TestName = "IsNotReadWhenShorterThanItsHeader")]
    [TestCase(3, 0x1B, TestName = "IsNotReadWhenShorterThanItsTransportHeader")]
    public void IsNotReadWith(int index, byte value) =>
        Assert.That(IcmpQuote.TryRead(Error(3, Ipv4(IpProtocol.Udp, s_udp).With(index, value)), isIpv6: false, out _), Is.False);

    [Test]
    public void EndsWithItsPacketWhateverFollows()
    {
        Assert.That(Read(3, [.. Ipv4(IpProtocol.Udp, s_udp), .. new byte[20]]).End, Is.EqualTo(44));
        Assert.That(Read6(1, [.. Ipv6(IpProtocol.Udp, s_udp), .. new byte[20]]).End, Is.EqualTo(64));
    }

    [Test]
    public void EndsBeforeExtensions([Values(3, 11, 12)] byte type, [Values(1, 3)] byte type6)
    {
        byte[] extensions = Wire.Bytes("2000beef", "00080101 0003013f");
        byte[] message = Error(type, [.. Ipv4(IpProtocol.Udp, new byte[1000])[..128], .. extensions]).With(5, 32);
        byte[] message6 = Error(type6, [.. Ipv6(IpProtocol.Udp, new byte[1000])[..136], .. extensions]).With(4, 17);

        Assert.That(IcmpQuote.TryRead(message, isIpv6: false, out IcmpQuote quote) && quote.End == 8 + 128, Is.True);
        Assert.That(IcmpQuote.TryRead(message6, isIpv6: true, out quote) && quote.End == 8 + 136, Is.True);
    }

    [Test]
    public void IsNotReadOutOfExtensions()
    {
        byte[] chain = [.. Wire.Bytes("110b"), .. new byte[94]];
        byte[] message = Error(3, [.. Ipv6(IpProtocol.DestinationOptions, [.. chain, .. s_udp])]);

        Assert.That(IcmpQuote.TryRead(message, isIpv6: true, out _), Is.True);
        Assert.That(IcmpQuote.TryRead(message.With(4, 16), isIpv6: true, out _), Is.False);
    }

    [Test]
    public void IsReadWhereTheLengthOfExtensionsIsNone([Values(1, 31)] byte words, [Values(2, 3)] byte type)
    {
        Assert.That(Read(3, Ipv4(IpProtocol.Udp, s_udp), 5, words).End, Is.EqualTo(44), "too small to be one");
        Assert.That(Read6(type, Ipv6(IpProtocol.Udp, s_udp), 4, 255).End, Is.EqualTo(64), "beyond the message, or the upper byte of an MTU");
    }

    private delegate bool Reader(byte[] quoted);

    private static void IsCutAt(int needed, byte[] packet, Reader read)
    {
        for (int length = 0; length <= packet.Length; length++)
        {
            Assert.That(read(packet[..length]), Is.EqualTo(length >= needed), $"{length} bytes quoted");
        }
    }

    private static IcmpQuote Read(byte type, byte[] quoted, int index = 4, byte value = 0)
    {
        Assert.That(IcmpQuote.TryRead(Error(type, quoted).With(index, value), isIpv6: false, out IcmpQuote quote), Is.True);
        return quote;
    }

    private static IcmpQuote Read6(byte type, byte[] quoted, int index = 4, byte value = 0)
    {
        Assert.That(IcmpQuote.TryRead(Error(type, quoted).With(index, value), isIpv6: true, out IcmpQuote quote), Is.True);
        return quote;
    }

    private static byte[] Error(byte type, byte[] quoted) => [type, 0, 0, 0, 0, 0, 0, 0, .. quoted];

    private static byte[] Ipv4(byte protocol, byte[] payload, ushort flags = 0) => Made.Ipv4(protocol, Source, Destination, payload, flags);

    private static byte[] Ipv6(byte protocol, byte[] payload) => Made.Ipv6(protocol, Source6, Destination6, payload);

    // Not the header's checksum: nobody verifies a quote's.
    private static byte[] WithOptions(byte[] packet, byte[] options)
    {
        byte[] padded = [.. options, .. new byte[-options.Length & 3]];
        byte[] whole = [.. packet[..20], .. padded, .. packet[20..]];
        return whole.With(0, (byte)(0x45 + padded.Length / 4)).With(3, (byte)whole.Length);
    }
}
