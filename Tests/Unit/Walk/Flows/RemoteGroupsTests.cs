using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Rules about the group that the peer is in, wherever it is (semantics, section 5).</summary>
[TestFixture]
public sealed class RemoteGroupsTests
{
    private const uint Friends = 700;

    [Test]
    public void AreKnownByTheRouteOfARemotePeer([Values] bool isFriend, [Values] bool receives, [Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Ingress("in").FromGroup(Friends), Egress("out").FromGroup(Friends));
        node.Apply(RouteTo(Lab.Remote(isIpv6), isFriend ? Friends : 701));
        Dialogue dialogue = Dialogue.Remote(node, isIpv6);

        Assert.That((receives ? dialogue.Reversed : dialogue).SendUdp(), Is.EqualTo(isFriend ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void AreTheirMembersOnTheSameNode([Values] bool isFriend, [Values] bool receives, [Values] bool isIpv6)
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Ingress("in").FromGroup(Friends), Egress("out").FromGroup(Friends));
        node.Apply(new Transaction { SecurityGroups = [Open(isFriend ? Friends : 701)], Vifs = [Guarding.TenantVif(Lab.Neighbour) with { SecurityGroups = [new SecurityGroupId(isFriend ? Friends : 701)] }] });
        Dialogue dialogue = Dialogue.Local(node, isIpv6);

        Assert.That((receives ? dialogue.Reversed : dialogue).SendUdp(), Is.EqualTo(isFriend ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void AreKnownByTheBestRouteOnly()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out").FromGroup(Friends));
        node.Apply(new Transaction
        {
            Routes = [Lab.Route(1, "10.2.0.0/16", 10) with { SecurityGroups = [new SecurityGroupId(Friends)] }, Lab.Route(1, "10.2.0.2/32", 10)],
        });

        Assert.That(Dialogue.Remote(node).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That((Dialogue.Remote(node) with { Server = new End(Lab.Fabric, "10.2.0.3") }).SendUdp(), Is.EqualTo(DropReason.None));
    }

    [Test]
    public void AreFoundBehindAVrfNextHop([Values] bool isFriend, [Values("front", "behind", "peer")] string knownBy)
    {
        using Node node = BetweenVrfs(isFriend, knownBy);
        Dialogue dialogue = AcrossVrfs(node);

        DropReason expected = isFriend ? DropReason.None : DropReason.SecurityGroupDenied;
        Assert.That(dialogue.SendUdp(), Is.EqualTo(expected));
        Assert.That(dialogue.AnswerUdp(), Is.EqualTo(expected));
    }

    [Test]
    public void RuleAtTheOtherEndOfAVrfNextHopToo([Values] bool isFriend)
    {
        using Node node = BetweenVrfs(isFriend: false, "peer").Guard(Lab.Other, Ingress("in").FromGroup(Friends));
        node.Apply(new Transaction { SecurityGroups = [Open(Friends)], Vifs = [Guarding.TenantVif(Lab.Tenant) with { SecurityGroups = isFriend ? [new SecurityGroupId(Friends)] : [] }] });

        Assert.That(AcrossVrfs(node).SendUdp(), Is.EqualTo(isFriend ? DropReason.None : DropReason.SecurityGroupDenied));
    }

    [Test]
    public void AreAllLookedAtHoweverMany([Values("front", "behind", "peer")] string knownBy)
    {
        // The one that is denied comes last in its list, the other lists are as long.
        using Node node = BetweenVrfs(isFriend: false, "nobody").Guard(Lab.Tenant, Egress("all", priority: 5), Egress("friends", RuleAction.Deny).FromGroup(Friends));
        ValueList<SecurityGroupId> friends = [.. Many(10_000).Take(255), new SecurityGroupId(20_000)];
        node.Apply(new Transaction { SecurityGroups = [.. Many(10_000).Concat(Many(30_000)).Concat(Many(20_000)).Append(new SecurityGroupId(90_000)).Distinct().Select(id => Open(id.Value))] });
        node.Rule(Lab.Tenant, Egress("all", priority: 5), Egress("friends", RuleAction.Deny).FromGroup(20_000));

        node.Apply(new Transaction
        {
            Vifs = [Guarding.TenantVif(Lab.Other) with { Addresses = [Prefix("10.9.0.5"), Prefix("10.9.0.4")], SecurityGroups = knownBy == "peer" ? friends : Many(30_000) }],
            Routes =
            [
                Lab.Route(1, "10.9.0.0/16", 21) with { SecurityGroups = knownBy == "front" ? friends : Many(30_000) },
                Lab.Route(2, "10.9.0.4/32", 94) with { SecurityGroups = knownBy == "behind" ? friends : Many(40_000) },
            ],
        });

        Assert.That(AcrossVrfs(node).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
        Assert.That(node.Flows()[0].RuleId, Is.EqualTo("friends"));

        static ValueList<SecurityGroupId> Many(uint first) => [.. Enumerable.Range((int)first, 256).Select(id => new SecurityGroupId((uint)id))];
    }

    [Test]
    public void MayBeKnownToNobodyElse()
    {
        using Node node = Lab.Start().Guard(Lab.Tenant, Egress("out").FromGroup(8_888_888));

        Assert.That(Dialogue.Remote(node).SendUdp(), Is.EqualTo(DropReason.SecurityGroupDenied));
    }

    /// <summary>The tenant in VRF 1 may send to friends only; VRF 2 is behind 10.9.0.0/16, where the other tenant is.</summary>
    private static Node BetweenVrfs(bool isFriend, string knownBy)
    {
        uint group = isFriend ? Friends : 701;
        Node node = Lab.Start().Guard(Lab.Tenant, Egress("out").FromGroup(Friends));
        Route front = Lab.Route(1, "10.9.0.0/16", 21), behind = Lab.Route(2, "10.9.0.4/32", 94);

        return node.Apply(new Transaction
        {
            SecurityGroups = [Open(group)],
            NextHops = [new VrfNextHop(new NextHopId(21), new VrfId(2)), new VifNextHop(new NextHopId(94), new VifId(Lab.Other))],
            Vifs = [Guarding.TenantVif(Lab.Other) with { Addresses = [Prefix("10.9.0.5"), Prefix("10.9.0.4")], SecurityGroups = knownBy == "peer" ? [new SecurityGroupId(group)] : [] }],
            Routes =
            [
                front with { SecurityGroups = knownBy == "front" ? [new SecurityGroupId(group)] : [] },
                behind with { SecurityGroups = knownBy == "behind" ? [new SecurityGroupId(group)] : [] },
                Lab.Route(2, "10.1.0.0/24", 20),
            ],
        });
    }

    private static Dialogue AcrossVrfs(Node node) => new(node, End.Tenant(), new End(Lab.Other, "10.9.0.4"));

    private static Route RouteTo(string address, uint group) => Lab.Route(1, IpPrefix.Host(Ip(address)).ToString(), 10) with { SecurityGroups = [new SecurityGroupId(group)] };

    private static SecurityGroup Open(uint group) => new(new SecurityGroupId(group), "", [Ingress("in"), Egress("out")]);
}
