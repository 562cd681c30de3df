using System.Globalization;
using VRouter.Flow;

namespace VRouter.Forwarding;

internal sealed partial class Validation
{
    /// <summary>As many as fit into 5 GB of memory.</summary>
    private const uint MostFlows = 1 << 25;

    /// <summary>Rules of all groups: half of what there are numbers for, as a group that is replaced has two of each for a moment.</summary>
    private const int MostRules = 1 << 22;

    private const int NamedUsers = 8;

    // Milliseconds in 31 bits are 24.8 days.
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromDays(24);

    private void CheckFlowSettings(Settings settings)
    {
        if (settings.MaxFlows is 0 or > MostFlows)
        {
            Add(ObjectKey.Settings, "max_flows", $"{settings.MaxFlows} is not in 1 to {MostFlows}");
        }

        FlowTimeouts timeouts = settings.FlowTimeouts;
        CheckTimeout("tcp_new", timeouts.TcpNew);
        CheckTimeout("tcp_established", timeouts.TcpEstablished);
        CheckTimeout("tcp_closing", timeouts.TcpClosing);
        CheckTimeout("udp", timeouts.Udp);
        CheckTimeout("icmp", timeouts.Icmp);
        CheckTimeout("other", timeouts.Other);
    }

    private void CheckTimeout(string field, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || timeout > s_longestTimeout)
        {
            Add(ObjectKey.Settings, $"flow_timeouts.{field}", $"{Seconds(timeout)} s is not more than 0 and at most {s_longestTimeout.Days} days");
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private void CheckSecurityGroups()
    {
        if (_transaction.SecurityGroups.Count == 0)
        {
            return;
        }

        CheckDistinct(_transaction.SecurityGroups, group => group.Id, ObjectKey.Of);
        CheckRoomForRules();

        foreach (SecurityGroup group in _transaction.SecurityGroups)
        {
            foreach (RuleProblem problem in SecurityGroupValidation.Check(group))
            {
                Add(ObjectKey.Of(group.Id), problem.Field, problem.Message);
            }
        }
    }

    private void CheckRoomForRules()
    {
        PolicyStore policies = _configuration.Policies;
        long rules = policies.RuleCount + _transaction.SecurityGroups.Sum(group => (long)group.Rules.Count - (policies.Find(group.Id)?.Rules.Count ?? 0));

        if (rules > MostRules)
        {
            AddOfState(new ObjectKey(ObjectKind.SecurityGroup, 0), "", $"there would be {rules} rules, and there is room for {MostRules}");
        }
    }

    private void CheckGroups(ObjectKey key, Vif vif)
    {
        for (int i = 0; i < vif.SecurityGroups.Count; i++)
        {
            if (!_draft.Has(vif.SecurityGroups[i]))
            {
                AddOfState(key, $"security_groups[{i}]", $"there is no security group {vif.SecurityGroups[i]}");
            }
        }

        CheckMostGroups(key, vif.SecurityGroups);

        // To take them and judge nothing would leave open what they are to close.
        if (vif.Kind == VifKind.Fabric && vif.SecurityGroups.Count > 0)
        {
            Add(key, "security_groups", "a FABRIC carries the packets of others; rules judge those of TENANT and HOST");
        }
    }

    private void CheckMostGroups(ObjectKey key, ValueList<SecurityGroupId> groups)
    {
        if (groups.Count > GroupSets.MostGroups)
        {
            Add(key, "security_groups", $"{groups.Count} are more than {GroupSets.MostGroups}");
        }
    }

    private void CheckGoneGroups()
    {
        HashSet<SecurityGroupId> gone = [.. _draft.GoneGroups];

        if (gone.Count == 0)
        {
            return;
        }

        ILookup<SecurityGroupId, VifId> users = _draft.Vifs
            .SelectMany(vif => vif.SecurityGroups.Distinct().Where(gone.Contains).Select(group => (Group: group, vif.Id)))
            .OrderBy(use => use.Id.Value)
            .ToLookup(use => use.Group, use => use.Id);

        foreach (IGrouping<SecurityGroupId, VifId> use in users)
        {
            AddOfState(ObjectKey.Of(use.Key), "", $"cannot be deleted: {Describe([.. use])} in it");
        }
    }

    private static string Describe(VifId[] users)
    {
        string named = string.Join(", ", users.Take(NamedUsers));
        string more = users.Length > NamedUsers ? $" and {users.Length - NamedUsers} more" : "";
        return users.Length == 1 ? $"interface {named} is" : $"interfaces {named}{more} are";
    }
}
