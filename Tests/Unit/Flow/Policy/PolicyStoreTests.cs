using NUnit.Framework;
using VRouter.Encap;
using VRouter.Flow;
using static VRouter.Tests.Unit.Policy.Rules;

namespace VRouter.Tests.Unit.Policy;

public sealed class PolicyStoreTests
{
    private static readonly SecurityGroupId s_web = new(8000001);
    private static readonly SecurityGroupId s_database = new(8000002);
    private static readonly Probe s_probe = new("10.0.0.1", IpProtocol.Tcp) { DestinationPort = 80 };

    private PolicyStore _store = new();

    [SetUp]
    public void Empty() => _store = new PolicyStore();

    [Test]
    public void SharesAPolicyBetweenEqualSets()
    {
        int first = _store.Acquire([s_web, s_database]);

        Assert.That(_store.Acquire([s_database, s_web, s_web]), Is.EqualTo(first));
        Assert.That(_store.Acquire([s_web]), Is.Not.EqualTo(first));
    }

    [Test]
    public void GivesInterfacesWithoutGroupsTheOpenPolicy()
    {
        Assert.That(_store.Acquire([]), Is.Zero);
        Assert.That(_store[0], Is.SameAs(InterfacePolicy.Open));
        _store.Release(0);
        Assert.That(_store[0], Is.SameAs(InterfacePolicy.Open));
    }

    [Test]
    public void LetsNothingPassBeforeItHasCompiled()
    {
        Set(s_web, Ingress("all"));
        int index = _store.Acquire([s_web]);

        Assert.That(Decide(index).IsAllowed, Is.False);
        _store.Commit(1);
        Assert.That(Decide(index).IsAllowed, Is.True);
    }

    [Test]
    public void LetsNothingPassByAGroupThatIsNotDefined()
    {
        int index = _store.Acquire([s_web]);
        _store.Commit(1);
        Assert.That(Decide(index), Is.EqualTo(new Decision(false, null)));
    }

    [Test]
    public void CompilesOnlyThePoliciesOfTheGroupsThatChanged()
    {
        Set(s_web, Ingress("a"));
        Set(s_database, Ingress("b"));
        int web = _store.Acquire([s_web]);
        int database = _store.Acquire([s_database]);
        int both = _store.Acquire([s_web, s_database]);
        Assert.That(_store.Commit(1), Is.EquivalentTo([web, database, both]));
        InterfacePolicy before = _store[database];

        Set(s_web, Ingress("a").To(80, 80));

        Assert.That(_store.Commit(2), Is.EquivalentTo([web, both]));
        Assert.That(_store[database], Is.SameAs(before));
        Assert.That(_store[both].Ingress.Generation, Is.EqualTo(2));
    }

    [Test]
    public void LeavesTheOtherDirectionAsItWas()
    {
        Set(s_web, Ingress("in"), Egress("out"));
        int index = _store.Acquire([s_web]);
        _store.Commit(1);
        CompiledPolicy ingress = _store[index].Ingress;

        Set(s_web, Ingress("in"), Egress("out").To(443, 443));
        _store.Commit(2);

        Assert.That(_store[index].Ingress, Is.SameAs(ingress));
        Assert.That(_store[index].Egress.Generation, Is.EqualTo(2));
    }

    [Test]
    public void LeavesWhatWasCompiledForItsReaders()
    {
        Set(s_web, Ingress("all"));
        int index = _store.Acquire([s_web]);
        _store.Commit(1);
        CompiledPolicy old = _store[index].Ingress;

        _store.Remove(s_web);
        _store.Commit(2);

        Assert.That(old.Decide(s_probe.Query).IsAllowed, Is.True);
        Assert.That(Decide(index).IsAllowed, Is.False);
    }

    [Test]
    public void UsesTheIndexOfAPolicyAgainAfterItsLastInterface()
    {
        Set(s_database, Ingress("all"));
        int index = _store.Acquire([s_web]);
        _store.Acquire([s_web]);
        _store.Commit(1);

        _store.Release(index);
        Assert.That(_store.Acquire([s_database]), Is.Not.EqualTo(index));
        _store.Release(index);
        Assert.That(_store.Acquire([new SecurityGroupId(3), s_database]), Is.EqualTo(index));

        _store.Commit(2);
        Assert.That(_store[index].Ingress.Generation, Is.EqualTo(2));
        Assert.That(Decide(index).Rule, Is.EqualTo($"{s_database}/all"));
    }

    [Test]
    public void KeepsARulesNumberWhileItsGroupChanges()
    {
        Set(s_web, Ingress("a"));
        int index = _store.Acquire([s_web]);
        _store.Commit(1);
        RuleNumber number = _store[index].Ingress.Decide(s_probe.Query).Rule;

        Set(s_web, Ingress("new", RuleAction.Deny).To(1, 1), Ingress("a").To(80, 80));
        _store.Commit(2);

        Assert.That(_store[index].Ingress.Decide(s_probe.Query).Rule, Is.EqualTo(number));
    }

    [Test]
    public void RemembersTheNamesOfRulesThatWentLately()
    {
        RuleNumber number = NumberOf("first");
        Set(s_web);
        Assert.That(_store.Names.Find(number)?.Rule, Is.EqualTo("first"));

        for (int i = 0; i < 1030; i++)
        {
            Set(s_web, Ingress($"rule {i}"));
        }

        Assert.That(_store.Names.Find(number), Is.Null);
        Assert.That(_store.Names.Find(NumberOf("last"))?.Rule, Is.EqualTo("last"));
        Assert.That(_store.Names.Find(RuleNumber.None), Is.Null);
    }

    [Test]
    public void ListsTheGroupsAsTheyWereSet()
    {
        Set(s_web, Ingress("a"));
        Set(s_web, Ingress("b"));
        Set(s_database);
        _store.Remove(s_database);

        Assert.That(_store.Groups, Is.EqualTo([new SecurityGroup(s_web, "", [Ingress("b")])]));
        Assert.That(_store.Find(s_web)?.Rules.Count, Is.EqualTo(1));
        Assert.That(_store.Find(s_database), Is.Null);
        Assert.That(_store.Remove(s_database), Is.False);
    }

    private void Set(SecurityGroupId id, params SecurityRule[] rules) => _store.Set(new SecurityGroup(id, "", [.. rules]));

    private Decision Decide(int index) => Decision.Of(_store[index].Ingress, _store.Names, s_probe);

    private RuleNumber NumberOf(string rule)
    {
        Set(s_web, Ingress(rule));
        int index = _store.Acquire([s_web]);
        _store.Commit(1);
        return _store[index].Ingress.Decide(s_probe.Query).Rule;
    }
}
