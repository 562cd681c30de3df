using System.CommandLine;

namespace VRouter.ControlSdk.Cli;

/// <summary><c>vrouterctl apply</c>: adds and replaces objects, all of them or none.</summary>
internal static class ApplyCommand
{
    private static readonly Option<string> s_file = FileOption.Create();
    private static readonly Option<bool> s_dryRun = new("--dry-run") { Description = "Only say what would become of it." };

    public static Command Create()
    {
        var command = new Command("apply", "Adds and replaces the objects of a file: all of them or, with every problem named, none.") { s_file, s_dryRun };
        Session.SetAction(command, RunAsync);
        return command;
    }

    private static async Task RunAsync(Session session)
    {
        string file = session.Parsed.GetRequiredValue(s_file);
        bool isDryRun = session.Parsed.GetValue(s_dryRun);
        var request = new V1.ApplyRequest { Upsert = FileOption.Read(file), ValidateOnly = isDryRun };
        V1.ApplyResponse response = await session.AskAsync(stop => session.Client.ApplyAsync(request, stop));

        ApplyText.Print(session, response, isDryRun ? $"{response.Changed} would be changed" : $"{response.Changed} changed");
    }
}
