using NUnit.Framework;
using VRouter.Encap;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Control;

[TestFixture]
internal sealed class EcmpNameTests
{
    // vRouters of other versions are in the same groups: these numbers are for ever.
    [TestCase("192.0.2.2", 4711u, 0u, 0u, 3820101512u)]
    [TestCase("2001:db8::2", 5001u, 0u, 0u, 1436328503u)]
    [TestCase("192.0.2.1", 0u, 7u, 0u, 4222861641u)]
    [TestCase("192.0.2.2", 4711u, 0u, 1u, 3303995441u)]
    public void HashesAsEver(string address, uint label, uint vif, uint occurrence, uint identity) =>
        Assert.That(new EcmpName(IpAddress.Parse(address), label, vif).Identity(occurrence), Is.EqualTo(identity));

    [Test]
    public void TellsMembersOfOneNodeAndOfOneLabelApart()
    {
        EcmpName[] names = [.. from node in Enumerable.Range(0, 256) from label in Enumerable.Range(16, 256) select new EcmpName(IpAddress.FromIpv4(0x0A00_0000 + (uint)node), (uint)label)];

        // Of 65,536 numbers out of 2^32, one pair in two is to be expected.
        Assert.That(names.Select(name => name.Identity()).Distinct().Count(), Is.GreaterThan(names.Length - 4));
    }
}
