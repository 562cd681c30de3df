using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using VRouter.Forwarding;
using VRouter.Tests.Unit.Policy;
using VRouter.Tests.Unit.Walk;
using static VRouter.Tests.Unit.Control.Editing;
using static VRouter.Tests.Unit.Policy.Rules;
using static VRouter.Tests.Unit.Walk.Node;

namespace VRouter.Tests.Unit.Control;

/// <summary>Security groups as the published state shows them.</summary>
[TestFixture]
public sealed class PolicyStateTests
{
    private const uint Web = 8_000_001, Database = 8_000_002;

    private static readonly Vif s_tenant = Lab.Configuration().Vifs[1];
    private static readonly Vif s_neighbour = Lab.Configuration().Vifs[2];
    private static readonly Vif s_other = Lab.Configuration().Vifs[3];

    private Editing _editing = null!;

    [SetUp]
    public void Start()
    {
        _editing = new Editing();
        _editing.Apply(Group(Web, Ingress("http").Tcp().To(80, 80)), Group(Database, Ingress("sql").Tcp().To(5432, 5432)));
    }

    [TearDown]
    public void End() => _editing.Dispose();

    [Test]
    public void IsOpenWithoutGroups()
    {
        Assert.That((_editing.Vif(Lab.Tenant).Policy, _editing.Vif(Lab.Tenant).Groups), Is.EqualTo((0, Array.Empty<SecurityGroupId>())));
        Assert.That(_editing.State.Policies[0], Is.Null);
        Assert.That(_editing.State.GroupSets[0], Is.Null);
    }

