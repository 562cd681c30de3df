namespace VRouter.Flow;

/// <summary>One direction of a set of groups: compiled again only when one of these has changed in it.</summary>
internal sealed class PolicySide
{
    private GroupRules[]? _groups;

    public CompiledPolicy Compiled { get; private set; } = CompiledPolicy.Closed;

    /// <summary>Compiles the groups' rules; false where they are those it was compiled of already.</summary>
    public bool Compile(IEnumerable<GroupRules> groups, ulong generation)
    {
        GroupRules[] withRules = [.. groups.Where(group => group.Span.Length > 0)];

        if (_groups is not null && _groups.AsSpan().SequenceEqual(withRules))
        {
            return false;
        }

        _groups = withRules;
        Compiled = new CompiledPolicy([.. Blocks(withRules)], generation);
        return true;
    }

    private static IEnumerable<RuleBlock> Blocks(GroupRules[] groups)
    {
        GroupRules[] merged = [.. groups.Where(group => group.IsMerged)];

        return merged.Length > 1
            ? groups.Where(group => !group.IsMerged).Select(group => group.Block).Append(RuleBlock.Compile(merged.SelectMany(group => group.Rules)))
            : groups.Select(group => group.Block);
    }
}
