namespace VRouter.Flow;

/// <summary>
/// The rules of a set of security groups in one direction, ready to be asked. Immutable: interfaces with equal sets share it, and any
/// thread may ask.
/// </summary>
public sealed class CompiledPolicy
{
    private readonly RuleBlock[] _blocks;
    private readonly bool _isOpen;

    internal CompiledPolicy(RuleBlock[] blocks, ulong generation)
    {
        _blocks = blocks;
        Generation = generation;
    }

    private CompiledPolicy()
    {
        _blocks = [];
        _isOpen = true;
    }

    /// <summary>What holds on an interface without groups: every packet may pass.</summary>
    public static CompiledPolicy Open { get; } = new();

    /// <summary>What holds of groups without a rule: no packet may pass.</summary>
    internal static CompiledPolicy Closed { get; } = new([], 0);

    /// <summary>The generation that last changed its rules: a verdict given under it or a later one still holds.</summary>
    public ulong Generation { get; }

    /// <summary>What it takes in memory; blocks that other policies share are counted in each.</summary>
    public long Bytes => _blocks.Sum(block => block.Bytes);

    /// <summary>Whether a packet may pass: the first rule that matches decides, and where none does it may not. Allocates nothing.</summary>
    public PolicyVerdict Decide(in PolicyQuery query)
    {
        RankedRule decisive = default;

        foreach (RuleBlock block in _blocks)
        {
            if (block.TryFind(in query, out RankedRule rule) && (decisive.Number == RuleNumber.None || rule.GoesBefore(decisive)))
            {
                decisive = rule;
            }
        }

        return decisive.Number == RuleNumber.None ? new PolicyVerdict(_isOpen, RuleNumber.None) : new PolicyVerdict(decisive.IsAllow, decisive.Number);
    }
}