    [Test]
    public void HasOnePolicyForEqualSets()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web, Database) }, s_neighbour with { SecurityGroups = Groups(Database, Web, Web) }, s_other with { SecurityGroups = Groups(Web) });

        Assert.That(_editing.Vif(Lab.Neighbour).Policy, Is.EqualTo(_editing.Vif(Lab.Tenant).Policy).And.Not.EqualTo(_editing.Vif(Lab.Other).Policy));
        Assert.That(_editing.Vif(Lab.Neighbour).Groups, Is.EqualTo(Groups(Web, Database)));
        Assert.That(_editing.Vif(Lab.Tenant).Groups, Is.EqualTo(Groups(Web, Database)));
        Assert.That((Decides(Lab.Tenant, 5432), Decides(Lab.Other, 5432), Decides(Lab.Other, 80)), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void ChangesOnlyWhereARuleDoes()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) }, s_neighbour with { SecurityGroups = Groups(Database) }, s_other with { SecurityGroups = Groups(Database, Web) });
        ForwardingState before = _editing.State;
        InterfacePolicy web = PolicyOf(Lab.Tenant), database = PolicyOf(Lab.Neighbour);

        _editing.Apply(Group(Database, Ingress("sql").Tcp().To(5433, 5433)));

        Assert.That(PolicyOf(Lab.Tenant), Is.SameAs(web));
        Assert.That(PolicyOf(Lab.Neighbour), Is.Not.SameAs(database));
        Assert.That((PolicyOf(Lab.Neighbour).Ingress.Generation, PolicyOf(Lab.Other).Ingress.Generation), Is.EqualTo((_editing.State.Generation, _editing.State.Generation)));
        Assert.That(PolicyOf(Lab.Neighbour).Egress, Is.SameAs(database.Egress));
        Assert.That((_editing.State.PoliciesGeneration, _editing.State.VifsGeneration), Is.EqualTo((_editing.Generation, before.VifsGeneration)));
        Assert.That((_editing.State.Vifs, _editing.State.Vrfs, _editing.State.NextHops), Is.EqualTo((before.Vifs, before.Vrfs, before.NextHops)));
    }

    [Test]
    public void CompilesNothingWhenNoRuleChanges()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) });
        ForwardingState before = _editing.State;

        _editing.Apply(new SecurityGroup(new SecurityGroupId(Web), "renamed", [Ingress("http").Tcp().To(80, 80)]));
        Assert.That(_editing.State, Is.Not.SameAs(before));
        Assert.That((_editing.State.Policies, _editing.State.PoliciesGeneration), Is.EqualTo((before.Policies, before.PoliciesGeneration)));

        _editing.Apply(Lab.Route(1, "10.9.0.0/16", 10, 99));
        Assert.That((_editing.State.Policies, _editing.State.PoliciesGeneration), Is.EqualTo((before.Policies, before.PoliciesGeneration)));
    }

    [Test]
    public void StaysWhenAnEqualGroupComesAgain()
    {
        ForwardingState before = _editing.State;

        Assert.That(_editing.Apply(Group(Web, Ingress("http").Tcp().To(80, 80))), Is.SameAs(before));
    }

    [Test]
    public void TellsOfAVifThatChangesItsGroups()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) });
        ForwardingState before = _editing.State;
        VifState neighbour = _editing.Vif(Lab.Neighbour);
        VrfState two = _editing.Vrf(2);

        _editing.Apply(s_tenant with { SecurityGroups = Groups(Database) });

        Assert.That((_editing.Vif(Lab.Tenant).Generation, _editing.State.VifsGeneration), Is.EqualTo((_editing.Generation, _editing.Generation)));
        Assert.That((_editing.Vif(Lab.Neighbour), _editing.Vrf(2)), Is.EqualTo((neighbour, two)));
        Assert.That(_editing.Route(1, "10.1.0.2").Generation, Is.EqualTo(_editing.Generation));
        Assert.That(_editing.Route(1, "fd01::2").Generation, Is.EqualTo(_editing.Generation));
        Assert.That(_editing.RouteGeneration(1, "fd01::2"), Is.EqualTo(_editing.Generation));
        Assert.That(_editing.State.NextHopsGeneration, Is.EqualTo(before.NextHopsGeneration));
    }

    [Test]
    public void ShowsTheGroupsBehindARoute()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web, Database, Web) });
        _editing.Apply(Lab.Route(1, "10.9.0.0/16", 10, 99) with { SecurityGroups = Groups(77, 3) });

        Assert.That(GroupsBehind("10.1.0.2"), Is.EqualTo(Groups(Web, Database)));
        Assert.That(GroupsBehind("10.9.0.1"), Is.EqualTo(Groups(3, 77)));
        Assert.That(GroupsBehind("10.1.0.3"), Is.Null);
        Assert.That(GroupsBehind("10.2.0.3"), Is.Null);
    }

    [Test]
    public void ShowsTheGroupsOfWhoHasTheAddress()
    {
        Vif second = s_neighbour with { Addresses = s_tenant.Addresses, SecurityGroups = Groups(Database) };
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) }, second);
        Assert.That(GroupsBehind("10.1.0.2"), Is.EqualTo(Groups(Web)));

        _editing.Apply(second with { SecurityGroups = Groups(Database, Web) });
        Assert.That(GroupsBehind("10.1.0.2"), Is.EqualTo(Groups(Web)));

        _editing.Delete(ObjectKey.Of(s_tenant.Id));
        Assert.That(GroupsBehind("10.1.0.2"), Is.EqualTo(Groups(Web, Database)));

        _editing.Apply(Lab.Route(1, "10.1.0.2/32", 10, 99) with { SecurityGroups = Groups(5) });
        Assert.That(GroupsBehind("10.1.0.2"), Is.EqualTo(Groups(5)));

        _editing.Apply(second with { SecurityGroups = [] });
        _editing.Delete(ObjectKey.Of(new VrfId(1), Prefix("10.1.0.2/32")));
        Assert.That(GroupsBehind("10.1.0.2"), Is.Null);
    }

    [Test]
    public void LeavesOldStatesAsTheyWereWhenNumbersAreUsedAgain()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) });
        ForwardingState old = _editing.State;
        (int policy, int set) = (_editing.Vif(Lab.Tenant).Policy, _editing.Route(1, "10.1.0.2").SecurityGroups);

        _editing.Apply(s_tenant);
        Assert.That((_editing.State.Policies[policy], _editing.State.GroupSets[set]), Is.EqualTo((null as InterfacePolicy, null as SecurityGroupId[])));
        _editing.Apply(s_neighbour with { SecurityGroups = Groups(Database) });

        Assert.That((_editing.Vif(Lab.Neighbour).Policy, _editing.Route(1, "10.1.0.3").SecurityGroups), Is.EqualTo((policy, set)));
        Assert.That(_editing.State.GroupSets[set], Is.EqualTo(Groups(Database)));
        Assert.That(old.GroupSets[set], Is.EqualTo(Groups(Web)));
        Assert.That((Decides(_editing.State.Policies[policy]!, 80), Decides(old.Policies[policy]!, 80)), Is.EqualTo((false, true)));
    }

    [Test]
    public void TellsOfAVifThatGoesAndOfOneThatTakesItsPlace()
    {
        int index = _editing.Vif(Lab.Tenant).Index;

        _editing.Delete(ObjectKey.Of(s_tenant.Id));
        Assert.That((_editing.State.Vifs[index], _editing.State.VifsGeneration), Is.EqualTo((null as VifState, _editing.Generation)));

        _editing.Apply(s_tenant with { Id = new VifId(77) });
        Assert.That((_editing.Vif(77).Index, _editing.Vif(77).Generation), Is.EqualTo(((ushort)index, _editing.Generation)));
    }

    [Test]
    public void MovesAVifFromAGroupThatGoes()
    {
        _editing.Apply(s_tenant with { SecurityGroups = Groups(Web) });

        _editing.Apply(new Transaction { Vifs = [s_tenant with { SecurityGroups = Groups(9) }], SecurityGroups = [Group(9)], Deletes = [ObjectKey.Of(new SecurityGroupId(Web))] });

        Assert.That(Decides(Lab.Tenant, 80), Is.False);
        Assert.That(_editing.Tables.Editor.Policies.Find(new SecurityGroupId(Web)), Is.Null);
    }

    [Test]
    public void KeepsTunnelsWhenTheUnderlayChangesElsewhere()
    {
        uint before = _editing.State.NextHopsGeneration;

        _editing.Apply(Lab.Route(0, "198.51.100.0/24", 90));
        Assert.That(_editing.State.NextHopsGeneration, Is.EqualTo(before));

        _editing.Apply(new Transaction { NextHops = [new VifNextHop(new NextHopId(90), new VifId(Lab.Fabric)) { Mac = Mac("02:00:00:00:00:98") }] });
        Assert.That(_editing.State.NextHopsGeneration, Is.EqualTo(_editing.Generation));
    }

    private InterfacePolicy PolicyOf(uint vif) => _editing.State.Policies[_editing.Vif(vif).Policy]!;

    private SecurityGroupId[]? GroupsBehind(string address) => _editing.State.GroupSets[_editing.Route(1, address).SecurityGroups];

    private bool Decides(uint vif, ushort port) => Decides(PolicyOf(vif), port);

    private static bool Decides(InterfacePolicy policy, ushort port) =>
        policy.Ingress.Decide(PolicyQuery.Of(Ip("10.7.7.7"), [], IpProtocol.Tcp, 1024, port)).IsAllowed;
}
