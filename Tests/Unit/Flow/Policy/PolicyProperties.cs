using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

public sealed class PolicyProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(30);

    [Test]
    public void DecidesAndNamesAsALinearScanDoes() => Prop.ForAll(PolicyCases.Groups(), AgreesWithALinearScan).Check(s_config);

    [Test]
    public void DecidesAfterChangesAsIfItHadBeenMadeAfresh() => Prop.ForAll(PolicyCases.Changes(), AgreesAfterEveryChange).Check(s_config);

    [Test]
    public void KeepsItsGenerationExactlyWhileItsRulesStay() => Prop.ForAll(PolicyCases.Changes(), ChangesItsGenerationWithItsRules).Check(s_config);

    private static void AgreesWithALinearScan(SecurityGroup[] groups)
    {
        var guest = Guest.WithGroups(groups);

        foreach (Probe probe in PolicyCases.Probes(groups, 100))
        {
            Assert.That(guest.Receives(probe), Is.EqualTo(LinearPolicy.Decide(groups, RuleDirection.Ingress, probe)), probe.ToString);
            Assert.That(guest.Sends(probe), Is.EqualTo(LinearPolicy.Decide(groups, RuleDirection.Egress, probe)), probe.ToString);
        }
    }

    private static void AgreesAfterEveryChange(SecurityGroup[] changes)
    {
        var store = new PolicyStore();
        var groups = new Dictionary<SecurityGroupId, SecurityGroup>();
        SecurityGroupId[] set = [new(1), new(2), new(3)];
        int index = store.Acquire([.. set]);
        ulong generation = 0;

        foreach (SecurityGroup change in changes)
        {
            Apply(store, groups, change);
            store.Commit(++generation);
            SecurityGroup[] defined = [.. set.Select(id => groups.GetValueOrDefault(id) ?? new SecurityGroup(id, "", []))];

            foreach (Probe probe in PolicyCases.Probes(defined, 20))
            {
                Assert.That(
                    Decision.Of(store[index].Ingress, store.Names, probe),
                    Is.EqualTo(LinearPolicy.Decide(defined, RuleDirection.Ingress, probe)),
                    probe.ToString);
            }
        }
    }

    private static void ChangesItsGenerationWithItsRules(SecurityGroup[] changes)
    {
        var store = new PolicyStore();
        var groups = new Dictionary<SecurityGroupId, SecurityGroup>();
        int index = store.Acquire([new(1), new(2)]);
        ulong generation = 1;
        store.Commit(generation);

        foreach (SecurityGroup change in changes)
        {
            (InterfacePolicy policy, var ingress, var egress) = (store[index], RulesOf(RuleDirection.Ingress), RulesOf(RuleDirection.Egress));
            Apply(store, groups, change);
            bool listed = store.Commit(++generation).Contains(index);
            bool ingressStays = ingress.SequenceEqual(RulesOf(RuleDirection.Ingress));
            bool egressStays = egress.SequenceEqual(RulesOf(RuleDirection.Egress));

            Assert.That(store[index].Ingress.Generation, Is.EqualTo(ingressStays ? policy.Ingress.Generation : generation));
            Assert.That(store[index].Egress.Generation, Is.EqualTo(egressStays ? policy.Egress.Generation : generation));
            Assert.That(listed, Is.EqualTo(!ingressStays || !egressStays));
        }

        List<(uint, SecurityRule)> RulesOf(RuleDirection direction) =>
            [.. groups.Values.Where(g => g.Id.Value < 3).OrderBy(g => g.Id.Value)
                .SelectMany(g => g.Rules.Where(rule => rule.Direction == direction).Select(rule => (g.Id.Value, rule)))];
    }

    private static void Apply(PolicyStore store, Dictionary<SecurityGroupId, SecurityGroup> groups, SecurityGroup change)
    {
        if (change.Rules.Count > 0)
        {
            store.Set(change);
            groups[change.Id] = change;
        }
        else
        {
            Assert.That(store.Remove(change.Id), Is.EqualTo(groups.Remove(change.Id)));
        }
    }
}
