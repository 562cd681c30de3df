namespace VRouter.Flow;

/// <summary>A set of groups that interfaces have: in the order of their numbers, each once.</summary>
internal sealed class PolicyRecord(int index, ValueList<SecurityGroupId> groups)
{
    private readonly PolicySide _ingress = new();
    private readonly PolicySide _egress = new();

    public int Index { get; } = index;

    public ValueList<SecurityGroupId> Groups { get; } = groups;

    public int Users { get; set; }

    public InterfacePolicy Policy { get; private set; } = new(CompiledPolicy.Closed, CompiledPolicy.Closed);

    /// <summary>Compiles what has changed; false where nothing has.</summary>
    public bool Compile(IReadOnlyDictionary<SecurityGroupId, GroupRecord> records, ulong generation)
    {
        // A group that is not defined has no rules.
        GroupRecord[] groups = [.. Groups.Select(records.GetValueOrDefault).OfType<GroupRecord>()];

        bool ingress = _ingress.Compile(groups.Select(group => group.Ingress), generation);
        bool egress = _egress.Compile(groups.Select(group => group.Egress), generation);

        if (ingress || egress)
        {
            Policy = new InterfacePolicy(_ingress.Compiled, _egress.Compiled);
        }

        return ingress || egress;
    }
}
