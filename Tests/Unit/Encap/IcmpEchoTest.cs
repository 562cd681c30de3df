using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class IcmpEchoTest
{
    private const uint Me = 0x0A000001, Asker = 0x0A000002;
    private const string Body = "12340005 cafebabe 01";

    private static byte[] Request => Made.Ipv4(IpProtocol.Icmp, Asker, Me, Made.Icmp(IcmpType.Echo, 0, Body));

    private static byte[] RequestIpv6 => Made.Ipv6(
        IpProtocol.Icmpv6, "2001:db8::2", "2001:db8::1", Made.Icmpv6(Icmpv6Type.Echo, 0, Body, "2001:db8::2", "2001:db8::1"));

    [Test]
    public void IsAnsweredInPlace()
    {
        byte[] packet = Request;

        Assert.That(IcmpEcho.TryAnswer(packet), Is.True);
        Assert.That(Layer<Ipv4Header>.TryRead(packet, out Layer<Ipv4Header> ip), Is.True);
        Assert.That(ip.Header.HasRightChecksum(), Is.True);
        Assert.That((uint)ip.Header.Source, Is.EqualTo(Me));
        Assert.That((uint)ip.Header.Destination, Is.EqualTo(Asker));
        Assert.That(ip.Header.Ttl, Is.EqualTo(64));
        Assert.That(ip.Payload.ToArray(), Is.EqualTo(Made.Icmp(IcmpType.EchoReply, 0, Body)));
    }

    [Test]
    public void OverIpv6IsAnsweredInPlace()
    {
        byte[] packet = RequestIpv6;

        Assert.That(IcmpEcho.TryAnswer(packet), Is.True);
        Assert.That(packet, Is.EqualTo(Made.Ipv6(
            IpProtocol.Icmpv6, "2001:db8::1", "2001:db8::2", Made.Icmpv6(Icmpv6Type.EchoReply, 0, Body, "2001:db8::1", "2001:db8::2"))));
    }

    [Test]
    public void IsNotAnsweredWhenTruncated()
    {
        for (int cut = 0; cut < Request.Length; cut++)
        {
            IsNotAnswered(Request[..cut]);
        }

        for (int cut = 0; cut < RequestIpv6.Length; cut++)
        {
            IsNotAnswered(RequestIpv6[..cut]);
        }
    }

    [Test]
    public void IsNotAnsweredWithAWrongChecksum()
    {
        IsNotAnswered(Request.With(28, 0));
        IsNotAnswered(RequestIpv6.With(48, 0));
    }

    [Test]
    public void IsNotAnsweredAsAFragment() =>
        IsNotAnswered(Made.Ipv4(IpProtocol.Icmp, Asker, Me, Made.Icmp(IcmpType.Echo, 0, Body), Ipv4Header.MoreFragments));

    [Test]
    public void IsNotAnsweredToAGroup()
    {
        IsNotAnswered(Made.Ipv4(IpProtocol.Icmp, Asker, 0xE0000001, Made.Icmp(IcmpType.Echo, 0, Body)));
        IsNotAnswered(Made.Ipv6(IpProtocol.Icmpv6, "2001:db8::2", "ff02::1", Made.Icmpv6(Icmpv6Type.Echo, 0, Body, "2001:db8::2", "ff02::1")));
    }

    [Test]
    public void ThatIsAReplyIsNotAnswered()
    {
        IsNotAnswered(Made.Ipv4(IpProtocol.Icmp, Asker, Me, Made.Icmp(IcmpType.EchoReply, 0, Body)));
        IsNotAnswered(Made.Ipv4(IpProtocol.Udp, Asker, Me, Made.Icmp(IcmpType.Echo, 0, Body)));
    }

    private static void IsNotAnswered(byte[] packet)
    {
        byte[] before = [.. packet];

        Assert.That(IcmpEcho.TryAnswer(packet), Is.False);
        Assert.That(packet, Is.EqualTo(before), "left alone");
    }
}
