namespace VRouter.Flow;

/// <summary>A security group as the store keeps it: as it was set, and by direction. A direction whose rules did not change stays the same object.</summary>
internal sealed class GroupRecord
{
    private readonly Dictionary<string, RuleName> _names = [];

    private GroupRecord(SecurityGroup group) => Group = group;

    public SecurityGroup Group { get; }

    public GroupRules Ingress { get; private set; } = new([]);

    public GroupRules Egress { get; private set; } = new([]);

    /// <summary>The group's next version: rules keep their numbers by their names.</summary>
    public static GroupRecord Of(SecurityGroup group, GroupRecord? previous, RuleNames names)
    {
        var record = new GroupRecord(group);
        NamedRule[] rules = record.Name(previous, names);

        record.Ingress = Select(rules, RuleDirection.Ingress, previous?.Ingress);
        record.Egress = Select(rules, RuleDirection.Egress, previous?.Egress);
        previous?.ForgetNames(names, record);
        return record;
    }

    /// <summary>Gives the numbers back, but for those that the next version goes on with.</summary>
    public void ForgetNames(RuleNames names, GroupRecord? next)
    {
        foreach ((string rule, RuleName name) in _names)
        {
            if (next is null || !next._names.ContainsKey(rule))
            {
                names.Remove(name);
            }
        }
    }

    private NamedRule[] Name(GroupRecord? previous, RuleNames names)
    {
        var rules = new NamedRule[Group.Rules.Count];

        for (int i = 0; i < rules.Length; i++)
        {
            SecurityRule rule = Group.Rules[i];
            string text = rule.Id.Length > 0 ? rule.Id : $"rules[{i}]";

            if (!_names.TryGetValue(text, out RuleName? name))
            {
                name = previous?._names.GetValueOrDefault(text) ?? names.Add(Group.Id, text);
                _names.Add(text, name);
            }

            rules[i] = new NamedRule(rule, name);
        }

        return rules;
    }

    private static GroupRules Select(NamedRule[] rules, RuleDirection direction, GroupRules? previous)
    {
        NamedRule[] selected = [.. rules.Where(rule => rule.Rule.Direction == direction)];
        return previous is not null && previous.Span.SequenceEqual(selected) ? previous : new GroupRules(selected);
    }
}
