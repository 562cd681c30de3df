using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl sync</c>: makes a file the whole state.</summary>
internal static class SyncCommand
{
    private static readonly Option<string> s_file = FileOption.Create();
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Only say what would become of it." };

    public static Command Create()
    {
        var command = new Command("sync", "Makes a file the whole state: what it does not mention goes, what is equal is not touched.") { s_file, s_dryRun };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        V1.Config wanted = FileOption.Read(session.Parsed.GetRequiredValue(s_file));
        bool isDryRun = session.Parsed.GetValue(s_dryRun);
        V1.SyncResponse response = await (isDryRun ? session.Client.PreviewSyncAsync(wanted, session.Stop) : session.Client.SyncAsync(wanted, session.Stop));

        if (session.IsJson)
        {
            session.Output.WriteJson(response);
            return;
        }

        string counts = $"{response.Added} added, {response.Changed} changed, {response.Removed} removed, {response.Unchanged} as they were";
        session.Output.WriteLine(isDryRun ? $"would be: {counts}" : $"{counts} (generation {response.Generation})");
    }
}
