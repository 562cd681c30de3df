using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>The configuration changes: objects come, or others take their place, or they go.</summary>
internal sealed record ChangeStep(Transaction Transaction) : Step
{
    public override string ToString() => $"ChangeStep {Printed.Of(Transaction)}";
}
