using NUnit.Framework;
using VRouter.Encap;
using VRouter.Tests.Unit.Encap;
using static VRouter.Tests.Unit.Walk.SizeTests;

namespace VRouter.Tests.Unit.Walk;

/// <summary>TCP's segment size is lowered to what fits the way out (semantics, section 3).</summary>
[TestFixture]
public sealed class SegmentSizeTests
{
    [Test]
    public void LowersTheSegmentSizeToWhatFits([Tunnels] EncapsulationKind kind, [Values] bool overIpv6, [Values] bool isIpv6, [Values(TcpFlags.Syn, TcpFlags.Syn | TcpFlags.Ack)] TcpFlags flags)
    {
        using Node node = Lab.Start(kind, overIpv6);
        int fits = Room(kind, overIpv6) - (isIpv6 ? 60 : 40);

        foreach ((int offered, int expected) in ((int, int)[])[(1460, fits), (9000, fits), (fits, fits), (500, 500)])
        {
            byte[] syn = Craft.Tcp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), flags, [2, 4, (byte)(offered >> 8), (byte)offered]);
            node.Receive(Lab.Tenant, Lab.FromTenant(syn));

            byte[] inner = Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner;
            byte[] wanted = Craft.Tcp(Lab.Address(Lab.Tenant, isIpv6), Lab.Remote(isIpv6), flags, [2, 4, (byte)(expected >> 8), (byte)expected]);
            Assert.That(inner[(isIpv6 ? 40 : 20)..], Is.EqualTo(wanted[(isIpv6 ? 40 : 20)..]));
        }
    }

    [TestCase("01 0204 05b4 00 0000", 3, TestName = "{m}(unaligned)")]
    [TestCase("0303 07 0204 05b4 00", 5, TestName = "{m}(behind another)")]
    public void LowersTheSegmentSizeWhereverItLies(string options, int at)
    {
        using Node node = Lab.Start();

        node.Receive(Lab.Tenant, Lab.FromTenant(Craft.Tcp("10.1.0.2", "10.2.0.2", TcpFlags.Syn, Wire.Bytes(options))));

        byte[] inner = Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner;
        Assert.That(inner[40 + at] << 8 | inner[40 + at + 1], Is.EqualTo(1410));
        Assert.That(Checksum.IsRight(inner.AsSpan(20), Craft.Pseudo("10.1.0.2", "10.2.0.2", IpProtocol.Tcp, inner.Length - 20)), Is.True);
    }

    [TestCase("0203 05 00", TestName = "{m}(a length too short)")]
    [TestCase("0205 05b4", TestName = "{m}(longer than the header)")]
    [TestCase("0200 05b4", TestName = "{m}(length 0)")]
    [TestCase("0000 0204", TestName = "{m}(behind the end)")]
    public void LeavesMalformedOptionsAlone(string options)
    {
        using Node node = Lab.Start();
        byte[] syn = Craft.Tcp("10.1.0.2", "10.2.0.2", TcpFlags.Syn, Wire.Bytes(options));

        node.Receive(Lab.Tenant, Lab.FromTenant(syn));

        Assert.That(Tunnelled.Read(node.SentOnce(Lab.Fabric)).Inner, Is.EqualTo(Decremented(syn)));
    }
}
