using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

[TestFixture]
internal sealed class PrefixSetTests
{
    [Test]
    public void HoldsWhatAnyOfItsPrefixesHolds()
    {
        var random = new Random(1);

        for (int run = 0; run < 200; run++)
        {
            IpPrefix[] prefixes = [.. Enumerable.Range(0, random.Next(12)).Select(_ => new IpPrefix(AnAddress(random), (byte)random.Next(24, 33)).Network)];
            var set = new PrefixSet(prefixes);

            for (int i = 0; i < 200; i++)
            {
                IpAddress address = AnAddress(random);
                Assert.That(set.Contains(address), Is.EqualTo(prefixes.Any(prefix => prefix.Contains(address))), $"{address} in {string.Join(", ", prefixes)}");
            }
        }
    }

    [Test]
    public void TellsFamiliesApart()
    {
        var all = new PrefixSet([Prefix("0.0.0.0/0")]);
        var both = new PrefixSet([Prefix("fd00::/8"), Prefix("10.0.0.0/8")]);

        Assert.That((all.Contains(Ip("0.0.0.0")), all.Contains(Ip("255.255.255.255")), all.Contains(Ip("::")), all.Contains(Ip("fd00::1"))), Is.EqualTo((true, true, false, false)));
        Assert.That((both.Contains(Ip("10.1.2.3")), both.Contains(Ip("11.0.0.0")), both.Contains(Ip("fdff::")), both.Contains(Ip("fe80::"))), Is.EqualTo((true, false, true, false)));
    }

    [Test]
    public void IsEmptyWithoutPrefixes() => Assert.That((new PrefixSet([]).IsEmpty, new PrefixSet([]).Contains(Ip("10.0.0.1"))), Is.EqualTo((true, false)));

    private static IpAddress AnAddress(Random random) => IpAddress.FromIpv4(0x0A00_0000 + (uint)random.Next(1024));
}
