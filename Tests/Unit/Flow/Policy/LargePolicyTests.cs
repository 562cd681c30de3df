using NUnit.Framework;
using VRouter.Bench;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Tests.Unit.Routing;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Policy;

/// <summary>Groups so large that every search in what they are compiled to takes several steps.</summary>
public sealed class LargePolicyTests
{
    private const int RuleCount = 3000;
    private const int Probes = 100;

    [Test]
    public void DecidesAsALinearScanDoes([Values] PolicyKind kind)
    {
        SecurityGroup[] groups = [PolicySite.Of(kind, RuleCount).Group];
        var guest = Guest.WithGroups(groups);
        var random = new Random(3);

        for (int i = 0; i < Probes; i++)
        {
            Probe probe = ProbeAt(groups[0].Rules[random.Next(RuleCount)], random);
            Assert.That(guest.Receives(probe), Is.EqualTo(LinearPolicy.Decide(groups, RuleDirection.Ingress, probe)), probe.ToString);
        }
    }

    [TestCase("255.255.255.255")]
    [TestCase("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    [TestCase("10.0.0.1")]
    [TestCase("2001:db8::1")]
    public void FindsEveryPrefixOfAChain(string peer)
    {
        var address = IpAddress.Parse(peer);
        var guest = Guest.With([.. Enumerable.Range(0, address.Bits + 1).Select(length =>
            Ingress($"/{length}").To((uint)length, (uint)length) with { RemotePrefix = new IpPrefix(address, (byte)length).Network })]);

        for (int length = 0; length <= address.Bits; length++)
        {
            var probe = new Probe(peer, IpProtocol.Udp) { DestinationPort = (ushort)length };
            Assert.That(guest.Receives(probe).Rule, Is.EqualTo($"1//{length}"));
        }
    }

    [Test]
    public void TakesAtMost400BytesARule([Values] PolicyKind kind) =>
        Assert.That(PolicySite.Of(kind, RuleCount).Policy.Bytes / RuleCount, Is.LessThan(400));

    // At the rule's bounds or next to them.
    private static Probe ProbeAt(SecurityRule rule, Random random)
    {
        IpAddress[] peers = [.. LinearRoutes.Edges(rule.RemotePrefix ?? IpPrefix.Parse("10.0.0.0/8"))];

        return new Probe(peers[random.Next(peers.Length)].ToString(), IpProtocol.Tcp)
        {
            SourcePort = PortAt(rule.SourcePorts, random),
            DestinationPort = PortAt(rule.DestinationPorts, random),
            PeerGroups = rule.RemoteGroup is { } remote ? [remote, new SecurityGroupId(remote.Value + 1)] : [],
        };
    }

    private static ushort PortAt(ValueList<PortRange> ranges, Random random)
    {
        PortRange range = ranges.Count == 0 ? new PortRange(100, 100) : ranges[0];
        return (ushort)(new[] { range.First - 1, range.First, range.Last, range.Last + 1 })[random.Next(4)];
    }
}
