namespace VRouter.Tests.Unit.Reference;

/// <summary>What the security groups of the ends that are here say of a packet; "" = no rule.</summary>
/// <param name="SenderRule">The rule that let it pass at the sender's end.</param>
/// <param name="ReceiverRule">The rule that let it pass at the receiver's end.</param>
/// <param name="DenyingRule">The rule that denied it; null = it may pass.</param>
internal sealed record Judgement(string SenderRule, string ReceiverRule, string? DenyingRule)
{
    public bool IsAllowed => DenyingRule is null;

    /// <summary>The rule that is listed with a direction: of what may pass, that of its own end before that of the other.</summary>
    public string RuleOf(int direction)
    {
        (string here, string there) = direction == 0 ? (SenderRule, ReceiverRule) : (ReceiverRule, SenderRule);
        return DenyingRule ?? (here.Length > 0 ? here : there);
    }
}
