namespace VRouter.Flow;

/// <summary>Rules of one direction, of one group or of several, compiled together.</summary>
internal sealed class RuleBlock
{
    private const int RankedRuleBytes = 16;

    private readonly RankedRule[] _rules;
    private readonly RuleTable _ipv4;
    private readonly RuleTable _ipv6;

    private RuleBlock(RankedRule[] rules, RuleTable ipv4, RuleTable ipv6) => (_rules, _ipv4, _ipv6) = (rules, ipv4, ipv6);

    public long Bytes => _rules.Length * RankedRuleBytes + _ipv4.Bytes + _ipv6.Bytes;

    /// <summary>Compiles rules; among those of equal priority and action, the earlier one is named.</summary>
    public static RuleBlock Compile(IEnumerable<NamedRule> rules)
    {
        NamedRule[] ordered = [.. rules.OrderBy(rule => rule.Rule.Priority).ThenBy(rule => rule.Rule.Action == RuleAction.Allow)];
        var ipv4 = new RuleTableBuilder(isIpv6: false);
        var ipv6 = new RuleTableBuilder(isIpv6: true);

        for (int rank = 0; rank < ordered.Length; rank++)
        {
            ipv4.Add(ordered[rank].Rule, rank);
            ipv6.Add(ordered[rank].Rule, rank);
        }

        return new RuleBlock([.. ordered.Select(RankedRule.Of)], ipv4.Build(), ipv6.Build());
    }

    /// <summary>The first of the rules that matches.</summary>
    public bool TryFind(in PolicyQuery query, out RankedRule rule)
    {
        int rank = (query.Peer.IsIpv6 ? _ipv6 : _ipv4).Find(in query);
        rule = rank == RuleTable.NoRule ? default : _rules[rank];
        return rank != RuleTable.NoRule;
    }
}
