using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl sync</c>: makes a file the whole state.</summary>
internal static class SyncCommand
{
    private static readonly Option<string> s_file = FileOption.Create();

    public static Command Create()
    {
        var command = new Command("sync", "Makes a file the whole state: what it does not mention goes, what is equal is not touched.") { s_file };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        V1.SyncResponse response = await Programming.SyncAsync(session, FileOption.Read(session.Parsed.GetRequiredValue(s_file)));

        if (session.IsJson)
        {
            session.Output.WriteJson(response);
            return;
        }

        session.Output.WriteLine(
            $"{response.Added} added, {response.Changed} changed, {response.Removed} removed, {response.Unchanged} as they were (generation {response.Generation})");
    }
}
