using NUnit.Framework;
using VRouter.Bench;
using VRouter.Encap;
using VRouter.Flow;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Policy;

public sealed class CompiledPolicyTests
{
    private static readonly Probe s_web = new("10.1.2.3", IpProtocol.Tcp) { SourcePort = 40000, DestinationPort = 443 };

    [Test]
    public void IsOpenForAnInterfaceWithoutGroups()
    {
        Assert.That(Guest.WithoutGroups().Receives(s_web), Is.EqualTo(new Decision(true, null)));
        Assert.That(Guest.WithoutGroups().Sends(s_web), Is.EqualTo(new Decision(true, null)));
    }

    [Test]
    public void DeniesByNoRuleWhatNoRuleMatches() => Assert.That(Guest.With().Receives(s_web), Is.EqualTo(new Decision(false, null)));

    [Test]
    public void TellsTheDirectionsApart()
    {
        var guest = Guest.With(Ingress("in").From("10.0.0.0/8"), Egress("out").From("11.0.0.0/8"));

        Assert.That(guest.Receives(s_web).Rule, Is.EqualTo("1/in"));
        Assert.That(guest.Sends(s_web), Is.EqualTo(new Decision(false, null)));
        Assert.That(guest.Sends(s_web with { Peer = "11.0.0.1" }).Rule, Is.EqualTo("1/out"));
    }

