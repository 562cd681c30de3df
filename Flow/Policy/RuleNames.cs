namespace VRouter.Flow;

/// <summary>The names of rules by number. Any thread may ask; one gives numbers out.</summary>
/// <remarks>
/// A rule that has gone keeps its name until a thousand more have gone, so that the flows it decided can still be reported. Its place is
/// then used again under another number.
/// </remarks>
public sealed class RuleNames
{
    private const int Remembered = 1024;
    private const int PlaceBits = 24;
    private const uint PlaceMask = (1 << PlaceBits) - 1;

    private readonly Queue<RuleNumber> _gone = [];
    private RuleName?[] _names = new RuleName?[64];
    private uint _next = 1;

    /// <summary>The name of a rule; null for <see cref="RuleNumber.None"/>, and for a rule that went long ago.</summary>
    public RuleName? Find(RuleNumber number)
    {
        RuleName?[] names = Volatile.Read(ref _names);
        uint place = number.Value & PlaceMask;

        return place < names.Length && Volatile.Read(ref names[place]) is { } name && name.Number == number ? name : null;
    }

    internal RuleName Add(SecurityGroupId group, string rule)
    {
        var name = new RuleName(NextNumber(), group, rule);
        uint place = name.Number.Value & PlaceMask;

        if (place >= _names.Length)
        {
            RuleName?[] wider = new RuleName?[2 * _names.Length];
            _names.CopyTo(wider, 0);
            Volatile.Write(ref _names, wider);
        }

        Volatile.Write(ref _names[place], name);
        return name;
    }

    internal void Remove(RuleName name) => _gone.Enqueue(name.Number);

    // The bits above the place tell apart those that had it, one after the other.
    private RuleNumber NextNumber() => _gone.Count > Remembered || _next > PlaceMask
        ? new RuleNumber(_gone.Dequeue().Value + PlaceMask + 1)
        : new RuleNumber(_next++);
}
