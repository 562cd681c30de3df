using NUnit.Framework;
using VRouter.Flow;

namespace VRouter.Tests.Unit.Policy;

/// <summary>An interface with groups 1, 2 and so on, of the rules given.</summary>
internal sealed class Guest
{
    private readonly PolicyStore _store = new();
    private readonly InterfacePolicy _policy;

    private Guest(SecurityGroup[] groups)
    {
        foreach (SecurityGroup group in groups)
        {
            Assert.That(SecurityGroupValidation.Check(group), Is.Empty);
            _store.Set(group);
        }

        int index = _store.Acquire([.. groups.Select(group => group.Id)]);
        _store.Commit(1);
        _policy = _store[index];
    }

    public static Guest WithoutGroups() => new([]);

    public static Guest With(params SecurityRule[] rules) => WithGroups(rules);

    public static Guest WithGroups(params SecurityRule[][] groups) =>
        new([.. groups.Select((rules, index) => new SecurityGroup(new SecurityGroupId((uint)index + 1), "", [.. rules]))]);

    public static Guest WithGroups(params SecurityGroup[] groups) => new(groups);

    public Decision Receives(Probe probe) => Decision.Of(_policy.Ingress, _store.Names, probe);

    public Decision Sends(Probe probe) => Decision.Of(_policy.Egress, _store.Names, probe);
}
