using VRouter.Forwarding;

namespace VRouter.Bench.Scenarios;

/// <summary>As <see cref="Setup"/>, with many rules in the sender's group.</summary>
internal sealed class SetupPolicy(Scenario like) : Setup("setup-policy", like, " as in setup, with as many rules as --rules says")
{
    public override Transaction Configure(Plan plan)
    {
        Transaction site = base.Configure(plan);
        int index = site.SecurityGroups.FindIndex(group => group.Id == SiteGroups.Client);
        site.SecurityGroups[index] = SiteGroups.ClientWith(plan.Rules);
        return site;
    }
}
