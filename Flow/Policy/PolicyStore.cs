namespace VRouter.Flow;

/// <summary>
/// All security groups, and the policies that they make for the sets of them that interfaces have. One control thread changes it; packets
/// read the immutable <see cref="InterfacePolicy"/> that the published state holds for each index.
/// </summary>
public sealed class PolicyStore
{
    private readonly Dictionary<SecurityGroupId, GroupRecord> _groups = [];
    private readonly Dictionary<ValueList<SecurityGroupId>, PolicyRecord> _bySet = [];
    private readonly Dictionary<SecurityGroupId, HashSet<PolicyRecord>> _byGroup = [];
    private readonly HashSet<PolicyRecord> _changed = [];
    private readonly Stack<int> _freeIndices = [];

    // Index 0 is the interface without groups.
    private readonly List<PolicyRecord?> _policies = [null];

    /// <summary>How many groups there are.</summary>
    public int GroupCount => _groups.Count;

    /// <summary>The groups, in no order.</summary>
    public IEnumerable<SecurityGroup> Groups => _groups.Values.Select(record => record.Group);

    /// <summary>Rules of all groups.</summary>
    public int RuleCount { get; private set; }

    /// <summary>What the numbers in verdicts stand for.</summary>
    public RuleNames Names { get; } = new();

    /// <summary>The policy of an index as of the last commit; that of 0 is open.</summary>
    public InterfacePolicy this[int index] => _policies[index]?.Policy ?? InterfacePolicy.Open;

    /// <summary>The group of this id; null where there is none.</summary>
    public SecurityGroup? Find(SecurityGroupId id) => _groups.GetValueOrDefault(id)?.Group;

    /// <summary>Adds a group or replaces the one of its id. It has passed <see cref="SecurityGroupValidation"/>.</summary>
    public void Set(SecurityGroup group)
    {
        GroupRecord? before = _groups.GetValueOrDefault(group.Id);
        _groups[group.Id] = GroupRecord.Of(group, before, Names);
        RuleCount += group.Rules.Count - (before?.Group.Rules.Count ?? 0);
        MarkChanged(group.Id);
    }

    /// <summary>Removes a group; false where there is none. Interfaces that still have it go on with the rules of their other groups.</summary>
    public bool Remove(SecurityGroupId id)
    {
        if (!_groups.Remove(id, out GroupRecord? record))
        {
            return false;
        }

        record.ForgetNames(Names, null);
        RuleCount -= record.Group.Rules.Count;
        MarkChanged(id);
        return true;
    }

    /// <summary>The index of the policy of these groups, in any order, for one more interface. A new one lets nothing pass until the next commit has compiled it.</summary>
    public int Acquire(ValueList<SecurityGroupId> groups)
    {
        if (groups.Count == 0)
        {
            return 0;
        }

        ValueList<SecurityGroupId> set = [.. groups.Distinct().OrderBy(group => group.Value)];

        if (!_bySet.TryGetValue(set, out PolicyRecord? policy))
        {
            policy = Add(set);
        }

        policy.Users++;
        return policy.Index;
    }

    /// <summary>One interface less has the policy. True when that was the last one: the index may come to stand for another.</summary>
    public bool Release(int index)
    {
        if (_policies[index] is not { } policy || --policy.Users > 0)
        {
            return false;
        }

        _policies[index] = null;
        _bySet.Remove(policy.Groups);
        _changed.Remove(policy);
        _freeIndices.Push(index);

        foreach (SecurityGroupId group in policy.Groups)
        {
            Forget(group, policy);
        }

        return true;
    }

    /// <summary>Compiles what has changed since the last commit, under a generation higher than that one's, and gives the indices of the policies that did.</summary>
    public IReadOnlyList<int> Commit(ulong generation)
    {
        // Most transactions are no concern of the policies.
        if (_changed.Count == 0)
        {
            return [];
        }

        var changed = new List<int>(_changed.Count);

        foreach (PolicyRecord policy in _changed)
        {
            if (policy.Compile(_groups, generation))
            {
                changed.Add(policy.Index);
            }
        }

        _changed.Clear();
        return changed;
    }

    private void MarkChanged(SecurityGroupId group)
    {
        if (_byGroup.TryGetValue(group, out HashSet<PolicyRecord>? policies))
        {
            _changed.UnionWith(policies);
        }
    }

    private PolicyRecord Add(ValueList<SecurityGroupId> set)
    {
        if (!_freeIndices.TryPop(out int index))
        {
            index = _policies.Count;
            _policies.Add(null);
        }

        var policy = new PolicyRecord(index, set);
        _policies[index] = policy;
        _bySet.Add(set, policy);
        _changed.Add(policy);

        foreach (SecurityGroupId group in set)
        {
            if (!_byGroup.TryGetValue(group, out HashSet<PolicyRecord>? policies))
            {
                _byGroup.Add(group, policies = []);
            }

            policies.Add(policy);
        }

        return policy;
    }

    private void Forget(SecurityGroupId group, PolicyRecord policy)
    {
        HashSet<PolicyRecord> policies = _byGroup[group];
        policies.Remove(policy);

        if (policies.Count == 0)
        {
            _byGroup.Remove(group);
        }
    }
}
