using System.Text;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A configuration on the ground of the <see cref="Site"/>, those who talk, and what happens, in order.</summary>
internal sealed record Scenario(Transaction Setup, Conversation[] Conversations, Step[] Steps)
{
    /// <summary>The same with a table that never fills: which flow gives way is each worker's own matter.</summary>
    public Scenario WithRoom() => this with
    {
        Setup = WithRoom(Setup),
        Steps = [.. Steps.Select(step => step is ChangeStep change ? new ChangeStep(WithRoom(change.Transaction)) : step)],
    };

    private static Transaction WithRoom(Transaction transaction)
    {
        Transaction copy = transaction.Copy();
        copy.Settings = transaction.Settings is { } settings ? settings with { MaxFlows = 1000 } : null;
        return copy;
    }

    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(Printed.Of(Setup));

        for (int i = 0; i < Conversations.Length; i++)
        {
            text.Append("conversation ").Append(i).Append(": ").Append(Conversations[i]).AppendLine();
        }

        for (int i = 0; i < Steps.Length; i++)
        {
            text.Append(i).Append(": ").Append(Steps[i]).AppendLine();
        }

        return text.ToString();
    }
}
