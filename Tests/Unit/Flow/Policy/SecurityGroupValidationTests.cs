using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Policy;

public sealed class SecurityGroupValidationTests
{
    [Test]
    public void PassesWhatIsWhole() => Assert.That(Fields(
        Ingress("a").Tcp().To(0, 65535).From("10.0.0.0/8"),
        Ingress("b").To(80, 80).FromGroup(99),
        Ingress("") with { Protocol = 255, EtherType = RuleEtherType.Ipv6, RemotePrefix = IpPrefix.Parse("::/0") },
        Ingress("") with { Protocol = IpProtocol.Icmp, Icmp = new IcmpMatch(255, 255), EtherType = RuleEtherType.Ipv6 },
        Egress("c") with { Protocol = IpProtocol.Icmpv6, Icmp = new IcmpMatch(0) }), Is.Empty);

    [Test]
    public void NamesEveryProblemAtOnce() => Assert.That(
        SecurityGroupValidation.Check(new SecurityGroup(default, "", [
            new SecurityRule { Id = "x", Protocol = 300 },
            Ingress("x").Tcp().To(90, 80).From("10.0.0.1/8"),
        ])),
        Is.EquivalentTo((RuleProblem[])[
            new("id", "0 is not an id"),
            new("rules[0].direction", "is neither INGRESS nor EGRESS"),
            new("rules[0].protocol", "300 is not in 0 to 255"),
            new("rules[1].id", "'x' is the id of rules[0] too"),
            new("rules[1].destination_ports[0].first", "90 is above the last, 80"),
            new("rules[1].remote_prefix", "10.0.0.1/8 has bits set behind its length; the prefix is 10.0.0.0/8"),
        ]));

    [Test]
    public void RefusesPortsOfAProtocolThatHasNone([Values(IpProtocol.Icmp, IpProtocol.Icmpv6, IpProtocol.Gre, (byte)0)] byte protocol)
    {
        SecurityRule rule = Ingress("a").To(1, 2) with { Protocol = protocol, SourcePorts = [new(1, 2)] };
        Assert.That(Fields(rule), Is.EquivalentTo((string[])["rules[0].source_ports", "rules[0].destination_ports"]));
    }

    [Test]
    public void RefusesPortsAbove65535()
    {
        Assert.That(Fields(Ingress("a").To(65535, 65536)), Is.EqualTo((string[])["rules[0].destination_ports[0].last"]));
        Assert.That(
            Fields(Ingress("a") with { SourcePorts = [new(1, 1), new(70000, 70001)] }),
            Is.EqualTo((string[])["rules[0].source_ports[1].first", "rules[0].source_ports[1].last"]));
    }

    [Test]
    public void RefusesIcmpTypesAndCodesAbove255() => Assert.That(
        Fields(Ingress("a") with { Protocol = IpProtocol.Icmp, Icmp = new IcmpMatch(256, 256) }),
        Is.EqualTo((string[])["rules[0].icmp.type", "rules[0].icmp.code"]));

    [TestCase(null, RuleEtherType.Any, TestName = "RefusesIcmpMessagesOfNoProtocol")]
    [TestCase((uint)IpProtocol.Tcp, RuleEtherType.Any, TestName = "RefusesIcmpMessagesOfAnotherProtocol")]
    [TestCase((uint)IpProtocol.Icmpv6, RuleEtherType.Ipv4, TestName = "RefusesIcmpv6MessagesOfIpv4")]
    public void RefusesIcmpMessages(uint? protocol, RuleEtherType etherType) => Assert.That(
        Fields(Ingress("a") with { Protocol = protocol, EtherType = etherType, Icmp = new IcmpMatch(8) }), Is.EqualTo((string[])["rules[0].icmp"]));

    [TestCase(IpProtocol.Icmp, "2001:db8::/32")]
    [TestCase(IpProtocol.Icmpv6, "10.0.0.0/8")]
    public void RefusesIcmpMessagesOfTheOtherVersionThanThePeers(byte protocol, string prefix) => Assert.That(
        Fields(Ingress("a").From(prefix) with { Protocol = protocol, Icmp = new IcmpMatch(8) }), Is.EqualTo((string[])["rules[0].icmp"]));

    [TestCase(RuleEtherType.Ipv4, "::/0")]
    [TestCase(RuleEtherType.Ipv6, "10.0.0.0/8")]
    public void RefusesAPrefixOfAnotherFamilyThanTheEtherType(RuleEtherType etherType, string prefix) => Assert.That(
        Fields(Ingress("a").From(prefix) with { EtherType = etherType }), Is.EqualTo((string[])["rules[0].remote_prefix"]));

    [Test]
    public void RefusesAPrefixLongerThanAnAddress() => Assert.That(
        Fields(Ingress("a") with { RemotePrefix = new IpPrefix(IpAddress.FromIpv4(1), 33) }), Is.EqualTo((string[])["rules[0].remote_prefix"]));

    [Test]
    public void RefusesTwoRemotes() => Assert.That(
        Fields(Ingress("a").From("10.0.0.0/8").FromGroup(1)), Is.EqualTo((string[])["rules[0].remote_security_group"]));

    [Test]
    public void RefusesRemoteGroup0() => Assert.That(Fields(Ingress("a").FromGroup(0)), Is.EqualTo((string[])["rules[0].remote_security_group"]));

    [Test]
    public void RefusesNumbersThatTheContractDoesNotHave() => Assert.That(
        Fields(new SecurityRule { Direction = (RuleDirection)3, EtherType = (RuleEtherType)3, Action = (RuleAction)2 }),
        Is.EqualTo((string[])["rules[0].direction", "rules[0].ether_type", "rules[0].action"]));

    [Test]
    public void RefusesMoreCombinationsOfPortRangesThanItCanKeep()
    {
        PortRange[] many = [.. Enumerable.Range(0, 65).Select(i => new PortRange((uint)i * 2, (uint)i * 2))];

        Assert.That(Fields(Ingress("a") with { SourcePorts = [.. many], DestinationPorts = [.. many] }), Is.EqualTo((string[])["rules[0].source_ports"]));
        Assert.That(Fields(Ingress("a") with { SourcePorts = [.. many[..64]], DestinationPorts = [.. many[..64]] }), Is.Empty);
    }

    private static IEnumerable<string> Fields(params SecurityRule[] rules) =>
        SecurityGroupValidation.Check(new SecurityGroup(new SecurityGroupId(1), "", [.. rules])).Select(problem => problem.Field);
}
