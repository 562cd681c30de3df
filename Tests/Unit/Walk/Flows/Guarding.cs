using VRouter.Flow;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Walk.Flows;

/// <summary>Security groups for the Lab's tenants.</summary>
internal static class Guarding
{
    private const uint OwnGroups = 100;

    /// <summary>Gives a tenant a group of its own, of these rules.</summary>
    public static Node Guard(this Node node, uint vif, params SecurityRule[] rules)
    {
        var group = new SecurityGroupId(OwnGroups + vif);
        return node.Apply(new Transaction { SecurityGroups = [new SecurityGroup(group, "", [.. rules])], Vifs = [TenantVif(vif) with { SecurityGroups = [group] }] });
    }

    /// <summary>Gives the group of a tenant other rules.</summary>
    public static Node Rule(this Node node, uint vif, params SecurityRule[] rules) =>
        node.Apply(new Transaction { SecurityGroups = [new SecurityGroup(new SecurityGroupId(OwnGroups + vif), "", [.. rules])] });

    /// <summary>The Lab's tenant of this number as it is configured.</summary>
    public static Vif TenantVif(uint vif) => Lab.Configuration().Vifs.Single(each => each.Id.Value == vif);
}