    [Test]
    public void TakesTheLowestPriorityFirst()
    {
        var guest = Guest.With(Ingress("late", RuleAction.Deny, priority: 20), Ingress("early", priority: 10));
        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(true, "1/early")));
    }

    [Test]
    public void TakesDenyBeforeAllowAtEqualPriority()
    {
        var guest = Guest.With(Ingress("allow", priority: 5), Ingress("deny", RuleAction.Deny, priority: 5).From("10.1.0.0/16"));

        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(false, "1/deny")));
        Assert.That(guest.Receives(s_web with { Peer = "10.2.0.0" }), Is.EqualTo(new Decision(true, "1/allow")));
    }

    [Test]
    public void OrdersPrioritiesAboveTwoBillion()
    {
        var guest = Guest.With(Ingress("last", priority: uint.MaxValue), Ingress("first", RuleAction.Deny, priority: int.MaxValue));
        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(false, "1/first")));
    }

    [Test]
    public void NamesTheEarlierOfTwoEqualRules() => Assert.That(Guest.With(Ingress("a"), Ingress("b")).Receives(s_web).Rule, Is.EqualTo("1/a"));

    [Test]
    public void NamesARuleWithoutAnIdByItsPlace() =>
        Assert.That(Guest.With(Ingress("a").From("11.0.0.0/8"), Ingress("")).Receives(s_web).Rule, Is.EqualTo("1/rules[1]"));

    [Test]
    public void WeighsTheRulesOfAllGroupsTogether()
    {
        SecurityRule[] first = [Ingress("all", priority: 10)];
        SecurityRule[] second = [Ingress("web", RuleAction.Deny, priority: 9).Tcp().To(443, 443)];
        var guest = Guest.WithGroups(first, second);

        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(false, "2/web")));
        Assert.That(guest.Receives(s_web with { DestinationPort = 80 }), Is.EqualTo(new Decision(true, "1/all")));
    }

    [Test]
    public void WeighsTheRulesOfLargeGroupsTogetherToo()
    {
        SecurityRule[] Fillers() => [.. Enumerable.Range(0, 300).Select(i => Ingress($"filler{i}").From($"192.168.{i % 256}.{i / 256}/32"))];
        SecurityRule[] first = [.. Fillers(), Ingress("all", priority: 10)];
        SecurityRule[] second = [.. Fillers(), Ingress("web", RuleAction.Deny, priority: 10).Tcp().To(443, 443)];
        SecurityRule[] third = [Ingress("early", priority: 9).To(22, 22)];
        var guest = Guest.WithGroups(first, second, third);

        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(false, "2/web")));
        Assert.That(guest.Receives(s_web with { DestinationPort = 80 }), Is.EqualTo(new Decision(true, "1/all")));
        Assert.That(guest.Receives(s_web with { DestinationPort = 22 }), Is.EqualTo(new Decision(true, "3/early")));
        Assert.That(guest.Receives(s_web with { Peer = "192.168.7.1" }), Is.EqualTo(new Decision(true, "1/filler263")));
    }

    [Test]
    public void MatchesAGroupThatThePeerIsIn()
    {
        var guest = Guest.With(Ingress("friends").FromGroup(7), Ingress("enemies", RuleAction.Deny).FromGroup(8));

        Assert.That(guest.Receives(s_web), Is.EqualTo(new Decision(false, null)));
        Assert.That(guest.Receives(s_web with { PeerGroups = [new(6), new(7)] }), Is.EqualTo(new Decision(true, "1/friends")));
        Assert.That(guest.Receives(s_web with { PeerGroups = [new(7), new(8)] }), Is.EqualTo(new Decision(false, "1/enemies")));
    }

    [Test]
    public void LooksAtEveryPrefixAroundThePeer()
    {
        var guest = Guest.With(
            Ingress("host").From("10.1.2.3/32").To(22, 22),
            Ingress("net").From("10.1.0.0/16").To(80, 80),
            Ingress("all").From("0.0.0.0/0").To(443, 443));

        Assert.That(guest.Receives(s_web).Rule, Is.EqualTo("1/all"));
        Assert.That(guest.Receives(s_web with { DestinationPort = 80 }).Rule, Is.EqualTo("1/net"));
        Assert.That(guest.Receives(s_web with { DestinationPort = 22 }).Rule, Is.EqualTo("1/host"));
        Assert.That(guest.Receives(s_web with { DestinationPort = 22, Peer = "10.1.2.4" }).Rule, Is.Null);
    }

    [Test]
    public void TakesAPrefixOfOneFamilyForThatFamilyAlone()
    {
        var guest = Guest.With(Ingress("v4").From("0.0.0.0/0"));
        Assert.That(guest.Receives(s_web).IsAllowed, Is.True);
        Assert.That(guest.Receives(s_web with { Peer = "::a01:203" }).IsAllowed, Is.False);
    }

    [Test]
    public void TellsIpv6PeersApartInAll128Bits()
    {
        var guest = Guest.With(Ingress("one").From("2001:db8::1/128"), Ingress("half").From("2001:db8:0:1::/64"), Ingress("last").From("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124"));

        Assert.That(guest.Receives(s_web with { Peer = "2001:db8::1" }).Rule, Is.EqualTo("1/one"));
        Assert.That(guest.Receives(s_web with { Peer = "2001:db8::2" }).Rule, Is.Null);
        Assert.That(guest.Receives(s_web with { Peer = "2001:db8::" }).Rule, Is.Null);
        Assert.That(guest.Receives(s_web with { Peer = "2001:db8:0:1:ffff::" }).Rule, Is.EqualTo("1/half"));
        Assert.That(guest.Receives(s_web with { Peer = "2001:db8:0:2::" }).Rule, Is.Null);
        Assert.That(guest.Receives(s_web with { Peer = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" }).Rule, Is.EqualTo("1/last"));
    }

    [Test]
    public void CountsPortsForTcpUdpAndSctp([Values(IpProtocol.Tcp, IpProtocol.Udp, IpProtocol.Sctp)] byte protocol)
    {
        var guest = Guest.With(Ingress("rule").To(100, 200) with { Protocol = protocol, SourcePorts = [new(5, 5), new(7, 9)] });
        var probe = new Probe("10.0.0.1", protocol) { SourcePort = 8, DestinationPort = 200 };

        Assert.That(guest.Receives(probe).IsAllowed, Is.True);
        Assert.That(guest.Receives(probe with { DestinationPort = 201 }).IsAllowed, Is.False);
        Assert.That(guest.Receives(probe with { SourcePort = 6 }).IsAllowed, Is.False);
    }

    [Test]
    public void TakesARuleWithPortsAndNoProtocolByPortWherePortsAre()
    {
        var guest = Guest.With(Ingress("rule").To(100, 200) with { SourcePorts = [new(5, 5)] });

        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Udp) { SourcePort = 5, DestinationPort = 100 }).IsAllowed, Is.True);
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Udp) { SourcePort = 5, DestinationPort = 99 }).IsAllowed, Is.False);
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Sctp) { SourcePort = 4, DestinationPort = 100 }).IsAllowed, Is.False);
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Gre)).IsAllowed, Is.True);
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp) { IcmpType = 8 }).IsAllowed, Is.True);
    }

    [Test]
    public void TakesIcmpInAnIpv6RuleForIcmpv6()
    {
        var guest = Guest.With(Ingress("ping") with { EtherType = RuleEtherType.Ipv6, Protocol = IpProtocol.Icmp, Icmp = new IcmpMatch(128) });

        Assert.That(guest.Receives(new Probe("2001:db8::1", IpProtocol.Icmpv6) { IcmpType = 128 }).IsAllowed, Is.True);
        Assert.That(guest.Receives(new Probe("2001:db8::1", IpProtocol.Icmpv6) { IcmpType = 129 }).IsAllowed, Is.False);
        Assert.That(guest.Receives(new Probe("2001:db8::1", IpProtocol.Icmp)).IsAllowed, Is.False);
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp) { IcmpType = 128 }).IsAllowed, Is.False);
    }

    [Test]
    public void TakesIcmpInARuleOfBothVersionsForItself()
    {
        var guest = Guest.With(Ingress("icmp") with { Protocol = IpProtocol.Icmp });

        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp)).IsAllowed, Is.True);
        Assert.That(guest.Receives(new Probe("2001:db8::1", IpProtocol.Icmpv6)).IsAllowed, Is.False);
    }

    [Test]
    public void TellsIcmpTypesAndCodesApart()
    {
        var guest = Guest.With(
            Ingress("unreachable") with { Protocol = IpProtocol.Icmp, Icmp = new IcmpMatch(3) },
            Ingress("too big", RuleAction.Deny) with { Protocol = IpProtocol.Icmp, Icmp = new IcmpMatch(3, 4) });

        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp) { IcmpType = 3, IcmpCode = 255 }).Rule, Is.EqualTo("1/unreachable"));
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp) { IcmpType = 3, IcmpCode = 4 }).Rule, Is.EqualTo("1/too big"));
        Assert.That(guest.Receives(new Probe("10.0.0.1", IpProtocol.Icmp) { IcmpType = 4 }).Rule, Is.Null);
    }

    [Test]
    public void KeepsToTheEtherTypeOfARule()
    {
        var guest = Guest.With(Ingress("v6") with { EtherType = RuleEtherType.Ipv6 }, Ingress("v4") with { EtherType = RuleEtherType.Ipv4 });

        Assert.That(guest.Receives(s_web).Rule, Is.EqualTo("1/v4"));
        Assert.That(guest.Receives(s_web with { Peer = "2001:db8::1" }).Rule, Is.EqualTo("1/v6"));
    }

    [Test]
    public void DecidesWithoutAllocating()
    {
        var site = PolicySite.Of(PolicyKind.Mixed, 1000);
        int allowed = site.DecideAll();
        int again = 0;

        Assert.That(Allocations.Of(() => again = site.DecideAll()), Is.Zero);
        Assert.That(again, Is.EqualTo(allowed));
    }
}
