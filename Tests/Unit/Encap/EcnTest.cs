using NUnit.Framework;
using VRouter.Encap;

namespace VRouter.Tests.Unit.Encap;

[TestFixture]
internal sealed class EcnTest
{
    // RFC 6040 figure 4, row by row.
    private static readonly (byte Inner, byte Outer, byte Result)[] s_figure4 =
    [
        (Ecn.NotEct, Ecn.NotEct, Ecn.NotEct), (Ecn.NotEct, Ecn.Ect0, Ecn.NotEct), (Ecn.NotEct, Ecn.Ect1, Ecn.NotEct), (Ecn.NotEct, Ecn.Ce, Ecn.Conflict),
        (Ecn.Ect0, Ecn.NotEct, Ecn.Ect0), (Ecn.Ect0, Ecn.Ect0, Ecn.Ect0), (Ecn.Ect0, Ecn.Ect1, Ecn.Ect1), (Ecn.Ect0, Ecn.Ce, Ecn.Ce),
        (Ecn.Ect1, Ecn.NotEct, Ecn.Ect1), (Ecn.Ect1, Ecn.Ect0, Ecn.Ect1), (Ecn.Ect1, Ecn.Ect1, Ecn.Ect1), (Ecn.Ect1, Ecn.Ce, Ecn.Ce),
        (Ecn.Ce, Ecn.NotEct, Ecn.Ce), (Ecn.Ce, Ecn.Ect0, Ecn.Ce), (Ecn.Ce, Ecn.Ect1, Ecn.Ce), (Ecn.Ce, Ecn.Ce, Ecn.Ce),
    ];

    [Test]
    public void OfBothHeadersGivesTheOneOfRfc6040()
    {
        foreach ((byte inner, byte outer, byte result) in s_figure4)
        {
            Assert.That(Ecn.Decapsulate(inner, outer), Is.EqualTo(result), $"inner {inner}, outer {outer}");
        }
    }

    [Test]
    public void IsBroughtIntoTheInnerHeader()
    {
        foreach ((byte inner, byte outer, byte result) in s_figure4)
        {
            Ipv4Header v4 = new(IpProtocol.Udp, 1, 2, 20) { TrafficClass = (byte)(0xA8 | inner) };
            v4.SetChecksum();
            Ipv6Header v6 = default;
            v6.SetEcn(inner);

            Assert.That(Ecn.TryPropagate(ref v4, outer), Is.EqualTo(result != Ecn.Conflict));
            Assert.That(Ecn.TryPropagate(ref v6, outer), Is.EqualTo(result != Ecn.Conflict));

            byte expected = result == Ecn.Conflict ? inner : result;
            Assert.That(v4.TrafficClass, Is.EqualTo(0xA8 | expected));
            Assert.That(v4.HasRightChecksum(), Is.True);
            Assert.That(v6.Ecn, Is.EqualTo(expected));
        }
    }
}
