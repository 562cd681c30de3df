using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

/// <summary>What 10.0.0.2 and 2001:db8::2 are answered when they talk from port 49152 to port 80 of 10.1.0.1 and 2001:db8:1::1.</summary>
[TestFixture]
internal sealed class TcpResetTest
{
    private const uint Sender = 0x0A000002, Receiver = 0x0A010001;
    private const string Sender6 = "2001:db8::2", Receiver6 = "2001:db8:1::1";
    private const string Start = "4500002800004000400626cd 0a010001 0a000002 0050c000";
    private const string Start6 = "6000000000140640 20010db8000100000000000000000001 20010db8000000000000000000000002 0050c000";

    private static readonly byte[] s_syn = Segment(TcpFlags.Syn, "020405b4");

    // Segments with sequence number 01020304 that acknowledge 05060708, and what Linux answers, but for the flow label that it picks.
    [TestCase(TcpFlags.Syn, "020405b4", "", "00000000 01020305 50140000 d775 0000", "00000000 01020305 50140000 9003 0000", TestName = "OfASynIsThatOfOthers")]
    [TestCase(TcpFlags.Syn, "020405b4", "6b6f6b6f74", "00000000 0102030a 50140000 d770 0000", "00000000 0102030a 50140000 8ffe 0000", TestName = "OfASynWithDataIsThatOfOthers")]
    [TestCase(TcpFlags.Ack | TcpFlags.Psh, "", "6b6f6b6f74696e79", "05060708 00000000 50040000 cf7e 0000", "05060708 00000000 50040000 880c 0000", TestName = "OfDataIsThatOfOthers")]
    [TestCase(TcpFlags.Syn | TcpFlags.Ack, "020405b4", "", "05060708 00000000 50040000 cf7e 0000", "05060708 00000000 50040000 880c 0000", TestName = "OfASynAckIsThatOfOthers")]
    [TestCase(TcpFlags.Fin, "", "616263", "00000000 01020308 50140000 d772 0000", "00000000 01020308 50140000 9000 0000", TestName = "OfAFinWithoutAnAckIsThatOfOthers")]
    [TestCase(TcpFlags.Syn | TcpFlags.Fin, "", "", "00000000 01020306 50140000 d774 0000", "00000000 01020306 50140000 9002 0000", TestName = "OfASynFinIsThatOfOthers")]
    [TestCase(TcpFlags.None, "", "", "00000000 01020304 50140000 d776 0000", "00000000 01020304 50140000 9004 0000", TestName = "OfNoFlagsIsThatOfOthers")]
    public void IsThatOfOthers(TcpFlags flags, string options, string data, string answer, string answer6)
    {
        byte[] segment = Segment(flags, options, data);

        Assert.That(Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, segment)), Is.EqualTo(Wire.Bytes(Start, answer)));
        Assert.That(Written(Made.Ipv6(IpProtocol.Tcp, Sender6, Receiver6, segment)), Is.EqualTo(Wire.Bytes(Start6, answer6)));
    }

    [Test]
    public void FollowsTheRuleForEveryCombinationOfFlags()
    {
        for (int bits = 0; bits < 256; bits++)
        {
            TcpFlags flags = (TcpFlags)bits;
            byte[] reset = Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, Segment(flags, "", "6b6f6b6f74")));
            byte[] reset6 = Written(Made.Ipv6(IpProtocol.Tcp, Sender6, Receiver6, Segment(flags, "", "6b6f6b6f74")));

            int length = 5 + (flags.HasFlag(TcpFlags.Syn) ? 1 : 0) + (flags.HasFlag(TcpFlags.Fin) ? 1 : 0);
            string acknowledges = $"00000000 {0x01020304 + length:x8} 5014 0000", acknowledged = "05060708 00000000 5004 0000";
            byte[] expected = flags.HasFlag(TcpFlags.Rst) ? [] : Wire.Bytes(flags.HasFlag(TcpFlags.Ack) ? acknowledged : acknowledges);

            Assert.That(Numbers(reset, Ipv4Header.Size), Is.EqualTo(expected), $"{flags}");
            Assert.That(Numbers(reset6, Ipv6Header.Size), Is.EqualTo(expected), $"{flags} over IPv6");
        }
    }

    [Test]
    public void AcknowledgesAcrossTheEndOfTheNumbers()
    {
        byte[] segment = Segment(TcpFlags.Syn, "").With(4, 0xFF).With(5, 0xFF).With(6, 0xFF).With(7, 0xFF);
        Assert.That(Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, segment)), Is.EqualTo(Wire.Bytes(Start, "00000000 00000000 50140000 db7c 0000")));
    }

    [Test]
    public void CountsWhatLiesBehindTheHead()
    {
        byte[] packet = Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, Segment(TcpFlags.Fin, "020405b4", new string('0', 2 * 1400)));
        byte[] packet6 = Made.Ipv6(IpProtocol.DestinationOptions, Sender6, Receiver6, [IpProtocol.Tcp, 0, 1, 4, 0, 0, 0, 0, .. packet[Ipv4Header.Size..]]);

        IsAnsweredFrom(packet, Ipv4Header.Size + 24);
        IsAnsweredFrom(packet6, Ipv6Header.Size + 8 + 24);
        Assert.That(Written(packet)[28..32], Is.EqualTo(Wire.Bytes($"{0x01020304 + 1401:x8}")));
        Assert.That(Written(packet6)[48..52], Is.EqualTo(Wire.Bytes($"{0x01020304 + 1401:x8}")));
    }

    [Test]
    public void DoesNotCountTheLinksPadding()
    {
        byte[] packet = Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, s_syn);
        byte[] packet6 = Made.Ipv6(IpProtocol.Tcp, Sender6, Receiver6, s_syn);

        Assert.That(Written([.. packet, .. new byte[6]]), Is.EqualTo(Written(packet)));
        Assert.That(Written([.. packet6, .. new byte[6]]), Is.EqualTo(Written(packet6)));
    }

    [TestCase("0204ffff", TestName = "DoesNotMindOptions")]
    [TestCase("02000000", TestName = "DoesNotMindOptionsOfNoLength")]
    [TestCase("02ff0000", TestName = "DoesNotMindOptionsThatGoOnBehindTheirEnd")]
    [TestCase("01010102", TestName = "DoesNotMindOptionsThatAreCutOff")]
    public void DoesNotMind(string options)
    {
        string most = options + string.Concat(Enumerable.Repeat("ffffffff", 9));
        byte[] expected = Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, s_syn));

        Assert.That(Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, Segment(TcpFlags.Syn, options))), Is.EqualTo(expected));
        Assert.That(Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, Segment(TcpFlags.Syn, most))), Is.EqualTo(expected));
    }

    [Test]
    public void DoesNotMindIpOptions()
    {
        byte[] packet = new FlowPacket(false, IpProtocol.Tcp, Wire.Bytes("94040000 01010100"), s_syn[4..])
            .Bytes(new Translation(IpAddress.FromIpv4(Sender), IpAddress.FromIpv4(Receiver), 0xC000_0050));

        Assert.That(Written(packet), Is.EqualTo(Written(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, s_syn))));
    }

    [TestCase(IpProtocol.HopByHop, "2b00000000000000 3c00000000000000 0600010400000000", TestName = "IsSentBehindExtensionHeaders")]
    [TestCase(IpProtocol.Routing, "0602000000000000 fd000000000000000000000000001234", TestName = "IsSentBehindARoutingHeaderThatIsDoneWith")]
    [TestCase(IpProtocol.Fragment, "06000000deadbeef", TestName = "IsSentAboutAnAtomicFragment")]
    public void IsSentBehind(byte first, string extensions) => Assert.That(
        Written(Made.Ipv6(first, Sender6, Receiver6, [.. Wire.Bytes(extensions), .. s_syn])),
        Is.EqualTo(Written(Made.Ipv6(IpProtocol.Tcp, Sender6, Receiver6, s_syn))));

    [TestCase(IpProtocol.Routing, "0602000100000000 fd000000000000000000000000001234", TestName = "IsNotSentForWhomThePacketIsSentOnFrom")]
    [TestCase(IpProtocol.Fragment, "06000001deadbeef", TestName = "IsNotSentAboutAFirstFragmentOverIpv6")]
    [TestCase(IpProtocol.Fragment, "06000008deadbeef", TestName = "IsNotSentAboutALaterFragmentOverIpv6")]
    [TestCase(IpProtocol.Esp, "06000000deadbeef", TestName = "IsNotSentAboutWhatCannotBeRead")]
    [TestCase(IpProtocol.DestinationOptions, "0609010400000000", TestName = "IsNotSentWhenExtensionHeadersAreCutOff")]
    public void IsNotSentBehind(byte first, string extensions) =>
        IsNotSent(Made.Ipv6(first, Sender6, Receiver6, [.. Wire.Bytes(extensions), .. s_syn]));

    [TestCase(Ipv4Header.MoreFragments)]
    [TestCase((ushort)1)]
    public void IsNotSentAboutAFragment(ushort flags) => IsNotSent(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, s_syn, flags));

    [Test]
    public void IsNotSentAboutOtherProtocols([Values(IpProtocol.Udp, IpProtocol.Icmp, IpProtocol.Icmpv6, IpProtocol.Sctp)] byte protocol)
    {
        IsNotSent(Made.Ipv4(protocol, Sender, Receiver, s_syn));
        IsNotSent(Made.Ipv6(protocol, Sender6, Receiver6, s_syn));
    }

    [TestCase(Sender, 0xE0000005u, TestName = "IsNotSentForAGroup")]
    [TestCase(Sender, 0xFFFFFFFFu, TestName = "IsNotSentForEverybody")]
    [TestCase(0u, Receiver, TestName = "IsNotSentToNobody")]
    [TestCase(0x7F000001u, Receiver, TestName = "IsNotSentToALoopbackAddress")]
    [TestCase(0xE0000005u, Receiver, TestName = "IsNotSentToAGroup")]
    public void IsNotSent(uint source, uint destination) => IsNotSent(Made.Ipv4(IpProtocol.Tcp, source, destination, s_syn));

    [TestCase(Sender6, "ff02::1", TestName = "IsNotSentForAGroupOverIpv6")]
    [TestCase("::", Receiver6, TestName = "IsNotSentToNobodyOverIpv6")]
    [TestCase("ff02::1", Receiver6, TestName = "IsNotSentToAGroupOverIpv6")]
    public void IsNotSentOverIpv6(string source, string destination) => IsNotSent(Made.Ipv6(IpProtocol.Tcp, source, destination, s_syn));

    [Test]
    public void IsNotSentAboutAHeaderThatContradictsItself([Values(0, 4, 7, 15)] int words)
    {
        byte[] segment = s_syn.With(12, (byte)(words << 4));
        IsNotSent(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, segment));
        IsNotSent(Made.Ipv6(IpProtocol.Tcp, Sender6, Receiver6, segment));
    }

    [Test]
    public void IsNotSentAboutAPacketOfNoIpVersion([Values(0, 5, 15)] int version) =>
        IsNotSent(Made.Ipv4(IpProtocol.Tcp, Sender, Receiver, s_syn).With(0, (byte)(version << 4 | 5)));

    private static void IsAnsweredFrom(byte[] packet, int headers)
    {
        byte[] whole = Written(packet);

        for (int head = 0; head < headers + 8; head++)
        {
            Assert.That(Written(packet[..head]), Is.EqualTo(head < headers ? [] : whole), $"{head} bytes in the head");
        }
    }

    private static void IsNotSent(byte[] packet) => Assert.That(Written(packet), Is.Empty);

    private static byte[] Written(byte[] packet)
    {
        PoisonedBuffer buffer = new(8, TcpReset.MaximumLength, 8);
        byte[] before = [.. packet];
        int length = TcpReset.Write(buffer.Room, packet);

        Assert.That(buffer.IsUntouchedAround && PoisonedBuffer.IsUntouched(buffer.Room[length..]), Is.True);
        Assert.That(packet, Is.EqualTo(before), "left alone");
        return buffer.Room[..length].ToArray();
    }

    // From the sequence number to the window.
    private static byte[] Numbers(byte[] reset, int start) => reset.Length == 0 ? [] : reset[(start + 4)..(start + 16)];

    private static byte[] Segment(TcpFlags flags, string options, string data = "") =>
        Wire.Bytes($"c0000050 01020304 05060708 {5 + options.Length / 8:x1}0{(byte)flags:x2} faf0 0000 0000", options, data);
}
