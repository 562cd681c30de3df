namespace VRouter.Flow;

/// <summary>The rules of one group in one direction, and what they compile to by themselves.</summary>
internal sealed class GroupRules(NamedRule[] rules)
{
    // A group of more rules is compiled once and shared by all policies; smaller ones are cheap enough to be compiled together for each.
    private const int MostMerged = 256;

    private RuleBlock? _block;

    public ReadOnlySpan<NamedRule> Span => rules;

    public IEnumerable<NamedRule> Rules => rules;

    public bool IsMerged => rules.Length <= MostMerged;

    public RuleBlock Block => _block ??= RuleBlock.Compile(rules);
}
