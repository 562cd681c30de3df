using System.Text;
using VRouter.Forwarding;

namespace VRouter.Tests.Unit.Reference;

/// <summary>A configuration on the ground of the <see cref="Site"/>, those who talk, and what happens, in order.</summary>
internal sealed record Scenario(Transaction Setup, Conversation[] Conversations, Step[] Steps)
{
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
