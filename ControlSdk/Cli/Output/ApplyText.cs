namespace VRouter.ControlSdk.Cli;

/// <summary>What became of a transaction.</summary>
internal static class ApplyText
{
    /// <summary>Prints the sentence, or the response as JSON.</summary>
    public static void Print(Session session, V1.ApplyResponse response, string sentence)
    {
        if (session.IsJson)
        {
            session.Output.WriteJson(response);
        }
        else
        {
            session.Output.WriteLine($"{sentence} (generation {response.Generation})");
        }
    }
}
